"""An app inside the process of the test, for what only its own code can see: hooks, the in-process API."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import httpx
from starlette.types import ASGIApp

from scimgen_server import Application, Hooks, ScimApp, Settings, Store, build_app, make_store
from scimgen_server.service.service import Service
from scimgen_server.storage.connection import Connection
from tests.server.apps import every_application

Scenario: TypeAlias = Callable[[httpx.AsyncClient, ScimApp], Awaitable[None]]


def play(
    store: Store | str,
    scenario: Scenario,
    *,
    application: Application | None = None,
    hooks: Hooks | None = None,
    **settings: Any,
) -> None:
    """Start the app over a store, play a scenario with a client and the ScimApp, stop it.

    Args:
        store: a store, or the URL of a database.
        application: that of `every.scim.yaml` if left out.
        settings: more settings.
    """
    if isinstance(store, str):
        store = make_store(store)
    chosen = Settings(**{"tokens": ("t",), "rate": 0, "weak_secrets": True} | settings)
    scim_app = ScimApp(application or every_application(), settings=chosen, store=store, hooks=hooks)

    async def run() -> None:
        async with scim_app.lifespan(), client(build_app(scim_app)) as session:
            await scenario(session, scim_app)

    asyncio.run(run())


def client(app: ASGIApp) -> httpx.AsyncClient:
    """A client of an ASGI application."""
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url="http://h/scim/v2", headers={"Authorization": "Bearer t"})


def service_of(app: ScimApp) -> Service:
    """The service of an app that runs."""
    assert app.service is not None
    return app.service


def connection_of(app: ScimApp) -> Connection:
    """The connection of an app's SQL store, for a look into its tables."""
    connection: Connection = service_of(app).store.connection  # type: ignore[attr-defined]
    return connection


def search_connection_of(app: ScimApp) -> Connection:
    """The connection on which an app's SQL store searches: PostgreSQL has another one for it."""
    store = service_of(app).store
    connection: Connection = getattr(store, "_searches", store).connection
    return connection


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for something that happens beside the requests."""
    for _ in range(int(seconds * 100)):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen in time")
