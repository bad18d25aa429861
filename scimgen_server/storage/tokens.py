"""Tokens: who may ask, of which tenant, for what and until when. The database has a secret's SHA-256, never the secret.

A secret is 256 random bits. A slow hash would make guessing dear, but here nobody can guess: SHA-256 is enough. For the
same reason a row is looked up by the hash: how long that takes tells of the hash alone, which nobody who lacks the
secret can steer towards another one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex, token_urlsafe
from typing import Any, Literal, TypeAlias

from ..schema.folding import fold_date_time
from .connection import Connection

Kind: TypeAlias = Literal["bearer", "client", "access"]
"""What opens the endpoints; what asks the token endpoint for an access token; what that gives out."""

_COLUMNS = "id, tenant, name, kind, scopes, created, expires, revoked"
_TENANTS = "SELECT tenant FROM tokens WHERE revoked IS NULL UNION SELECT tenant FROM layouts"


@dataclass(frozen=True, slots=True)
class Token:
    """One secret and what it opens.

    Args:
        name: whose it is, for people and for the audit trail; of a client also its `client_id`.
        scopes: with spaces between.
        expires: when it ends by itself, as `folding.fold_date_time` writes it.
        revoked: since when it opens nothing any more.
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
        """Whether it opens anything at this moment."""
        return self.revoked is None and (self.expires is None or fold_date_time(now) < self.expires)


def hash_of(secret: bytes) -> bytes:
    """What is kept of a secret."""
    return sha256(secret).digest()


async def create(
    connection: Connection,
    now: datetime,
    *,
    tenant: str,
    name: str,
    scopes: str,
    kind: Kind = "bearer",
    lifetime: timedelta | None = None,
) -> tuple[Token, str]:
    """A new token and its secret, which nobody can ask for again."""
    secret = f"scim_{token_urlsafe(32)}"
    expires = fold_date_time(now + lifetime) if lifetime is not None else None
    token = Token(token_hex(6), tenant, name, kind, scopes, fold_date_time(now), expires)
    await connection.run(
        "INSERT INTO tokens (id, tenant, name, hash, kind, scopes, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            token.id,
            tenant,
            name,
            hash_of(secret.encode()).hex(),
            kind,
            scopes,
            token.created,
            expires,
        ],
    )
    return token, secret


async def find(connection: Connection, hashed: bytes) -> Token | None:
    """The token of a secret, by its hash."""
    return _one(
        await connection.rows(f"SELECT {_COLUMNS} FROM tokens WHERE hash = ?", [hashed.hex()])
    )


async def get(connection: Connection, token_id: str) -> Token | None:
    """A token by its id."""
    return _one(await connection.rows(f"SELECT {_COLUMNS} FROM tokens WHERE id = ?", [token_id]))


async def listed(connection: Connection, tenant: str | None = None) -> list[Token]:
    """All tokens that people have made, or one tenant's."""
    which, parameters = (" AND tenant = ?", [tenant]) if tenant is not None else ("", [])
    statement = (
        f"SELECT {_COLUMNS} FROM tokens WHERE kind <> 'access'{which} ORDER BY tenant, created, id"
    )
    return [Token(*row) for row in await connection.rows(statement, parameters)]


async def rotate(
    connection: Connection, now: datetime, token: Token, keep: timedelta
) -> tuple[Token, str]:
    """A new secret for the same use; the old one ends after a while, if it does not sooner by itself."""
    lifetime = None
    if token.expires is not None:  # the new one lives as long as the old one was to live
        lifetime = datetime.fromisoformat(token.expires) - datetime.fromisoformat(token.created)
    new, secret = await create(
        connection,
        now,
        tenant=token.tenant,
        name=token.name,
        scopes=token.scopes,
        kind=token.kind,
        lifetime=lifetime,
    )
    until = fold_date_time(now + keep)
    await connection.run(
        "UPDATE tokens SET expires = ? WHERE id = ?", [min(token.expires or until, until), token.id]
    )
    return new, secret


async def revoke(connection: Connection, now: datetime, token: Token) -> None:
    """End a token, and whatever a client was given with it."""
    when = fold_date_time(now)
    await connection.run(
        "UPDATE tokens SET revoked = ? WHERE id = ? AND revoked IS NULL", [when, token.id]
    )
    if token.kind == "client":
        statement = "DELETE FROM tokens WHERE kind = 'access' AND tenant = ? AND name = ?"
        await connection.run(statement, [token.tenant, token.name])


async def purge(connection: Connection, now: datetime) -> None:
    """Forget the access tokens that have expired: nobody made them, so nobody looks for them."""
    await connection.run(
        "DELETE FROM tokens WHERE kind = 'access' AND expires < ?", [fold_date_time(now)]
    )


async def any_valid(connection: Connection, now: datetime) -> bool:
    """Whether anybody can authenticate with a token of the database."""
    statement = (
        "SELECT 1 FROM tokens WHERE revoked IS NULL AND (expires IS NULL OR expires > ?) LIMIT 1"
    )
    return bool(await connection.rows(statement, [fold_date_time(now)]))


async def tenants(connection: Connection) -> list[str]:
    """The tenants that there are: somebody made a token for them, or they were served before."""
    return [row[0] for row in await connection.rows(f"{_TENANTS} ORDER BY tenant")]


async def is_tenant(connection: Connection, tenant: str) -> bool:
    """Whether there is such a tenant."""
    return bool(
        await connection.rows(f"SELECT tenant FROM ({_TENANTS}) t WHERE tenant = ?", [tenant])
    )


def _one(rows: Sequence[Sequence[Any]]) -> Token | None:
    return Token(*rows[0]) if rows else None
