"""The principal: the authenticated caller of a request and its rights."""

import time
from dataclasses import dataclass

from ..messages.errors import ScimError

READ = "scim.read"
WRITE = "scim.write"
SCOPES = frozenset({READ, WRITE})
"""The scopes. Writing includes reading, because the response to a write has the resource."""

ADMIN = "scim.admin"
"""The scope with which the access token of a user reaches other resources than that user."""

_CACHE_SECONDS = 3.0
_CACHE_SIZE = 4096


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated caller.

    Args:
        name: the name in the audit trail: a token's name, `basic:user` or `jwt:subject`.
        tenant: the only tenant that the caller may use; None for any existing tenant.
        scopes: the scopes that the caller has.
        subject: the user that the caller acts for, as the issuer of the access token names the user
            (RFC 7644 section 3.11); None for a client that acts for no user.
        expires: when the credential expires, in seconds since 1970; None for never.
        confined: whether the caller reaches the user of `subject` alone.
    """

    name: str
    tenant: str | None = None
    scopes: frozenset[str] = SCOPES
    subject: str | None = None
    expires: float | None = None
    confined: bool = False

    @property
    def key(self) -> str:
        """What distinguishes the caller from others. Tokens with the same name are one caller."""
        return f"{self.tenant or ''}/{self.name}"

    def check(self, scope: str) -> None:
        """Check that the caller has a scope (RFC 6750 section 3.1).

        Raises:
            ScimError: 403.
        """
        if scope in self.scopes or WRITE in self.scopes:
            return
        verb = "read" if scope == READ else "write"
        detail = (
            f"The token of {self.name!r} does not have the scope {scope}, so it may not {verb}."
        )
        challenge = f'Bearer realm="SCIM", error="insufficient_scope", scope="{scope}"'
        raise ScimError(403, detail, headers={"WWW-Authenticate": challenge})


class PrincipalCache:
    """Caches principals for a few seconds, so that few requests look up a token in the store.

    A revoked token is therefore accepted for this time. Refused credentials are not cached, because
    anyone could fill the memory with them.

    Args:
        seconds: how long a principal is cached.
        most: how many principals are cached; then the cache is emptied.
    """

    def __init__(self, seconds: float = _CACHE_SECONDS, most: int = _CACHE_SIZE) -> None:
        self._seconds = seconds
        self._most = most
        self._kept: dict[bytes, tuple[Principal, float]] = {}

    def get(self, hashed: bytes) -> Principal | None:
        """Return the principal of a credential by its hash, if it is cached."""
        kept = self._kept.get(hashed)
        if kept is None:
            return None
        principal, until = kept
        return principal if time.monotonic() < until else None

    def put(self, hashed: bytes, principal: Principal) -> None:
        """Cache a principal, at most until its credential expires."""
        if len(self._kept) >= self._most:
            self._kept.clear()
        seconds = self._seconds
        if principal.expires is not None:
            seconds = min(seconds, principal.expires - time.time())
        self._kept[hashed] = principal, time.monotonic() + seconds
