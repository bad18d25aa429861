"""Authentication, tenant resolution and rate limit of a request, before it reaches an endpoint."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from starlette.types import Scope

from ..messages.context import RequestContext
from ..messages.errors import ScimError
from .authentication import Authentication
from .principal import Principal
from .proxies import Proxies
from .rate import Failures, Rate
from .tenancy import Tenants


@dataclass(slots=True)
class Caller:
    """What the log reports about the sender of a request, also if the request is refused.

    Args:
        address: the address of the client; "" if it is not known.
        name: the name of the principal; "" if authentication has failed.
    """

    address: str = ""
    name: str = ""


class AuthenticatedRequest(NamedTuple):
    """A request that may reach its endpoint.

    Args:
        principal: the authenticated caller.
        context: the tenant, base URL and actor.
        path: the path below the base URL.
    """

    principal: Principal
    context: RequestContext
    path: str


@dataclass(frozen=True, slots=True)
class RequestAuthenticator:
    """Authenticates requests.

    Args:
        authentication: checks the credentials.
        tenants: resolves the tenants.
        proxies: the trusted proxies, for the scheme and host that the client used.
        rate: the rate limit of tenants.
        failures: the limit of failed authentications.
        public_url: scheme and host as clients see them; None to take them from each request.
    """

    authentication: Authentication
    tenants: Tenants
    proxies: Proxies
    rate: Rate
    failures: Failures
    public_url: str | None = None

    async def authenticate(
        self, scope: Scope, headers: Mapping[bytes, bytes], request_id: str, caller: Caller
    ) -> AuthenticatedRequest:
        """Authenticate a request and resolve its tenant.

        Args:
            scope: of the request.
            headers: by their names in lower case.
            request_id: the identifier of the request in the log.
            caller: is filled with what is known about the sender.

        Raises:
            ScimError: 401 is checked first, so that responses without authentication do not show
                which tenants exist; then 403, 404 for the tenant and 429 for the rate. 429 also for
                too many failures.
        """
        caller.address = self.proxies.client(scope, headers)
        principal = await self._principal(scope, headers, caller.address)
        caller.name = principal.name
        scheme, host = self.proxies.origin(scope, headers)
        root: str = scope.get("root_path", "")
        place = self.tenants.place(principal, host, root, scope["path"].removeprefix(root))
        await self.tenants.enter(principal, place.tenant)
        self.rate.take(place.tenant)
        base = (self.public_url or f"{scheme}://{host}") + place.root
        return AuthenticatedRequest(
            principal,
            RequestContext(place.tenant, base, actor=principal.name, request_id=request_id),
            place.path,
        )

    async def _principal(
        self, scope: Scope, headers: Mapping[bytes, bytes], address: str
    ) -> Principal:
        """Check the credentials, and limit how many wrong ones an address can try."""
        authorization = headers.get(b"authorization", b"")
        if authorization.strip()[:5].lower() == b"basic":
            self.failures.check(address)
        client = scope.get("client")
        try:
            return await self.authentication.principal(headers, client[0] if client else None)
        except ScimError as error:
            if error.status == 401 and authorization:
                self.failures.count(address)
            raise
