"""Tokens in memory."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ...ports.tokens import Token
from ...schema.folding import fold_date_time
from .tables import SharedTables, TokenRow


class MemoryTokens:
    """The tokens port (`ports.tokens.Tokens`)."""

    def __init__(self, tables: SharedTables) -> None:
        self._rows = tables.tokens

    async def find(self, secret_hash: bytes) -> Token | None:
        found = [row.token for row in self._rows.rows() if row.secret_hash == secret_hash]
        return found[0] if found else None

    async def get(self, token_id: str) -> Token | None:
        row = self._rows.get(token_id)
        return row.token if row else None

    async def list(self, tenant: str | None = None) -> "list[Token]":
        wanted = [
            row.token
            for row in self._rows.rows()
            if row.token.kind != "access" and tenant in (None, row.token.tenant)
        ]
        return sorted(wanted, key=lambda token: (token.tenant, token.created, token.id))

    async def any_valid(self, now: datetime) -> bool:
        return any(row.token.valid(now) for row in self._rows.rows())

    async def add(self, token: Token, secret_hash: bytes) -> None:
        self._rows.put(token.id, TokenRow(token, secret_hash))

    async def set_expiry(self, token_id: str, expires: str) -> None:
        row = self._rows.get(token_id)
        if row:
            self._rows.put(token_id, replace(row, token=replace(row.token, expires=expires)))

    async def revoke(self, token: Token, now: datetime) -> None:
        row = self._rows.get(token.id)
        if row and row.token.revoked is None:
            revoked = replace(row.token, revoked=fold_date_time(now))
            self._rows.put(token.id, replace(row, token=revoked))
        if token.kind == "client":
            place = token.tenant, token.name
            self._delete_access_tokens(lambda one: (one.tenant, one.name) == place)

    async def purge(self, now: datetime) -> None:
        limit = fold_date_time(now)
        self._delete_access_tokens(lambda one: one.expires is not None and one.expires < limit)

    def _delete_access_tokens(self, is_wanted: Callable[[Token], bool]) -> None:
        for token_id, row in self._rows.items():
            if row.token.kind == "access" and is_wanted(row.token):
                self._rows.delete(token_id)
