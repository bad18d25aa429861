"""Who asks: what authentication has found out, and what that allows."""

import time
from dataclasses import dataclass

from ..messages.errors import ScimError

READ = "scim.read"
WRITE = "scim.write"
SCOPES = frozenset({READ, WRITE})
"""Reading; writing, which includes reading, since a write is answered with the resource."""

_SECONDS = 3.0
_MOST = 4096


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks.

    Args:
        name: for the audit trail: a token's name, `basic:user`, `jwt:subject`.
        tenant: the only tenant that it may open, None for any that there is.
        subject: the user that it stands for, as an issuer of access tokens names it (RFC 7644 section 3.11).
        expires: until when it holds, in seconds since 1970.
    """

    name: str
    tenant: str | None = None
    scopes: frozenset[str] = SCOPES
    subject: str | None = None
    expires: float | None = None

    def check(self, scope: str) -> None:
        """Refuse what the scopes do not allow (RFC 6750 section 3.1). `WRITE` includes `READ`."""
        if scope in self.scopes or WRITE in self.scopes:
            return
        verb = "read" if scope == READ else "write"
        detail = f"The token of {self.name!r} lacks the scope {scope}: it may not {verb}."
        challenge = f'Bearer realm="SCIM", error="insufficient_scope", scope="{scope}"'
        raise ScimError(403, detail, headers={"WWW-Authenticate": challenge})


class PrincipalCache:
    """The principals of the last seconds, by the hash of what they have shown: a token is looked up once in a while.

    What is revoked is noticed when its time here is over. What was refused is not kept: strangers fill no memory.
    """

    def __init__(self, seconds: float = _SECONDS, most: int = _MOST) -> None:
        self._seconds = seconds
        self._most = most
        self._kept: dict[bytes, tuple[Principal, float]] = {}

    def get(self, hashed: bytes) -> Principal | None:
        """The principal, if it was seen just now."""
        kept = self._kept.get(hashed)
        return kept[0] if kept is not None and time.monotonic() < kept[1] else None

    def put(self, hashed: bytes, principal: Principal) -> None:
        """Keep a principal for a few seconds, and never beyond its end."""
        if len(self._kept) >= self._most:
            self._kept.clear()
        left = (
            self._seconds
            if principal.expires is None
            else min(self._seconds, principal.expires - time.time())
        )
        self._kept[hashed] = principal, time.monotonic() + left
