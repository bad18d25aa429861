"""`ScimApp`: the SCIM endpoints as an ASGI application."""

import time
from collections.abc import AsyncGenerator, Callable, Container
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from secrets import token_hex

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from .. import logs
from ..application import Application
from ..auth.authentication import Authentication, check_credentials
from ..auth.jwt_bearer import JwtBearer
from ..auth.middleware import RequestAuthenticator
from ..auth.proxies import Proxies
from ..auth.rate import Failures, Rate
from ..auth.strength import check_secrets, only_loopback
from ..auth.tenancy import TENANT, Tenants
from ..auth.token_endpoint import TokenEndpoint
from ..events.delivery import Consumer, Delivery
from ..events.hooks import Hooks
from ..events.occurrences import EVENTS, EventName
from ..events.webhook import Webhook
from ..messages.context import RequestContext
from ..messages.errors import ScimError
from ..operations.metrics import Metrics
from ..ports.limits import current_caller
from ..ports.resources import Store
from ..service.directory import Directory
from ..service.me import check_own
from ..service.reindex import reindex_at_startup
from ..service.seeding import Catalog, seed
from ..service.service import Service
from ..service.startup import limits_of, open_service
from ..settings import Settings
from ..storage.stores import make_store as make_sql_store
from .discovery import Discovery
from .errors import error_of, error_response
from .exchange import Exchange, RequestRecord
from .handlers import Handlers
from .local_requests import LocalRequests
from .routes import Router
from .security_headers import SECURITY_HEADERS, missing_headers

BASE_PATH = "/scim/v2"

_NOT_STARTED = "the server has not started: compose scim_app.lifespan with your app's own"


@dataclass(frozen=True, slots=True)
class _Running:
    """What answers requests while the lifespan runs."""

    service: Service
    authenticator: RequestAuthenticator
    router: Router
    handlers: Handlers
    token_endpoint: TokenEndpoint
    has_tenants: bool
    local_requests: LocalRequests | None


class ScimApp:
    """The SCIM endpoints as an ASGI application, to be mounted at a base path.

    It answers requests while its `lifespan` runs. The lifespan of a mounted application does not
    run by itself, so compose it with your own:

        app = FastAPI(lifespan=scim_app.lifespan)
        app.mount("/scim/v2", scim_app)

    Args:
        application: the app.
        settings: how to run; read from the environment at startup if left out.
        store: where the resources are; made by `make_store` if left out.
        make_store: makes the store for `SCIM_DATABASE_URL`.
        hooks: what the app does when a resource has changed.
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
        self.metrics = Metrics()
        self._wanted: dict[str, Container[EventName]] = {"hooks": self.hooks, "webhook": EVENTS}
        self._running: _Running | None = None
        self._numbers = count(1)
        self._process = token_hex(4)

    @property
    def service(self) -> Service | None:
        """The service provider; None while the lifespan does not run."""
        return self._running.service if self._running else None

    @asynccontextmanager
    async def lifespan(self, app: object = None) -> AsyncGenerator[None]:
        """Open the store, seed it, answer requests; then close it.

        Raises:
            SettingsError: a setting is wrong, or there are no credentials.
            StorageError: the store cannot be opened, or `migrate` has to run first.
        """
        self.application.check_version()
        settings = self.settings or Settings.from_environment(app=self.application.name)
        settings.check()
        consumers = self._consumers(settings)
        store = self.store or self.make_store(settings.database_url)
        async with open_service(
            self.application,
            store,
            strict=settings.strict,
            consumers={name: self._wanted[name] for name in consumers},
            limits=limits_of(settings),
        ) as service:
            await check_credentials(settings, store.tokens)
            for weakness in check_secrets(settings):
                logs.write("weak setting", level="warning", message=weakness)
            running = self._start(settings, service)
            await running.authenticator.tenants.start()
            self.metrics.shown = settings.metrics
            delivery = Delivery(store, consumers, days=settings.event_days)
            service.on_commit = delivery.wake
            self._running = running
            try:
                async with delivery.running():
                    yield
            finally:
                self._running = None

    def _start(self, settings: Settings, service: Service) -> _Running:
        discovery = Discovery(self.application, basic=settings.basic is not None)
        rate, failures = Rate(settings.rate, settings.rate_burst), Failures(settings.failures)
        authenticator = self._authenticator(settings, service, rate, failures)
        return _Running(
            service=service,
            authenticator=authenticator,
            router=Router(service.trees.values()),
            handlers=Handlers(service, discovery),
            token_endpoint=TokenEndpoint(
                service.store, settings.access_token_minutes, authenticator
            ),
            has_tenants=bool(settings.tenancy),
            local_requests=LocalRequests(settings) if settings.open_to_loopback else None,
        )

    def _authenticator(
        self, settings: Settings, service: Service, rate: Rate, failures: Failures
    ) -> RequestAuthenticator:
        async def prepare(tenant: str) -> None:
            await reindex_at_startup(service, tenant)
            await seed(service, tenant, self.application, self.catalog)

        authentication = Authentication(
            settings.tokens,
            settings.basic,
            tokens=service.store.tokens,
            jwt=JwtBearer(settings.jwt) if settings.jwt else None,
            open_to_loopback=settings.open_to_loopback,
            only_loopback=only_loopback(settings),
        )
        return RequestAuthenticator(
            authentication=authentication,
            tenants=Tenants(service.store, prepare, settings.tenancy, settings.tenant_domain),
            proxies=Proxies(settings.trusted_proxies),
            rate=rate,
            failures=failures,
            public_url=settings.public_url,
        )

    def _consumers(self, settings: Settings) -> dict[str, Consumer]:
        """The recipients of events, by name."""
        consumers: dict[str, Consumer] = {}
        if self.hooks:
            models = {one.name: one.model for one in self.application.resource_types}
            consumers["hooks"] = lambda event: self.hooks.deliver(event, models)
        if settings.webhook_url:
            consumers["webhook"] = Webhook(settings.webhook_url, settings.webhook_secret).deliver
        return consumers

    def directory(self, tenant: str = TENANT) -> Directory:
        """The app's own access to its users, grants and groups, while the lifespan runs."""
        if self._running is None:
            raise RuntimeError(_NOT_STARTED)
        context = RequestContext(tenant, BASE_PATH, actor="app", silent=True)
        return Directory(self._running.service, context)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request with a SCIM response, and write one line to the log."""
        if scope["type"] != "http":
            return
        started, status = time.perf_counter(), 0
        record = RequestRecord(f"{self._process}-{next(self._numbers)}")

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"].append((b"x-request-id", record.id.encode()))
                message["headers"].extend(SECURITY_HEADERS)
            await send(message)

        try:
            response = await self._respond(scope, receive, record)
            await response(scope, receive, send_with_id)
        except Exception as error:
            problem = error_of(error, record.id)
            record.reason = problem.reason
            if not status:
                await error_response(problem)(scope, receive, send_with_id)
        seconds = time.perf_counter() - started
        self.metrics.observe(scope["method"], record.route, status, seconds)
        self._log(scope, status, seconds, record)

    async def _respond(self, scope: Scope, receive: Receive, record: RequestRecord) -> Response:
        """Authenticate, route, authorize, handle."""
        running = self._running
        if running is None:
            raise ScimError(503, f"{_NOT_STARTED.capitalize()}.")
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if running.local_requests is not None:
            running.local_requests.check(scope, headers)
        authenticated = await running.authenticator.authenticate(
            scope, headers, record.id, record.caller
        )
        record.context = authenticated.context
        current_caller.set(authenticated.principal.key)
        endpoint, resource_id = running.router.find(authenticated.path)
        record.route = endpoint.template
        route = endpoint.route(scope["method"])
        principal, context = authenticated.principal, authenticated.context
        principal.check(route.scope)
        if principal.confined:
            context = replace(context, own=True)
            if not route.for_users:
                await check_own(
                    running.service, context.tenant, route.trees, principal, resource_id
                )
        exchange = Exchange(
            request=Request(scope, receive),
            headers=headers,
            record=record,
            principal=principal,
            context=context,
            trees=route.trees,
            resource_id=resource_id,
        )
        return await route.handler(running.handlers, exchange)

    def _log(self, scope: Scope, status: int, seconds: float, record: RequestRecord) -> None:
        context, tenant, route = record.context, "", record.route
        if context is not None and self._running and self._running.has_tenants:
            tenant = context.tenant
        if not route and self._running:
            root: str = scope.get("root_path", "")
            route = self._running.router.template(scope["path"].removeprefix(root))
        logs.request(
            scope["method"],
            route,
            status,
            seconds,
            record.id,
            record.ignored,
            tenant=tenant,
            actor=record.caller.name,
            refusal=logs.Refusal(record.reason, record.caller.address) if record.reason else None,
        )

    async def token(self, request: Request) -> Response:
        """The token endpoint (RFC 6749 section 4.4), to be routed outside of the base path:

        app.add_route("/oauth/token", scim_app.token, methods=["POST"])
        """
        if self._running is None:
            return PlainTextResponse("starting", 503)
        try:
            response = await self._running.token_endpoint.answer(request)
        except ClientDisconnect:
            return PlainTextResponse("the connection ended before the body did", 400)
        response.raw_headers.extend(missing_headers(response.raw_headers))
        return response
