"""The server put together: `ScimApp` is what an app mounts, `build_app` a whole server around it."""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import count
from secrets import token_hex

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import Message, Receive, Scope, Send

from ..resource_types import RESOURCE_TYPES
from ..settings import PACKAGE, Settings
from ..storage.interface import StorageError, Store
from . import logs
from .authentication import Authentication
from .call import Call
from .delivery import Consumer, Delivery
from .directory import Directory
from .discovery import Discovery
from .endpoints import MEDIA_TYPE, TENANT, Endpoints
from .errors import ScimError
from .hooks import Hooks
from .messages import dump
from .metrics import Metrics
from .opening import opened
from .probes import probes
from .relaying import relay
from .seeding import Catalog, seed
from .service import Service
from .webhook import Webhook

BASE_PATH = "/scim/v2"


class ScimApp:
    """The SCIM endpoints as an ASGI application, to be mounted at a base path.

    It works once its `lifespan` runs; compose that with your own, since a mounted application's does not run by itself:

        app = FastAPI(lifespan=scim_app.lifespan)
        app.mount("/scim/v2", scim_app)

    Args:
        settings: how to run; from the environment, read when it starts, if left out.
        store: where the resources are; by `SCIM_DATABASE_URL` if left out.
        hooks: what the app does when a user has changed.
        catalog: where the values come from that are managed by the catalog.
    """

    def __init__(
        self,
        *,
        settings: Settings | None = None,
        store: Store | None = None,
        hooks: Hooks | None = None,
        catalog: Catalog | None = None,
    ) -> None:
        self.settings = settings
        self.store = store
        self.hooks = hooks or Hooks()
        self.catalog: Catalog = catalog or (lambda name: ())
        self.service: Service | None = None
        self.metrics = Metrics()
        self._endpoints: Endpoints | None = None
        self._authentication = Authentication()
        self._requests = count(1)
        self._run = token_hex(4)

    @asynccontextmanager
    async def lifespan(self, app: object = None) -> AsyncGenerator[None]:
        """Open the store, seed it, answer requests; then close it."""
        settings = self.settings or Settings.from_environment()
        settings.check()
        consumers = _consumers(self.hooks, settings)
        async with opened(settings, self.store, tuple(consumers)) as service:
            await relay(service, TENANT)
            await seed(service, TENANT, PACKAGE, self.catalog)
            self._endpoints = Endpoints(service, Discovery(PACKAGE), settings.public_url)
            self._authentication = Authentication(settings.tokens, settings.basic, dev=settings.dev)
            self.metrics.shown = settings.metrics
            self.service = service
            delivery = Delivery(service.store, consumers)
            service.on_commit = delivery.wake
            try:
                async with delivery.running():
                    yield
            finally:
                self._endpoints = self.service = None

    def directory(self, tenant: str = TENANT) -> Directory:
        """The app's own way to its users and grants, while the lifespan runs."""
        if self.service is None:
            raise RuntimeError("the server has not started: compose scim_app.lifespan with your app's own")
        return Directory(self.service, Call(tenant, BASE_PATH, actor="app", silent=True))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever happens, it is a SCIM response and one line in the log."""
        if scope["type"] != "http":
            return
        began, answered = time.perf_counter(), 0
        request_id = f"{self._run}-{next(self._requests)}"

        async def answer(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = message["status"]
                message["headers"].append((b"x-request-id", request_id.encode()))
            await send(message)

        try:
            await self._respond(scope, receive, answer)
        except Exception as error:
            problem = _problem(error, request_id)
            if not answered:
                await _error_response(problem)(scope, receive, answer)
        method, route, seconds = scope["method"], scope.get("scim.route", ""), time.perf_counter() - began
        self.metrics.observe(method, route, answered, seconds)
        logs.request(method, route, answered, seconds, request_id, scope.get("scim.ignored", ()))

    async def _respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._endpoints is None:
            raise ScimError(503, "The server has not started: compose scim_app.lifespan with your app's own.")
        headers = scope["scim.headers"] = dict(scope["headers"])
        client = scope.get("client")
        self._authentication.check(headers.get(b"authorization"), client[0] if client else None)
        found = self._endpoints.find(scope["path"].removeprefix(scope.get("root_path", "")))
        if found is None:
            raise ScimError(404, "There is no such endpoint; /ResourceTypes lists those that there are.")
        endpoint, scope["scim.id"] = found
        await endpoint(scope, receive, send)


def build_app(scim_app: ScimApp) -> Starlette:
    """A whole server: the SCIM endpoints below /scim/v2, and `probes` for whoever runs it."""
    return Starlette(
        routes=[Mount(BASE_PATH, scim_app), *probes(scim_app)],
        lifespan=scim_app.lifespan,
        exception_handlers={404: _not_found},
    )


def _consumers(hooks: Hooks, settings: Settings) -> dict[str, Consumer]:
    """Who is told of changes to users."""
    consumers: dict[str, Consumer] = {}
    if hooks:
        model = next(one.model for one in RESOURCE_TYPES if one.kind == "user")
        consumers["hooks"] = lambda waiting: hooks.deliver(waiting, model)
    if settings.webhook_url:
        consumers["webhook"] = Webhook(settings.webhook_url, settings.webhook_secret).deliver
    return consumers


async def _not_found(request: Request, error: Exception) -> Response:
    return _error_response(ScimError(404, f"There is nothing here; the SCIM endpoints are below {BASE_PATH}."))


def _problem(error: Exception, request_id: str) -> ScimError:
    if isinstance(error, ScimError):
        return error
    if isinstance(error, ClientDisconnect):
        return ScimError(400, "The connection ended before the body did.")
    if isinstance(error, StorageError):
        logs.write("storage", level="error", message=str(error), request_id=request_id)
        return ScimError(503, "The database cannot be used just now; try again.", headers={"Retry-After": "5"})
    logs.failure(error, request_id=request_id)
    return ScimError(500, f"The server failed; its log says more under the request id {request_id}.")


def _error_response(error: ScimError) -> Response:
    return Response(dump(error.document()), error.status, error.headers, MEDIA_TYPE)
