"""The store in a PostgreSQL database, which any number of server processes can share.

A job runs in a transaction that locks the rows it changes. Two jobs can still conflict, by a
deadlock or by inserting the same unique value. PostgreSQL then rejects one of them. The store runs
that job again, and it sees the changes of the other.
"""

import asyncio
import importlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

from ..ports.limits import NO_LIMITS, Limits
from ..ports.resources import Page, Query, StatementError, StorageError, TimeLimit
from .backups import Stream
from .bulk_loading import BulkTransaction
from .migrations import prepare
from .pool import ConnectionPool
from .postgres_connections import (
    CACHED_LENGTH,
    CACHED_STATEMENTS,
    PooledConnection,
    SearchConnection,
)
from .postgres_connections import PostgresConnection as PostgresConnection
from .reads import SqlReads
from .writes import SqlTransaction

T = TypeVar("T")

SCHEMA = "scim"
"""The PostgreSQL schema of the tables, to separate them from those of other applications."""

_MAX_ATTEMPTS = 8
_PREFETCHED_ROWS = 1000
_CONNECT_SECONDS = 5

_DISCONNECT_SETTINGS = {
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
"""PostgreSQL releases the locks of a server that was lost or that hangs after a minute."""

_TIMEOUT = "57014"
"""The SQLSTATE code query_canceled: a statement has reached `statement_timeout`."""

_CONFLICTS = frozenset({"23505", "40001", "40P01"})
"""The SQLSTATE codes unique_violation, serialization_failure and deadlock_detected."""

_BUGS = frozenset({"0A", "21", "22", "23", "42", "54"})
"""The classes of SQLSTATE codes of wrong statements and values, and of constraints.

All other errors are those of the server or of the connection.
"""

_NO_PRIVILEGE = "42501"


class PostgresTransaction(BulkTransaction):
    """The operations of one transaction, while others run."""

    def __init__(self, connection: PostgresConnection) -> None:
        super().__init__(connection)
        self._postgres = connection

    async def exclusive(self) -> None:
        await self._postgres.lift_limits()
        await self._postgres.lock_exclusively()


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
        self.limits = NO_LIMITS
        self.found = 0
        """The layout of the tables before the store was opened, 0 for an empty database."""

        self._pool = ConnectionPool(connections)

    def limit(self, limits: Limits) -> None:
        self.limits = limits
        self._pool.wait = limits.pool or None
        self._pool.watchdog.limit(limits.statement)

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
        async with self._storage_errors("cannot open the database", startup=True):
            pool = await self._driver.create_pool(
                self.url,
                min_size=1,
                max_size=self.connections,
                statement_cache_size=CACHED_STATEMENTS,
                max_cacheable_statement_size=CACHED_LENGTH,
                timeout=_CONNECT_SECONDS,
                server_settings={
                    "search_path": SCHEMA,
                    "application_name": "scim",
                    **_DISCONNECT_SETTINGS,
                    **_time_limits(self.limits),
                },
                reset=_skip_reset,
            )
            self._pool.open(pool, driver.InterfaceError)
            async with self._pool.one() as checkout, checkout.raw.transaction():
                connection = PostgresConnection(checkout)
                self.found = await (
                    self._prepare(connection) if self.migrate else connection.layout()
                )
        super().__init__(PooledConnection(self._pool.one, self._storage_errors))
        searches = PooledConnection(self._pool.for_search, self._storage_errors)
        if self.limits.statement:
            searches = SearchConnection(self._pool, self._storage_errors)
        self._searches = SqlReads(searches)

    async def _prepare(self, connection: PostgresConnection) -> int:
        await connection.lift_limits()
        await connection.lock_exclusively()
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
                    async with self._pool.for_write() as checkout, checkout.raw.transaction():
                        result = await job(PostgresTransaction(PostgresConnection(checkout)))
                        checkout.restart()  # the COMMIT
                        return result
                except self._driver.PostgresError as error:
                    if error.sqlstate not in _CONFLICTS or attempt == _MAX_ATTEMPTS:
                        raise
            await asyncio.sleep(0.005 * attempt)

    async def search(self, tenant: str, query: Query) -> Page:
        return await self._searches.search(tenant, query)

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
        async with self._storage_errors("cannot read the database"), self._pool.one() as checkout:
            raw = checkout.raw

            async def stream(statement: str) -> AsyncGenerator[Sequence[Any]]:
                async for row in raw.cursor(statement, prefetch=_PREFETCHED_ROWS):
                    yield row

            async with raw.transaction(isolation="repeatable_read", readonly=True):
                await PostgresConnection(checkout).lift_limits()
                # The reader can pause for longer than the timeout, for example to write a file.
                await raw.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                yield stream

    @asynccontextmanager
    async def _storage_errors(self, what: str, *, startup: bool = False) -> AsyncGenerator[None]:
        """Turn the driver's errors into StorageError, without the password of the URL."""
        try:
            yield
        except self._errors as error:
            place = urlsplit(self.url)
            where = f"{what} {place.hostname or ''}{place.path}"
            # The lines after the first one can have the values of a row.
            reason = next(iter(str(error).splitlines()), type(error).__name__)
            if getattr(error, "sqlstate", None) == _TIMEOUT:
                raise TimeLimit(f"{where}: {reason}") from None
            if startup or not _is_bug(error):
                raise StorageError(f"{where}: {reason}") from None
            raise StatementError(f"{where}: {_reason(error)}") from None


def _time_limits(limits: Limits) -> dict[str, str]:
    """Return the settings of a session that PostgreSQL enforces, in milliseconds."""
    return {
        "statement_timeout": str(round(limits.statement * 1000)),
        "lock_timeout": str(round(limits.lock * 1000)),
    }


def _is_bug(error: Exception) -> bool:
    """Return whether the statement or its values are wrong, so that to repeat it does not help."""
    code = getattr(error, "sqlstate", None) or ""
    return code[:2] in _BUGS and code != _NO_PRIVILEGE


def _reason(error: Exception) -> str:
    """Return what a log may have of an error: its details, and some messages, have values."""
    code = getattr(error, "sqlstate", "")
    constraint = getattr(error, "constraint_name", None)
    named = f" of the constraint {constraint}" if constraint else ""
    return f"{type(error).__name__}{named} (SQLSTATE {code})"


async def _skip_reset(raw: Any) -> None:
    """Return a connection to asyncpg's pool as it is: no statement changes the session's state."""
