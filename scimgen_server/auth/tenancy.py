"""Tenants: finds the tenant of a request, and prepares a tenant before its first request."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from ..messages.errors import ScimError
from ..ports.resources import Store
from ..settings import Tenancy
from .principal import Principal

TENANT = "default"
"""The tenant of a server without tenancy, and of credentials without a tenant."""

is_tenant_name = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?").fullmatch
"""Matches the name of a tenant. Host names and paths contain it, so there is only one spelling."""


class Place(NamedTuple):
    """The target of a request.

    Args:
        tenant: the name of the tenant.
        root: the base path as the client sees it.
        path: the path below it.
    """

    tenant: str
    root: str
    path: str


class Tenants:
    """The tenants of this server.

    Args:
        store: the store, which knows the existing tenants.
        prepare: stores the values of the description for a tenant, and updates its indexes.
        tenancy: how a request names its tenant.
        domain: the domain after the tenant in host names; without it the host name is the tenant.
    """

    def __init__(
        self,
        store: Store,
        prepare: Callable[[str], Awaitable[None]],
        tenancy: Tenancy = "",
        domain: str | None = None,
    ) -> None:
        self._store = store
        self._prepare = prepare
        self._tenancy = tenancy
        self._domain = f".{domain}" if domain else ""
        self._ready: set[str] = set()
        self._preparing = asyncio.Lock()

    async def start(self) -> None:
        """Prepare all existing tenants."""
        known = sorted(await self._store.tenants()) if self._tenancy else []
        default = [TENANT] if self._tenancy in ("", "token") else []
        for tenant in dict.fromkeys([*default, *known]):
            await self._make_ready(tenant)

    def place(self, principal: Principal, host: str, root: str, path: str) -> Place:
        """Find the target of a request.

        Args:
            principal: the caller, whose token can name the tenant.
            host: the host that the client used.
            root: the path at which the app is mounted.
            path: the path below it.

        Raises:
            ScimError: 404 if the request has no valid name of a tenant.
        """
        match self._tenancy:
            case "host":
                tenant = self._of_host(host)
            case "path":
                tenant, slash, rest = path.removeprefix("/").partition("/")
                root, path = f"{root}/{tenant}", slash + rest
            case "token":
                tenant = principal.tenant or TENANT
            case _:
                tenant = TENANT
        if tenant not in self._ready and not is_tenant_name(tenant):
            raise _no_tenant(tenant)
        return Place(tenant, root, path)

    async def enter(self, principal: Principal, tenant: str) -> None:
        """Check that a principal may use a tenant, and prepare the tenant.

        Raises:
            ScimError: 403 for another tenant than the principal's, whether it exists or not; 404 if
                the tenant does not exist.
        """
        if principal.tenant is not None and principal.tenant != tenant:
            raise ScimError(403, f"The token of {principal.name!r} belongs to another tenant.")
        if tenant in self._ready:
            return
        # A tenant exists from the first request with a token for it. A principal for all tenants
        # creates none, because a mistyped URL would create one.
        if principal.tenant is None and not await self._store.is_tenant(tenant):
            raise _no_tenant(tenant)
        await self._make_ready(tenant)

    async def _make_ready(self, tenant: str) -> None:
        async with self._preparing:
            if tenant not in self._ready:
                await self._prepare(tenant)
                self._ready.add(tenant)

    def _of_host(self, host: str) -> str:
        name = host.partition(":")[0].lower().rstrip(".")
        return name.removesuffix(self._domain) if name.endswith(self._domain) else ""


def _no_tenant(tenant: str) -> ScimError:
    detail = (
        f"There is no tenant {tenant[:100]!r}; check the base URL in the settings of the client."
    )
    return ScimError(404, detail)
