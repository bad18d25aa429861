"""The server put together: `ScimApp` is what an app mounts, `build_app` a whole server around it."""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from itertools import count
from secrets import token_hex
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import Message, Receive, Scope, Send

from .. import logs
from ..application import Application
from ..auth.authentication import Authentication, check_credentials
from ..auth.jwt_bearer import JwtBearer
from ..auth.middleware import RequestAuthenticator
from ..auth.proxies import Proxies
from ..auth.rate import Rate
from ..auth.tenancy import TENANT as TENANT
from ..auth.tenancy import Tenants
from ..auth.token_endpoint import TokenEndpoint
from ..events.delivery import Consumer, Delivery
from ..events.hooks import Hooks
from ..events.webhook import Webhook
from ..messages.context import RequestContext
from ..messages.documents import dump
from ..messages.errors import ScimError
from ..operations.metrics import Metrics
from ..operations.probes import probes
from ..ports.resources import StorageError, Store
from ..service.directory import Directory
from ..service.reindex import reindex_at_startup
from ..service.seeding import Catalog, seed
from ..service.service import Service
from ..service.startup import open_service
from ..settings import Settings
from ..storage.stores import make_store as make_sql_store
from .discovery import Discovery
from .endpoints import MEDIA_TYPE, Endpoints

BASE_PATH = "/scim/v2"


class ScimApp:
    """The SCIM endpoints as an ASGI application, to be mounted at a base path.

    It works once its `lifespan` runs; compose that with your own, since a mounted application's does not run by itself:

        app = FastAPI(lifespan=scim_app.lifespan)
        app.mount("/scim/v2", scim_app)

    Args:
        application: the app.
        settings: how to run; read from the environment at startup if left out.
        store: where the resources are; made by `make_store` if left out.
        make_store: makes the store for `SCIM_DATABASE_URL`.
        hooks: what the app does when a user has changed.
        catalog: returns the values of a resource type that the catalog manages, by its name.
    """

    def __init__(
        self,
        application: Application,
        *,
        settings: Settings | None = None,
        store: Store | None = None,
        make_store: Callable[[str], Store] = make_sql_store,
        hooks: Hooks | None = None,
        catalog: Catalog | None = None,
    ) -> None:
        self.application = application
        self.settings = settings
        self.store = store
        self.make_store = make_store
        self.hooks = hooks or Hooks()
        self.catalog: Catalog = catalog or (lambda name: ())
        self.service: Service | None = None
        self.metrics = Metrics()
        self._endpoints: Endpoints | None = None
        self._authenticator: RequestAuthenticator | None = None
        self._tokens: TokenEndpoint | None = None
        self._has_tenants = False
        self._requests = count(1)
        self._run = token_hex(4)

    @asynccontextmanager
    async def lifespan(self, app: object = None) -> AsyncGenerator[None]:
        """Open the store, seed it, answer requests; then close it."""
        settings = self.settings or Settings.from_environment(app=self.application.name)
        settings.check()
        consumers = self._consumers(settings)
        store = self.store or self.make_store(settings.database_url)
        async with open_service(
            self.application, store, strict=settings.strict, consumers=tuple(consumers)
        ) as service:
            await check_credentials(settings, service.store.tokens)
            self._authenticator = self._make_authenticator(settings, service)
            self._has_tenants = bool(settings.tenancy)
            await self._authenticator.tenants.start()
            self._endpoints = Endpoints(
                service, Discovery(self.application, basic=settings.basic is not None)
            )
            self._tokens = TokenEndpoint(service.store, settings.access_token_minutes)
            self.metrics.shown = settings.metrics
            self.service = service
            delivery = Delivery(service.store, consumers)
            service.on_commit = delivery.wake
            try:
                async with delivery.running():
                    yield
            finally:
                self._endpoints = self._tokens = self.service = None

    def _make_authenticator(self, settings: Settings, service: Service) -> RequestAuthenticator:
        store = service.store

        async def prepare(tenant: str) -> None:
            await reindex_at_startup(service, tenant)
            await seed(service, tenant, self.application, self.catalog)

        authentication = Authentication(
            settings.tokens,
            settings.basic,
            tokens=store.tokens,
            jwt=JwtBearer(settings.jwt) if settings.jwt else None,
            open_to_loopback=settings.open_to_loopback,
        )
        tenants = Tenants(store, prepare, settings.tenancy, settings.tenant_domain)
        return RequestAuthenticator(
            authentication,
            tenants,
            Proxies(settings.trusted_proxies),
            Rate(settings.rate),
            settings.public_url,
        )

    def _consumers(self, settings: Settings) -> dict[str, Consumer]:
        """The recipients of user events, by name."""
        consumers: dict[str, Consumer] = {}
        if self.hooks:
            model = self.application.user_type.model
            consumers["hooks"] = lambda waiting: self.hooks.deliver(waiting, model)
        if settings.webhook_url:
            consumers["webhook"] = Webhook(settings.webhook_url, settings.webhook_secret).deliver
        return consumers

    def directory(self, tenant: str = TENANT) -> Directory:
        """The app's own way to its users and grants, while the lifespan runs."""
        if self.service is None:
            raise RuntimeError(
                "the server has not started: compose scim_app.lifespan with your app's own"
            )
        return Directory(self.service, RequestContext(tenant, BASE_PATH, actor="app", silent=True))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """WriteResult one request; whatever happens, it is a SCIM response and one line in the log."""
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
            await self._respond(scope, receive, answer, request_id)
        except Exception as error:
            problem = _problem(error, request_id)
            if not answered:
                await _error_response(problem)(scope, receive, answer)
        method, route, seconds = (
            scope["method"],
            scope.get("scim.route", ""),
            time.perf_counter() - began,
        )
        self.metrics.observe(method, route, answered, seconds)
        context: RequestContext | None = scope.get("scim.context")
        logs.request(
            method,
            route,
            answered,
            seconds,
            request_id,
            scope.get("scim.ignored", ()),
            tenant=context.tenant if context and self._has_tenants else "",
            actor=context.actor if context else "",
        )

    async def _respond(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        if self._endpoints is None or self._authenticator is None:
            raise ScimError(
                503, "The server has not started: compose scim_app.lifespan with your app's own."
            )
        scope["scim.headers"] = dict(scope["headers"])
        authenticated = await self._authenticator.authenticate(scope, request_id)
        found = self._endpoints.find(authenticated.path)
        if found is None:
            raise ScimError(
                404, "There is no such endpoint; /ResourceTypes lists those that there are."
            )
        endpoint, scope["scim.id"] = found
        scope["scim.principal"], scope["scim.context"] = (
            authenticated.principal,
            authenticated.context,
        )
        await endpoint(scope, receive, send)

    async def token(self, request: Request) -> Response:
        """The token endpoint for clients' ids and secrets, to be routed outside of the base path:

        app.add_route("/oauth/token", scim_app.token, methods=["POST"])
        """
        if self._tokens is None:
            return PlainTextResponse("starting", 503)
        return await self._tokens.answer(request)


def build_app(scim_app: ScimApp) -> Starlette:
    """A whole server: the SCIM endpoints below /scim/v2, /oauth/token, and `probes` for whoever runs it."""
    return _Server(
        scim_app,
        routes=[
            Mount(BASE_PATH, scim_app),
            Route("/oauth/token", scim_app.token, methods=["POST"]),
            *probes(scim_app),
        ],
        lifespan=scim_app.lifespan,
        exception_handlers={404: _not_found},
    )


class _Server(Starlette):
    """Starlette, but that SCIM requests, nearly all that there are, go straight to the app that answers them.

    With middleware of the owner's they take the long way, through that.
    """

    def __init__(self, scim_app: ScimApp, **options: Any) -> None:
        super().__init__(**options)
        self._scim_app = scim_app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        root = scope.get("root_path", "")
        if (
            scope["type"] == "http"
            and scope["path"].startswith(f"{root}{BASE_PATH}/")
            and not self.user_middleware
        ):
            scope["root_path"] = root + BASE_PATH
            await self._scim_app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


async def _not_found(request: Request, error: Exception) -> Response:
    return _error_response(
        ScimError(404, f"There is nothing here; the SCIM endpoints are below {BASE_PATH}.")
    )


def _problem(error: Exception, request_id: str) -> ScimError:
    if isinstance(error, ScimError):
        return error
    if isinstance(error, ClientDisconnect):
        return ScimError(400, "The connection ended before the body did.")
    if isinstance(error, StorageError):
        logs.write("storage", level="error", message=str(error), request_id=request_id)
        return ScimError(
            503, "The database cannot be used just now; try again.", headers={"Retry-After": "5"}
        )
    logs.failure(error, request_id=request_id)
    return ScimError(
        500, f"The server failed; its log says more under the request id {request_id}."
    )


def _error_response(error: ScimError) -> Response:
    return Response(dump(error.document()), error.status, error.headers, MEDIA_TYPE)
