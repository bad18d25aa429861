"""The store in a SQLite file.

Reads run in the event loop, because they take microseconds. Writes run in one writer thread, one
after another. The jobs that wait at the same time are committed together, so that
`synchronous = FULL` costs one flush for all of them.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from ..ports.resources import StorageError
from .backups import Stream
from .bulk_loading import BulkTransaction
from .clauses import placeholders
from .dialect import Sqlite
from .migrations import prepare
from .reads import SqlReads
from .writes import SqlTransaction

T = TypeVar("T")

_BATCH = 64
"""How many jobs are committed together at most."""

_MMAP_BYTES = 0x7FFF0000
"""SQLite's maximum. A memory-mapped page needs no system call to be read."""

_CACHE_KIB = 32768
"""A transaction keeps the pages that it changes in memory, up to this size."""

_CHECKPOINT_PAGES = 8000
"""Pages that change often are then copied to the database file once, not each time."""

_BUSY_SECONDS = 10
_BUGS = frozenset(
    (
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_MISUSE,
    )
)
"""The error codes of wrong statements. All other errors are those of the database file."""


class SqliteConnection:
    """A connection. No call waits, so a coroutine that makes them runs without an event loop."""

    dialect = Sqlite()

    def __init__(self, path: Path) -> None:
        self.raw = sqlite3.connect(
            path,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
            timeout=_BUSY_SECONDS,
        )
        self.raw.execute("PRAGMA journal_mode = WAL")
        self.raw.execute("PRAGMA synchronous = FULL")
        self.raw.execute("PRAGMA journal_size_limit = 67108864")
        self.raw.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self.raw.execute(f"PRAGMA mmap_size = {_MMAP_BYTES}")
        self.raw.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")

    async def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.raw.execute(statement, parameters).fetchall()

    async def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        return self.raw.execute(statement, parameters).rowcount

    async def run_many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        self.raw.executemany(statement, rows)

    async def copy(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        self.raw.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({placeholders(columns)})", rows
        )

    async def layout(self) -> int:
        return int(self.raw.execute("PRAGMA user_version").fetchone()[0])

    async def set_layout(self, layout: int) -> None:
        self.raw.execute(f"PRAGMA user_version = {layout:d}")


class _ReadConnection(SqliteConnection):
    """The connection of the event loop. It cannot write."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path
        self.raw.execute("PRAGMA query_only = ON")

    async def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            return self.raw.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            if _is_bug(error):
                raise
            raise StorageError(f"cannot read the database {self.path}: {error}") from None


@dataclass
class _Job:
    """A write in the queue, and the future of the task that waits for it."""

    work: Callable[[SqlTransaction], Awaitable[Any]]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    result: Any = None
    error: BaseException | None = None

    def run(self, connection: SqliteConnection) -> None:
        """Run the job. This is called in the writer thread.

        An error of the job itself is stored for `settle`. An error of the database is raised,
        because it concerns the whole batch.
        """
        try:
            self.result = _run_without_loop(self.work(BulkTransaction(connection)))
        except Exception as error:
            if isinstance(error, sqlite3.Error) and not _is_bug(error):
                raise
            self.error = error

    def settle(self) -> None:
        """Set the result of the future. This is called in the event loop, after the commit."""
        if self.future.cancelled():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class SqliteStore(SqlReads):
    """A store in one SQLite file.

    Args:
        path: the file. It is created if it does not exist.
        migrate: whether opening the store creates the tables or updates them to the present layout.
    """

    def __init__(self, path: Path | str, *, migrate: bool = True) -> None:
        self.path = Path(path)
        self.migrate = migrate
        self.found = 0
        """The layout of the tables before the store was opened, 0 for an empty database."""

        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None

    async def open(self) -> None:
        try:
            self._write_connection = SqliteConnection(self.path)
            await self._prepare(self._write_connection)
            read_connection = _ReadConnection(self.path)
        except sqlite3.Error as error:
            raise StorageError(f"cannot open the database {self.path}: {error}") from None
        super().__init__(read_connection)
        self._read_connection = read_connection
        self._writer = threading.Thread(target=self._run, name="scim-writer", daemon=True)
        self._writer.start()

    async def _prepare(self, connection: SqliteConnection) -> None:
        connection.raw.execute("BEGIN IMMEDIATE")
        try:
            self.found = await (prepare(connection) if self.migrate else connection.layout())
        except BaseException:
            connection.raw.execute("ROLLBACK")
            raise
        connection.raw.execute("COMMIT")

    async def close(self) -> None:
        if self._writer is None:
            return
        writer, self._writer = self._writer, None
        self._jobs.put(None)
        await asyncio.to_thread(writer.join)
        self._read_connection.raw.close()
        self._write_connection.raw.close()

    async def write(self, job: Callable[[SqlTransaction], Awaitable[T]]) -> T:
        if self._writer is None:
            raise StorageError(f"the database {self.path} is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._jobs.put(_Job(job, loop, future))
        return await future

    async def write_reindex(self, job: Callable[[SqlTransaction], Awaitable[T]]) -> T:
        return await self.write(job)

    def gauges(self) -> dict[str, tuple[str, float]]:
        return {"scim_writes_waiting": ("Writes that wait for the writer.", self._jobs.qsize())}

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[Stream]:
        """Read one state of the database while others write."""
        raw = SqliteConnection(self.path).raw

        async def stream(statement: str) -> AsyncGenerator[Sequence[Any]]:
            for row in raw.execute(statement):
                yield row

        try:
            raw.execute("BEGIN")
            yield stream
        except sqlite3.Error as error:
            raise StorageError(f"cannot read the database {self.path}: {error}") from None
        finally:
            raw.close()

    def _run(self) -> None:
        """Run the writer thread: commit the waiting jobs in batches."""
        while (job := self._jobs.get()) is not None:
            batch = [job]
            while len(batch) < _BATCH and not self._jobs.empty():
                following = self._jobs.get()
                if following is None:
                    self._jobs.put(None)
                    break
                batch.append(following)
            self._commit(batch)
            for done in batch:
                done.loop.call_soon_threadsafe(done.settle)

    def _commit(self, batch: list[_Job]) -> None:
        raw = self._write_connection.raw
        try:
            raw.execute("BEGIN IMMEDIATE")
            if len(batch) == 1:
                # One job needs no savepoint: its transaction is rolled back.
                batch[0].run(self._write_connection)
                raw.execute("ROLLBACK" if batch[0].error else "COMMIT")
                return
            for job in batch:
                raw.execute("SAVEPOINT job")
                job.run(self._write_connection)
                if job.error:
                    raw.execute("ROLLBACK TO job")
                raw.execute("RELEASE job")
            raw.execute("COMMIT")
        except sqlite3.Error as error:
            # SQLite rolls back by itself after some errors.
            if raw.in_transaction:
                with suppress(sqlite3.Error):
                    raw.execute("ROLLBACK")
            for job in batch:
                job.error = StorageError(f"cannot write to the database {self.path}: {error}")


def _is_bug(error: sqlite3.Error) -> bool:
    """Return whether the statement is wrong. Otherwise the database is missing, busy or full."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _BUGS


def _run_without_loop(work: Awaitable[T]) -> T:
    """Run a coroutine that never waits. The writer thread has no event loop.

    Raises:
        RuntimeError: the coroutine waits for something other than the connection.
    """
    try:
        cast("Coroutine[Any, Any, T]", work).send(None)
    except StopIteration as stop:
        return cast("T", stop.value)
    raise RuntimeError("a write job may only await the methods of its transaction")
