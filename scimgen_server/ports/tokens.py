"""The tokens port: the credentials that are kept in the store."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from ..schema.folding import fold_date_time

Kind: TypeAlias = Literal["bearer", "client", "access"]
"""bearer: for the endpoints. client: for the token endpoint. access: issued by the latter."""


@dataclass(frozen=True, slots=True)
class Token:
    """One secret and its rights.

    Args:
        tenant: the only tenant that it opens.
        name: for people and the audit trail; the `client_id` of a client.
        scopes: separated by spaces.
        created: as `folding.fold_date_time` writes it.
        expires: when it becomes invalid, in the same format; None for never.
        revoked: when it was revoked; None if it was not.
    """

    id: str
    tenant: str
    name: str
    kind: Kind
    scopes: str
    created: str
    expires: str | None = None
    revoked: str | None = None

    def valid(self, now: datetime) -> bool:
        """Whether it gives any rights at a time."""
        return self.revoked is None and (self.expires is None or fold_date_time(now) < self.expires)


class Tokens(Protocol):
    """Tokens by id and by the hash of their secret. The secret itself is never stored."""

    async def find(self, secret_hash: bytes) -> Token | None:
        """The token with this hash, valid or not."""
        ...

    async def get(self, token_id: str) -> Token | None:
        """The token with this id."""
        ...

    async def list(self, tenant: str | None = None) -> "list[Token]":
        """All tokens but access tokens, or those of one tenant, by tenant and time of creation."""
        ...

    async def any_valid(self, now: datetime) -> bool:
        """Whether there is a valid token."""
        ...

    async def add(self, token: Token, secret_hash: bytes) -> None:
        """Store a new token."""
        ...

    async def set_expiry(self, token_id: str, expires: str) -> None:
        """Change when a token becomes invalid."""
        ...

    async def revoke(self, token: Token, now: datetime) -> None:
        """Revoke a token, and the access tokens that a client got with it."""
        ...

    async def purge(self, now: datetime) -> None:
        """Delete the access tokens that have expired."""
        ...
