"""The store in a PostgreSQL database, which any number of server processes can share.

A job runs in a transaction that locks the rows it changes. Two jobs can still conflict, by a
deadlock or by inserting the same unique value. PostgreSQL then rejects one of them. The store runs
that job again, and it sees the changes of the other.
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
"""The PostgreSQL schema of the tables, to separate them from those of other applications."""

_MAX_ATTEMPTS = 8
_CACHED_STATEMENTS = 1000
_PREFETCHED_ROWS = 1000
_CONNECT_SECONDS = 5

_DISCONNECT_SETTINGS = {
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
"""PostgreSQL releases the locks of a server that was lost or that hangs after a minute."""

_CONFLICTS = frozenset({"23505", "40001", "40P01"})
"""The SQLSTATE codes unique_violation, serialization_failure and deadlock_detected."""


@lru_cache(maxsize=_CACHED_STATEMENTS)
def _numbered(statement: str) -> str:
    """Replace each `?` by `$1`, `$2`, … Statements have no `?` other than for parameters."""
    parts, numbers = statement.split("?"), count(1)
    return parts[0] + "".join(f"${next(numbers)}{part}" for part in parts[1:])


class PostgresConnection:
    """A connection."""

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
        url: `postgresql://user:password@host/database`, in the form of libpq.
        connections: how many connections the pool may hold.
        partitions: how many partitions by tenant new tables get, 0 for none.
        migrate: whether opening the store creates the tables or updates them to the present layout.
    """

    def __init__(
        self, url: str, *, connections: int = 10, partitions: int = 0, migrate: bool = True
    ) -> None:
        self.url = url
        self.connections = connections
        self.partitions = partitions
        self.migrate = migrate
        self.found = 0
        """The layout of the tables before the store was opened, 0 for an empty database."""

        self._pool = ConnectionPool()

    async def open(self) -> None:
        try:
            self._driver: Any = importlib.import_module("asyncpg")
        except ImportError:
            raise StorageError("PostgreSQL needs a driver: pip install asyncpg") from None
        driver = self._driver
        self._errors = (
            driver.PostgresError,
            driver.InterfaceError,
            driver.InternalClientError,
            OSError,
            TimeoutError,
        )
        async with self._storage_errors("cannot open the database"):
            pool = await self._driver.create_pool(
                self.url,
                min_size=1,
                max_size=self.connections,
                statement_cache_size=_CACHED_STATEMENTS,
                timeout=_CONNECT_SECONDS,
                server_settings={
                    "search_path": SCHEMA,
                    "application_name": "scim",
                    **_DISCONNECT_SETTINGS,
                },
                reset=_skip_reset,
            )
            self._pool.open(pool, driver.InterfaceError)
            async with self._pool.one() as raw, raw.transaction():
                connection = PostgresConnection(raw)
                self.found = await (
                    self._prepare(connection) if self.migrate else connection.layout()
                )
        super().__init__(_PooledConnection(self._pool, self._storage_errors))

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
            async with self._storage_errors("cannot write to the database"):
                try:
                    async with self._pool.one() as raw, raw.transaction():
                        return await job(BulkTransaction(PostgresConnection(raw)))
                except self._driver.PostgresError as error:
                    if error.sqlstate not in _CONFLICTS or attempt == _MAX_ATTEMPTS:
                        raise
            await asyncio.sleep(0.005 * attempt)

    async def write_reindex(self, job: Callable[[SqlTransaction], Awaitable[T]]) -> T:
        return await self.write(job)

    def gauges(self) -> dict[str, tuple[str, float]]:
        return {
            "scim_database_connections": ("Connections that the pool holds.", self._pool.size),
            "scim_database_connections_in_use": ("Connections in use.", self._pool.busy),
            "scim_database_connections_max": (
                "Connections that the pool may hold.",
                self.connections,
            ),
        }

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[Stream]:
        """Read one state of the database while others write."""
        async with self._storage_errors("cannot read the database"), self._pool.one() as raw:

            async def stream(statement: str) -> AsyncGenerator[Sequence[Any]]:
                async for row in raw.cursor(statement, prefetch=_PREFETCHED_ROWS):
                    yield row

            async with raw.transaction(isolation="repeatable_read", readonly=True):
                # The reader can pause for longer than the timeout, for example to write a file.
                await raw.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                yield stream

    @asynccontextmanager
    async def _storage_errors(self, what: str) -> AsyncGenerator[None]:
        """Turn the driver's errors into StorageError, without the password of the URL."""
        try:
            yield
        except self._errors as error:
            place = urlsplit(self.url)
            raise StorageError(f"{what} {place.hostname or ''}{place.path}: {error}") from None


class _PooledConnection:
    """Runs statements outside of a transaction, each on any connection of the pool."""

    dialect = PostgresConnection.dialect

    def __init__(
        self,
        pool: ConnectionPool,
        storage_errors: Callable[[str], AbstractAsyncContextManager[None]],
    ) -> None:
        self._pool = pool
        self._storage_errors = storage_errors

    async def rows(self, statement: str, parameters: Sequence[Any] = ()) -> Sequence[Sequence[Any]]:
        async with self._storage_errors("cannot read the database"), self._pool.one() as raw:
            return await PostgresConnection(raw).rows(statement, parameters)

    async def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        async with self._storage_errors("cannot write to the database"), self._pool.one() as raw:
            return await PostgresConnection(raw).run(statement, parameters)

    async def run_many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        async with self._storage_errors("cannot write to the database"), self._pool.one() as raw:
            await PostgresConnection(raw).run_many(statement, rows)

    async def copy(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        async with self._storage_errors("cannot write to the database"), self._pool.one() as raw:
            await PostgresConnection(raw).copy(table, columns, rows)


async def _skip_reset(raw: Any) -> None:
    """Return a connection to asyncpg's pool as it is: no statement changes the session's state."""
