"""Authentication, tenant resolution and rate limit of a request, before it reaches an endpoint."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from starlette.types import Scope

from ..messages.context import RequestContext
from .authentication import Authentication
from .principal import Principal
from .proxies import Proxies
from .rate import Rate
from .tenancy import Tenants


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
        rate: the rate limit.
        public_url: scheme and host as clients see them; None to take them from each request.
    """

    authentication: Authentication
    tenants: Tenants
    proxies: Proxies
    rate: Rate
    public_url: str | None = None

    async def authenticate(
        self, scope: Scope, headers: Mapping[bytes, bytes], request_id: str
    ) -> AuthenticatedRequest:
        """Authenticate a request and resolve its tenant.

        Raises:
            ScimError: 401 is checked first, so that responses without authentication do not show
                which tenants exist; then 403, 404 for the tenant and 429 for the rate.
        """
        client = scope.get("client")
        principal = await self.authentication.principal(headers, client[0] if client else None)
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
