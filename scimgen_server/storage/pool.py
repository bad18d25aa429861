"""A connection pool that reuses connections of asyncpg's pool between statements.

To acquire and release a connection, asyncpg creates a task and a timer, which takes as long as a
short statement. `ConnectionPool` keeps free connections and reuses the last one. It releases a
connection to asyncpg's pool when another task waits for one, when an error occurred, and on close.

Writes can wait for locks, and searches can take long. Together they never hold all connections, so
that other reads always get one. A pool of 10 connections or more runs two long searches, of which
one caller has one.
"""

import asyncio
from contextlib import suppress
from math import inf
from types import TracebackType
from typing import Any

from ..ports.errors import StorageError
from .fair_slots import FairSlots
from .watchdog import Wait, Watchdog

_WRITES = 0.4
_SEARCHES = 0.3
_LONG_SEARCHES = 0.2
"""The part of the connections that each kind of work can hold at the same time."""

_RELEASE_SECONDS = 1
"""How long asyncpg may wait until PostgreSQL has cancelled the statement of a connection."""

_NO_CONNECTION = "the database does not answer: no connection could be opened in time"
_NO_ANSWER = "the database has not answered for {:g} s; the connection is closed"


class ConnectionPool:
    """Connections of an asyncpg pool: `async with pool.one() as checkout`.

    Args:
        size: how many connections the pool may hold.
    """

    def __init__(self, size: int) -> None:
        self.wait: float | None = None
        """How many seconds to wait for a connection; None for no limit."""

        self.watchdog = Watchdog()
        self._size = size
        self._busy = f"all {size} connections to the database are in use"
        self._pool: Any = None
        self._released_error: type[BaseException] = OSError
        self._free: list[Any] = []
        self._waiting = 0

    def open(self, pool: Any, released_error: type[BaseException]) -> None:
        """Start using an asyncpg pool.

        Args:
            pool: the asyncpg pool.
            released_error: the error that asyncpg raises for a call on a released connection.
        """
        self._pool, self._released_error = pool, released_error
        searches = self._part(_SEARCHES)
        long_searches = self._part(_LONG_SEARCHES)
        self._writes = FairSlots(self._part(_WRITES), self._busy)
        self._searches = FairSlots(searches, self._busy, searches)
        self._long_searches = FairSlots(long_searches, self._busy, max(1, long_searches - 1))

    def _part(self, part: float) -> int:
        return max(1, int(self._size * part))

    def one(self) -> "Checkout":
        """Return a context manager for one connection, for a short read."""
        return Checkout(self)

    def for_write(self) -> "Checkout":
        """Return a context manager for one connection, for a transaction that takes locks."""
        return Checkout(self, self._writes)

    def for_search(self) -> "Checkout":
        """Return a context manager for one connection, for a search that should be short."""
        return Checkout(self, self._searches)

    def for_long_search(self) -> "Checkout":
        """Return a context manager for one connection, for a search that takes long."""
        return Checkout(self, self._long_searches)

    @property
    def size(self) -> int:
        """The number of open connections."""
        return int(self._pool.get_size())

    @property
    def busy(self) -> int:
        """The number of open connections that are in use."""
        return self.size - int(self._pool.get_idle_size()) - len(self._free)

    async def close(self) -> None:
        """Wait for the connections in use, then close all connections."""
        if self._pool is None:
            return
        seconds = self.watchdog.seconds
        try:
            async with asyncio.timeout(None if seconds == inf else seconds + _RELEASE_SECONDS):
                while self._free:
                    await self._pool.release(self._free.pop())
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    async def take(self) -> Any:
        """Acquire a connection that is not known to be closed."""
        while self._free:
            raw = self._free.pop()
            if self._is_open(raw):
                return raw
            await self._pool.release(raw, timeout=_RELEASE_SECONDS)
        self._waiting += 1
        try:
            return await self._pool.acquire(timeout=self.wait)
        except TimeoutError:
            if self.size < self._size:
                raise StorageError(_NO_CONNECTION) from None
            raise StorageError(self._busy) from None
        finally:
            self._waiting -= 1

    async def give_back(self, raw: Any, *, failed: bool) -> None:
        """Release a connection.

        Args:
            raw: the connection, from `take`.
            failed: whether the block raised an error. asyncpg then checks the connection itself.
        """
        if failed or self._waiting or self._pool.is_closing():
            await self._pool.release(raw, timeout=_RELEASE_SECONDS)
        else:
            self._free.append(raw)

    def _is_open(self, raw: Any) -> bool:
        try:
            return not raw.is_closed()
        except self._released_error:
            # asyncpg has detached the connection from its pool because it was lost.
            return False

    def terminate(self, raw: Any) -> None:
        """Close a connection at once. The statement that runs on it ends with an error."""
        with suppress(self._released_error):
            raw.terminate()


class Checkout(Wait):
    """Takes a connection on entry and gives it back on exit."""

    __slots__ = ("_caller", "_is_late", "_pool", "_slots", "raw")

    def __init__(self, pool: ConnectionPool, slots: FairSlots | None = None) -> None:
        super().__init__(pool.watchdog)
        self._pool = pool
        self._slots = slots
        self._caller = ""
        self._is_late = False

    async def __aenter__(self) -> "Checkout":
        if self._slots is None:
            self.raw = await self._pool.take()
            self._watchdog.add(self)
            return self
        self._caller = await self._slots.acquire(self._pool.wait)
        try:
            self.raw = await self._pool.take()
        except BaseException:
            self._slots.release(self._caller)
            raise
        self._watchdog.add(self)
        return self

    def end(self) -> None:
        self._is_late = True
        self._pool.terminate(self.raw)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._watchdog.remove(self)
        try:
            await self._pool.give_back(self.raw, failed=error is not None)
        finally:
            if self._slots is not None:
                self._slots.release(self._caller)
        if self._is_late and isinstance(error, Exception):
            raise StorageError(_NO_ANSWER.format(self._watchdog.seconds)) from None
