"""One process, many tenants: how a request names its own, and what must be done before a tenant is first served."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from ..messages.errors import ScimError
from ..ports.resources import Store
from ..settings import Tenancy
from .principal import Principal

TENANT = "default"
"""The tenant of a server that has one, and of credentials that name none."""

is_tenant_name = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?").fullmatch
"""Tenants stand in host names and paths as they are, so they are written in one way alone."""


class Place(NamedTuple):
    """Where a request goes: a tenant, the base path as the client knows it, and the endpoint's path below that."""

    tenant: str
    root: str
    path: str


class Tenants:
    """The tenants of this server.

    Args:
        tenancy: how a request names its tenant.
        domain: what follows the tenant in host names; without it the whole host name is the tenant.
        prepare: brings a tenant's values and layouts up to date.
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
        """Prepare the tenants that there are."""
        known = sorted(await self._store.tenants()) if self._tenancy else []
        own = [TENANT] if self._tenancy in ("", "token") else []
        for tenant in dict.fromkeys([*own, *known]):
            await self._make_ready(tenant)

    def place(self, principal: Principal, host: str, root: str, path: str) -> Place:
        """Where a request goes; a 404 where it names no tenant."""
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
        """Let a principal into a tenant, or refuse it: 403 for another's, whether that exists or not; 404 for none."""
        if principal.tenant is not None and principal.tenant != tenant:
            raise ScimError(403, f"The token of {principal.name!r} belongs to another tenant.")
        if tenant in self._ready:
            return
        # A token that names its tenant has made it; whoever may enter all of them makes none by a slip of the pen.
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
    detail = f"There is no tenant {tenant[:100]!r} here: check the base URL that the SCIM client is set up with."
    return ScimError(404, detail)
