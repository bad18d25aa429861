"""Tokens in the table `tokens`.

A secret has 256 random bits, so its SHA-256 is enough: nobody can guess a secret, and a slow hash
would only make requests slow. For the same reason a row may be looked up by the hash: the time it
takes depends on the hash alone.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ..ports.tokens import Token
from ..schema.folding import fold_date_time
from .connection import Connection

_COLUMNS = "id, tenant, name, kind, scopes, created, expires, revoked"
_INSERT = (
    "INSERT INTO tokens (id, tenant, name, hash, kind, scopes, created, expires)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


class SqlTokens:
    """The tokens port (`ports.tokens.Tokens`) over a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def find(self, secret_hash: bytes) -> Token | None:
        statement = f"SELECT {_COLUMNS} FROM tokens WHERE hash = ?"
        return _first(await self._connection.rows(statement, [secret_hash.hex()]))

    async def get(self, token_id: str) -> Token | None:
        statement = f"SELECT {_COLUMNS} FROM tokens WHERE id = ?"
        return _first(await self._connection.rows(statement, [token_id]))

    async def list(self, tenant: str | None = None) -> "list[Token]":
        condition, parameters = "", []
        if tenant is not None:
            condition, parameters = " AND tenant = ?", [tenant]
        rows = await self._connection.rows(
            f"SELECT {_COLUMNS} FROM tokens WHERE kind <> 'access'{condition}"
            " ORDER BY tenant, created, id",
            parameters,
        )
        return [Token(*row) for row in rows]

    async def any_valid(self, now: datetime) -> bool:
        rows = await self._connection.rows(
            "SELECT 1 FROM tokens"
            " WHERE revoked IS NULL AND (expires IS NULL OR expires > ?) LIMIT 1",
            [fold_date_time(now)],
        )
        return bool(rows)

    async def add(self, token: Token, secret_hash: bytes) -> None:
        await self._connection.run(
            _INSERT,
            [
                token.id,
                token.tenant,
                token.name,
                secret_hash.hex(),
                token.kind,
                token.scopes,
                token.created,
                token.expires,
            ],
        )

    async def set_expiry(self, token_id: str, expires: str) -> None:
        await self._connection.run(
            "UPDATE tokens SET expires = ? WHERE id = ?", [expires, token_id]
        )

    async def revoke(self, token: Token, now: datetime) -> None:
        await self._connection.run(
            "UPDATE tokens SET revoked = ? WHERE id = ? AND revoked IS NULL",
            [fold_date_time(now), token.id],
        )
        if token.kind == "client":
            await self._connection.run(
                "DELETE FROM tokens WHERE kind = 'access' AND tenant = ? AND name = ?",
                [token.tenant, token.name],
            )

    async def purge(self, now: datetime) -> None:
        await self._connection.run(
            "DELETE FROM tokens WHERE kind = 'access' AND expires < ?", [fold_date_time(now)]
        )


def _first(rows: Sequence[Sequence[Any]]) -> Token | None:
    return Token(*rows[0]) if rows else None
