"""PostgreSQL: a pool of connections; any number of server processes and machines may share one database.

A job runs in a transaction that locks what it changes. Where two come in each other's way nevertheless (a deadlock, one
unique value from two sides), the database refuses one of them, and that one is run anew: it then finds what the other
has done.
"""

import asyncio
import importlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import lru_cache
from itertools import count
from typing import Any, TypeVar
from urllib.parse import urlsplit

from ..ports.resources import StorageError
from .backups import Stream
from .bulk_loading import BulkTransaction
from .dialect import Postgres
from .migrations import prepare
from .pool import ConnectionPool
from .reads import SqlReads
from .writes import SqlTransaction

T = TypeVar("T")

SCHEMA = "scim"
"""The schema that holds the tables, so that they get into nobody's way."""

_ATTEMPTS = 8
_STATEMENTS = 1000
_PREFETCHED = 1000
_CONNECT_SECONDS = 5

_GONE = {
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
"""A server that is gone without a word, or hangs, gives its locks back after a minute."""

_AGAIN = frozenset({"23505", "40001", "40P01"})
"""unique_violation, serialization_failure, deadlock_detected."""


@lru_cache(maxsize=_STATEMENTS)
def _numbered(statement: str) -> str:
    """The statement with `$1`, `$2`, … for its parameters; no `?` stands in a statement for anything else."""
    parts, numbers = statement.split("?"), count(1)
    return parts[0] + "".join(f"${next(numbers)}{part}" for part in parts[1:])


class PostgresConnection:
    """One connection."""

    dialect = Postgres()

    def __init__(self, raw: Any) -> None:
        self.raw = raw

    async def rows(self, statement: str, parameters: Sequence[Any] = ()) -> Sequence[Sequence[Any]]:
        found: Sequence[Sequence[Any]] = await self.raw.fetch(_numbered(statement), *parameters)
        return found

    async def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        status: str = await self.raw.execute(_numbered(statement), *parameters)
        changed = status.rpartition(" ")[2]
        return int(changed) if changed.isdecimal() else 0

    async def run_many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        await self.raw.executemany(_numbered(statement), rows)

    async def copy(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        await self.raw.copy_records_to_table(table, columns=columns, records=rows)

    async def layout(self) -> int:
        if not await self.raw.fetchval("SELECT to_regclass('layout')"):
            return 0
        return int(await self.raw.fetchval("SELECT version FROM layout"))

    async def set_layout(self, layout: int) -> None:
        await self.raw.execute("CREATE TABLE IF NOT EXISTS layout (version INTEGER NOT NULL)")
        await self.raw.execute("DELETE FROM layout")
        await self.raw.execute("INSERT INTO layout VALUES ($1)", layout)


class PostgresStore(SqlReads):
    """A store in a PostgreSQL database.

    Args:
        url: `postgresql://user:password@host/database`, as libpq reads it.
        connections: how many the pool may hold.
        partitions: into how many parts new tables are spread by tenant, 0 for none.
        migrate: whether the tables are made and brought up to date when it is opened.
    """

    def __init__(
        self, url: str, *, connections: int = 10, partitions: int = 0, migrate: bool = True
    ) -> None:
        self.url = url
        self.connections = connections
        self.partitions = partitions
        self.migrate = migrate
        self.found = 0  # the layout of the tables when the store was opened
        self._pool = ConnectionPool()

    async def open(self) -> None:
        try:
            self._driver: Any = importlib.import_module("asyncpg")
        except ImportError:
            raise StorageError("PostgreSQL needs a driver: pip install asyncpg") from None
        driver = self._driver
        theirs = (driver.PostgresError, driver.InterfaceError, driver.InternalClientError)
        self._failures = (*theirs, OSError, TimeoutError)
        async with self._reported("cannot use the database"):
            pool = await self._driver.create_pool(
                self.url,
                min_size=1,
                max_size=self.connections,
                statement_cache_size=_STATEMENTS,
                timeout=_CONNECT_SECONDS,
                server_settings={"search_path": SCHEMA, "application_name": "scim", **_GONE},
                reset=_keep,
            )
            self._pool.open(pool, driver.InterfaceError)
            async with self._pool.one() as raw, raw.transaction():
                connection = PostgresConnection(raw)
                self.found = await (
                    self._prepare(connection) if self.migrate else connection.layout()
                )
        super().__init__(_PooledConnection(self._pool, self._reported))

    async def _prepare(self, connection: PostgresConnection) -> int:
        await connection.raw.execute(connection.dialect.advisory_lock)
        await connection.raw.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        if not await connection.layout():
            await connection.raw.execute("CREATE SEQUENCE IF NOT EXISTS resource_keys")
        return await prepare(connection, partitions=self.partitions)

    async def close(self) -> None:
        await self._pool.close()

    async def write(self, job: Callable[[SqlTransaction], Awaitable[T]]) -> T:
        attempt = 0
        while True:
            attempt += 1
            async with self._reported("the database cannot be written"):
                try:
                    async with self._pool.one() as raw, raw.transaction():
                        return await job(BulkTransaction(PostgresConnection(raw)))
                except self._driver.PostgresError as error:
                    if error.sqlstate not in _AGAIN or attempt == _ATTEMPTS:
                        raise
            await asyncio.sleep(0.005 * attempt)

    async def write_reindex(self, job: Callable[[SqlTransaction], Awaitable[T]]) -> T:
        return await self.write(job)

    def gauges(self) -> dict[str, tuple[str, float]]:
        return {
            "scim_database_connections": ("Connections that the pool holds.", self._pool.size),
            "scim_database_connections_in_use": (
                "Connections that are at work.",
                self._pool.busy,
            ),
            "scim_database_connections_max": (
                "Connections that the pool may hold.",
                self.connections,
            ),
        }

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[Stream]:
        """What is stored at one moment, whoever writes meanwhile."""
        async with self._reported("the database cannot be read:"), self._pool.one() as raw:

            async def stream(statement: str) -> AsyncGenerator[Sequence[Any]]:
                async for row in raw.cursor(statement, prefetch=_PREFETCHED):
                    yield row

            async with raw.transaction(isolation="repeatable_read", readonly=True):
                await raw.execute(
                    "SET LOCAL idle_in_transaction_session_timeout = 0"
                )  # who reads may take their time
                yield stream

    @asynccontextmanager
    async def _reported(self, what: str) -> AsyncGenerator[None]:
        """The driver's errors as ours; never with the URL's password."""
        try:
            yield
        except self._failures as error:
            place = urlsplit(self.url)
            raise StorageError(f"{what} {place.hostname or ''}{place.path}: {error}") from None


class _PooledConnection:
    """Whatever is outside of a transaction: each statement runs on whichever connection is free."""

    dialect = PostgresConnection.dialect

    def __init__(
        self, pool: ConnectionPool, reported: Callable[[str], AbstractAsyncContextManager[None]]
    ) -> None:
        self._pool = pool
        self._reported = reported

    async def rows(self, statement: str, parameters: Sequence[Any] = ()) -> Sequence[Sequence[Any]]:
        async with self._reported("the database cannot be read:"), self._pool.one() as raw:
            return await PostgresConnection(raw).rows(statement, parameters)

    async def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        async with self._reported("the database cannot be written"), self._pool.one() as raw:
            return await PostgresConnection(raw).run(statement, parameters)

    async def run_many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        async with self._reported("the database cannot be written"), self._pool.one() as raw:
            await PostgresConnection(raw).run_many(statement, rows)

    async def copy(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        async with self._reported("the database cannot be written"), self._pool.one() as raw:
            await PostgresConnection(raw).copy(table, columns, rows)


async def _keep(raw: Any) -> None:
    """Connections go back to the pool as they are: nothing here changes a session's state."""
