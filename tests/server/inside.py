"""An emitted app inside of the test's own process, for what only its own code can see: hooks, the in-process API."""

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from typing import Any

import httpx


def play(database: str, scenario: Callable[[httpx.AsyncClient, Any], Awaitable[None]], **options: Any) -> None:
    """Start the app over a database, play a scenario with a client and the ScimApp, stop it.

    Args:
        options: more settings; `hooks` goes to the app itself.
    """
    hooks = options.pop("hooks", None)
    settings = importlib.import_module("crm.settings").Settings(tokens=("t",), database_url=database, **options)
    app = importlib.import_module("crm.scim.app")

    async def run() -> None:
        scim_app = app.ScimApp(settings=settings, hooks=hooks)
        async with scim_app.lifespan(), client(app.build_app(scim_app)) as session:
            await scenario(session, scim_app)

    asyncio.run(run())


def client(app: Any) -> httpx.AsyncClient:
    """A client of an ASGI application."""
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url="http://h/scim/v2", headers={"Authorization": "Bearer t"})


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for something that happens beside the requests."""
    for _ in range(int(seconds * 100)):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen in time")
