"""The store in a SQLite file.

Reads run in the event loop, because they take microseconds; long ones run in threads, see
`sqlite_connections`. Writes run in one writer thread, one after another. The jobs that wait at the
same time are committed together, so that `synchronous = FULL` costs one flush for all of them.
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

from ..ports.limits import NO_LIMITS, Limits
from ..ports.resources import StorageError
from .backups import Stream
from .bulk_loading import BulkTransaction
from .migrations import prepare
from .reads import SqlReads
from .sqlite_connections import BUSY_SECONDS, ReadConnection
from .sqlite_connections import SqliteConnection as SqliteConnection
from .sqlite_files import FilesInUse, create_file, is_bug, read_error, reason
from .writes import SqlTransaction

T = TypeVar("T")

_BATCH = 64
"""How many jobs are committed together at most."""


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
            if isinstance(error, sqlite3.Error) and not is_bug(error):
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
        self.limits = NO_LIMITS
        self.found = 0
        """The layout of the tables before the store was opened, 0 for an empty database."""

        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None

    def limit(self, limits: Limits) -> None:
        self.limits = limits

    async def open(self) -> None:
        create_file(self.path)
        busy_seconds = self.limits.lock or BUSY_SECONDS
        try:
            self._write_connection = SqliteConnection(self.path, busy_seconds=busy_seconds)
            await self._prepare(self._write_connection)
            self._files = FilesInUse(self.path)
            read_connection = ReadConnection(self.path, self.limits, self._files)
        except sqlite3.Error as error:
            raise StorageError(f"cannot open the database {self.path}: {reason(error)}") from None
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
        await self._read_connection.close()
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
        return {
            "scim_writes_waiting": ("Writes that wait for the writer.", self._jobs.qsize()),
            "scim_long_reads": ("Reads that run in a thread.", self._read_connection.long_reads),
        }

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[Stream]:
        """Read one state of the database while others write."""
        self._files.check()
        raw = SqliteConnection(self.path).raw

        async def stream(statement: str) -> AsyncGenerator[Sequence[Any]]:
            for row in raw.execute(statement):
                yield row

        try:
            raw.execute("BEGIN")
            yield stream
        except sqlite3.Error as error:
            raise read_error(self.path, error) from None
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
                if batch[0].error:
                    raw.execute("ROLLBACK")
                else:
                    self._commit_to_files()
                return
            for job in batch:
                raw.execute("SAVEPOINT job")
                job.run(self._write_connection)
                if job.error:
                    raw.execute("ROLLBACK TO job")
                raw.execute("RELEASE job")
            self._commit_to_files()
        except (sqlite3.Error, StorageError) as error:
            # SQLite rolls back by itself after some errors.
            if raw.in_transaction:
                with suppress(sqlite3.Error):
                    raw.execute("ROLLBACK")
            message = str(error)
            if isinstance(error, sqlite3.Error):
                message = f"cannot write to the database {self.path}: {reason(error)}"
            for job in batch:
                job.error = StorageError(message)

    def _commit_to_files(self) -> None:
        """Commit, unless the files are gone."""
        self._files.check()
        self._write_connection.raw.execute("COMMIT")


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
