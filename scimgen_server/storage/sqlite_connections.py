"""Connections to a SQLite file.

Most reads take microseconds and run in the event loop. A read that takes longer than a few
milliseconds is interrupted and repeated in a thread, so that it delays no other request.
"""

import asyncio
import math
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, thread_time
from typing import Any

from ..ports.errors import TimeLimit
from ..ports.limits import Limits
from .clauses import placeholders
from .dialect import Sqlite
from .fair_slots import FairSlots
from .sqlite_files import FilesInUse, code_of, read_error

_MMAP_BYTES = 0x7FFF0000
"""SQLite's maximum. A memory-mapped page needs no system call to be read."""

_CACHE_KIB = 32768
"""A transaction keeps the pages that it changes in memory, up to this size."""

_CHECKPOINT_PAGES = 8000
"""Pages that change often are then copied to the database file once, not each time."""

BUSY_SECONDS = 10
"""How long a statement waits for another process, if `Limits.lock` is not set."""

_LOOP_SECONDS = 0.005
"""How long a read may compute in the event loop. Time in which other threads run does not count."""

_LOOP_STEPS = 1000
_THREAD_STEPS = 20_000
"""Steps of SQLite's virtual machine between two looks at the clock."""

_THREADS = 2
"""How many long reads run at the same time. More would take the processors from the event loop."""

_THREADS_OF_ONE_CALLER = 1

_LONG_STATEMENT = 4000
"""The characters of a statement that takes long to prepare, and much memory to keep prepared."""

_CACHED_STATEMENTS = 512
_CACHED_LONG_STATEMENTS = 8


class SqliteConnection:
    """A connection. No call waits, so a coroutine that makes them runs without an event loop.

    Args:
        path: the database file.
        busy_seconds: how long a statement waits for another process.
        cached_statements: how many statements stay prepared.
    """

    dialect = Sqlite()

    def __init__(
        self,
        path: Path,
        *,
        busy_seconds: float = BUSY_SECONDS,
        cached_statements: int = _CACHED_STATEMENTS,
    ) -> None:
        self.raw = sqlite3.connect(
            path,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=cached_statements,
            timeout=busy_seconds,
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


@dataclass
class _Deadline:
    """When a statement is interrupted.

    Args:
        clock: the clock of `time`.
        time: when the statement must end.
        cancelled: is set in another thread to interrupt the statement at once.
    """

    clock: Callable[[], float]
    time: float = math.inf
    cancelled: bool = False

    def is_over(self) -> bool:
        """Return whether the statement must end."""
        return self.cancelled or self.clock() > self.time


class _ReadOnly(SqliteConnection):
    """A connection that cannot write, and whose statements end at a deadline."""

    def __init__(self, path: Path, steps: int, busy_seconds: float, cached_statements: int) -> None:
        super().__init__(path, busy_seconds=busy_seconds, cached_statements=cached_statements)
        self.deadline = _Deadline(thread_time)
        self.raw.execute("PRAGMA query_only = ON")
        self.raw.set_progress_handler(lambda: self.deadline.is_over(), steps)


class ReadConnection(_ReadOnly):
    """The connection of the event loop, which gives long reads to threads.

    Args:
        path: the database file.
        limits: the time limits.
        files: the files in use.
    """

    def __init__(self, path: Path, limits: Limits, files: FilesInUse) -> None:
        super().__init__(path, _LOOP_STEPS, limits.lock or BUSY_SECONDS, _CACHED_STATEMENTS)
        self.path = path
        self._long_reads = _LongReads(path, limits, files)

    async def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        if len(statement) > _LONG_STATEMENT:
            return await self._long_reads.rows(statement, parameters)
        self.deadline.time = thread_time() + _LOOP_SECONDS
        try:
            return self.raw.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            if code_of(error) != sqlite3.SQLITE_INTERRUPT:
                raise read_error(self.path, error) from None
        return await self._long_reads.rows(statement, parameters)

    @property
    def long_reads(self) -> int:
        """How many reads run in threads."""
        return self._long_reads.running

    async def close(self) -> None:
        """Interrupt the long reads, and close all connections."""
        await self._long_reads.close()
        self.raw.close()


class _LongReads:
    """Runs reads in threads, each with its own connection."""

    def __init__(self, path: Path, limits: Limits, files: FilesInUse) -> None:
        self._path = path
        self._limits = limits
        self._files = files
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="scim-reader")
        busy = f"the database {path} is busy with {_THREADS} long searches"
        self._slots = FairSlots(_THREADS, busy, _THREADS_OF_ONE_CALLER)
        self._local = threading.local()
        self._connections: list[_ReadOnly] = []
        self._deadlines: dict[int, _Deadline] = {}
        self._lock = threading.Lock()
        self._running = 0

    async def rows(self, statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run a statement. If the caller is cancelled, the statement is interrupted.

        Raises:
            TimeLimit: it takes longer than the limit.
            CallerLimit: the caller runs as many long reads as one caller can.
            StorageError: no thread is free, or the database cannot be read.
        """
        caller = await self._slots.acquire(self._limits.pool or None)
        deadline = _Deadline(monotonic)
        self._deadlines[id(deadline)] = deadline
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, self._run, deadline, statement, parameters
            )
        finally:
            deadline.cancelled = True
            del self._deadlines[id(deadline)]
            self._slots.release(caller)

    @property
    def running(self) -> int:
        """How many statements run."""
        with self._lock:
            return self._running

    async def close(self) -> None:
        """Interrupt the statements that run, and close the connections."""
        for deadline in self._deadlines.values():
            deadline.cancelled = True
        await asyncio.to_thread(self._threads.shutdown)
        for connection in self._connections:
            connection.raw.close()

    def _run(
        self, deadline: _Deadline, statement: str, parameters: Sequence[Any]
    ) -> list[tuple[Any, ...]]:
        """Run a statement. This is called in a thread."""
        self._count(1)
        try:
            connection = self._connection()
            connection.deadline = deadline
            if self._limits.statement:
                deadline.time = monotonic() + self._limits.statement
            return connection.raw.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            if code_of(error) == sqlite3.SQLITE_INTERRUPT:
                raise TimeLimit(
                    f"a read of {self._path} took longer than {self._limits.statement:g} s"
                ) from None
            raise read_error(self._path, error) from None
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._lock:
            self._running += change

    def _connection(self) -> _ReadOnly:
        """Return the connection of this thread."""
        found: _ReadOnly | None = getattr(self._local, "connection", None)
        if found is None:
            self._files.check()  # SQLite would create an empty file
            busy_seconds = self._limits.lock or BUSY_SECONDS
            found = _ReadOnly(self._path, _THREAD_STEPS, busy_seconds, _CACHED_LONG_STATEMENTS)
            self._local.connection = found
            self._connections.append(found)
        return found
