"""SQLite: reads in the event loop, where they take microseconds; writes one after another in a thread of their own.

Jobs that wait together commit together, so that `synchronous = FULL` costs one flush for all of them.
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
from .dialect import Sqlite, marks
from .migrations import prepare
from .reads import SqlReads
from .writes import SqlTransaction

T = TypeVar("T")

_BATCH = 64
_MAPPED = 0x7FFF0000
"""How many bytes of the file are read where the kernel has them, as many as SQLite can: a call a page costs more."""

_BUSY_SECONDS = 10
_BUGS = frozenset(
    (
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_MISUSE,
    )
)


class SqliteConnection:
    """One connection; its calls never wait, so a coroutine that makes them can be run without an event loop."""

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
        self.raw.execute(
            "PRAGMA cache_size = -32768"
        )  # KiB: what a transaction changes stays in memory
        self.raw.execute(f"PRAGMA mmap_size = {_MAPPED}")
        self.raw.execute(
            "PRAGMA wal_autocheckpoint = 8000"
        )  # pages: what changes often is copied back once

    async def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.raw.execute(statement, parameters).fetchall()

    async def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        return self.raw.execute(statement, parameters).rowcount

    async def run_many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        self.raw.executemany(statement, rows)

    async def copy(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        self.raw.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks(columns)})", rows
        )

    async def layout(self) -> int:
        return int(self.raw.execute("PRAGMA user_version").fetchone()[0])

    async def set_layout(self, layout: int) -> None:
        self.raw.execute(f"PRAGMA user_version = {layout:d}")


class _Reading(SqliteConnection):
    """The connection of the event loop: it changes nothing."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.raw.execute("PRAGMA query_only = ON")

    async def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            return self.raw.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            if _is_bug(error):
                raise
            raise StorageError(f"the database cannot be read: {error}") from None


@dataclass
class _Job:
    """A write that waits for its turn, and who waits for it."""

    work: Callable[[SqlTransaction], Awaitable[Any]]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    result: Any = None
    error: BaseException | None = None

    def run(self, connection: SqliteConnection) -> None:
        """In the writer's thread; what is the database's fault is the whole batch's."""
        try:
            self.result = _run_now(self.work(BulkTransaction(connection)))
        except Exception as error:
            if isinstance(error, sqlite3.Error) and not _is_bug(error):
                raise
            self.error = error

    def settle(self) -> None:
        """Back in the event loop: the outcome, once it is durable."""
        if self.future.cancelled():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class SqliteStore(SqlReads):
    """A store in one SQLite file.

    Args:
        migrate: whether the tables are made and brought up to date when it is opened.
    """

    def __init__(self, path: Path | str, *, migrate: bool = True) -> None:
        self.path = Path(path)
        self.migrate = migrate
        self.found = 0  # the layout of the tables when the store was opened
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None

    async def open(self) -> None:
        try:
            self._writing = SqliteConnection(self.path)
            self._writing.raw.execute("BEGIN IMMEDIATE")
            try:
                self.found = await (
                    prepare(self._writing) if self.migrate else self._writing.layout()
                )
            except BaseException:
                self._writing.raw.execute("ROLLBACK")
                raise
            self._writing.raw.execute("COMMIT")
            reading = _Reading(self.path)
        except sqlite3.Error as error:
            raise StorageError(f"cannot use the database {self.path}: {error}") from None
        super().__init__(reading)
        self._reading = reading
        self._writer = threading.Thread(target=self._run, name="scim-writer", daemon=True)
        self._writer.start()

    async def close(self) -> None:
        if self._writer is None:
            return
        writer, self._writer = self._writer, None
        self._jobs.put(None)
        await asyncio.to_thread(writer.join)
        self._reading.raw.close()
        self._writing.raw.close()

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
        """What is stored at one moment, whoever writes meanwhile."""
        raw = SqliteConnection(self.path).raw

        async def stream(statement: str) -> AsyncGenerator[Sequence[Any]]:
            for row in raw.execute(statement):
                yield row

        try:
            raw.execute("BEGIN")
            yield stream
        except sqlite3.Error as error:
            raise StorageError(f"the database {self.path} cannot be read: {error}") from None
        finally:
            raw.close()

    def _run(self) -> None:
        """The writer: takes what waits, commits it at once."""
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
        raw = self._writing.raw
        try:
            raw.execute("BEGIN IMMEDIATE")
            if len(batch) == 1:  # the transaction is the job's own: a savepoint would only cost
                batch[0].run(self._writing)
                raw.execute("ROLLBACK" if batch[0].error else "COMMIT")
                return
            for job in batch:
                raw.execute("SAVEPOINT job")
                job.run(self._writing)
                if job.error:
                    raw.execute("ROLLBACK TO job")
                raw.execute("RELEASE job")
            raw.execute("COMMIT")
        except sqlite3.Error as error:
            if raw.in_transaction:  # some errors have rolled it back already
                with suppress(sqlite3.Error):
                    raw.execute("ROLLBACK")
            for job in batch:
                job.error = StorageError(f"the database {self.path} cannot be written: {error}")


def _is_bug(error: sqlite3.Error) -> bool:
    """Whether a statement is wrong, and not the database gone, busy or full."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _BUGS


def _run_now(work: Awaitable[T]) -> T:
    """Run a coroutine that never waits: none of the methods above does."""
    try:
        cast("Coroutine[Any, Any, T]", work).send(None)
    except StopIteration as stop:
        return cast("T", stop.value)
    raise RuntimeError("a write may wait for nothing but its transaction")
