"""Connections to PostgreSQL: one, and those of a pool for short and for long statements."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from functools import lru_cache
from itertools import count
from typing import Any, TypeAlias

from .dialect import Postgres
from .pool import Checkout, ConnectionPool

StorageErrors: TypeAlias = Callable[[str], AbstractAsyncContextManager[None]]
"""Turns the errors of a block into StorageError. The text names what was attempted."""

CACHED_STATEMENTS = 200
CACHED_LENGTH = 2500
"""How many statements each connection keeps prepared, and their length in characters.

PostgreSQL keeps about 100 kB for the plan of such a filter. Filters make statements of any length;
the statements of other requests are shorter and fewer.
"""

_SHORT_SECONDS = 0.25

_LOCK_KEY = 0x5C13
"""The key of the advisory lock, the same for all servers of one database."""


def _numbered(statement: str) -> str:
    """Replace each `?` by `$1`, `$2`, … Statements have no `?` other than for parameters."""
    if len(statement) > CACHED_LENGTH:
        return _number(statement)
    return _cached_number(statement)


def _number(statement: str) -> str:
    parts, numbers = statement.split("?"), count(1)
    return parts[0] + "".join(f"${next(numbers)}{part}" for part in parts[1:])


_cached_number = lru_cache(maxsize=CACHED_STATEMENTS)(_number)


class PostgresConnection:
    """A connection.

    Args:
        checkout: holds it.
    """

    dialect = Postgres()

    def __init__(self, checkout: Checkout) -> None:
        self.raw = checkout.raw
        self._checkout = checkout

    async def rows(self, statement: str, parameters: Sequence[Any] = ()) -> Sequence[Sequence[Any]]:
        self._checkout.restart()
        found: Sequence[Sequence[Any]] = await self.raw.fetch(_numbered(statement), *parameters)
        return found

    async def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        self._checkout.restart()
        status: str = await self.raw.execute(_numbered(statement), *parameters)
        changed = status.rpartition(" ")[2]
        return int(changed) if changed.isdecimal() else 0

    async def run_many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        self._checkout.restart(len(rows))
        await self.raw.executemany(_numbered(statement), rows)

    async def copy(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        self._checkout.restart(len(rows))
        await self.raw.copy_records_to_table(table, columns=columns, records=rows)

    async def lift_limits(self) -> None:
        """Lift the time limits of the transaction."""
        self._checkout.lift()
        await self.raw.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")

    async def lock_exclusively(self) -> None:
        """Wait for the lock of an exclusive transaction and take it."""
        await self.raw.execute(f"SELECT pg_advisory_xact_lock({_LOCK_KEY})")

    async def layout(self) -> int:
        if not await self.raw.fetchval("SELECT to_regclass('layout')"):
            return 0
        return int(await self.raw.fetchval("SELECT version FROM layout"))

    async def set_layout(self, layout: int) -> None:
        await self.raw.execute("CREATE TABLE IF NOT EXISTS layout (version INTEGER NOT NULL)")
        await self.raw.execute("DELETE FROM layout")
        await self.raw.execute("INSERT INTO layout VALUES ($1)", layout)


class PooledConnection:
    """Runs statements outside of a transaction, each on any connection of the pool."""

    dialect = PostgresConnection.dialect

    def __init__(
        self,
        checkout: Callable[[], Checkout],
        storage_errors: StorageErrors,
    ) -> None:
        self._checkout = checkout
        self._storage_errors = storage_errors

    async def rows(self, statement: str, parameters: Sequence[Any] = ()) -> Sequence[Sequence[Any]]:
        async with self._storage_errors("cannot read the database"), self._checkout() as checkout:
            return await PostgresConnection(checkout).rows(statement, parameters)

    async def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        async with (
            self._storage_errors("cannot write to the database"),
            self._checkout() as checkout,
        ):
            return await PostgresConnection(checkout).run(statement, parameters)

    async def run_many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        async with (
            self._storage_errors("cannot write to the database"),
            self._checkout() as checkout,
        ):
            await PostgresConnection(checkout).run_many(statement, rows)

    async def copy(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        async with (
            self._storage_errors("cannot write to the database"),
            self._checkout() as checkout,
        ):
            await PostgresConnection(checkout).copy(table, columns, rows)


class SearchConnection(PooledConnection):
    """Runs the statements of searches. A few of them may take long at the same time.

    A statement that takes longer than `_SHORT_SECONDS` is cancelled, waits until less than this
    number run, and runs again.
    """

    def __init__(
        self,
        pool: ConnectionPool,
        storage_errors: StorageErrors,
    ) -> None:
        super().__init__(pool.for_search, storage_errors)
        self._long = PooledConnection(pool.for_long_search, storage_errors)

    async def rows(self, statement: str, parameters: Sequence[Any] = ()) -> Sequence[Sequence[Any]]:
        with suppress(_Long):
            async with (
                self._storage_errors("cannot read the database"),
                self._checkout() as checkout,
            ):
                return await _short_rows(PostgresConnection(checkout), statement, parameters)
        return await self._long.rows(statement, parameters)


class _Long(Exception):
    """A statement takes longer than `_SHORT_SECONDS`."""


async def _short_rows(
    connection: PostgresConnection, statement: str, parameters: Sequence[Any]
) -> Sequence[Sequence[Any]]:
    timeout = asyncio.timeout(_SHORT_SECONDS)
    try:
        async with timeout:
            return await connection.rows(statement, parameters)
    except TimeoutError:
        if timeout.expired():
            raise _Long from None
        raise
