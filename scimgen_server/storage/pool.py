"""A connection pool that reuses connections of asyncpg's pool between statements.

To acquire and release a connection, asyncpg creates a task and a timer, which takes as long as a
short statement. `ConnectionPool` keeps free connections and reuses the last one. It releases a
connection to asyncpg's pool when another task waits for one, when an error occurred, and on close.
"""

from types import TracebackType
from typing import Any


class ConnectionPool:
    """Connections of an asyncpg pool: `async with pool.one() as raw`."""

    def __init__(self) -> None:
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

    def one(self) -> "_Checkout":
        """Return a context manager for one connection."""
        return _Checkout(self)

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
        while self._free:
            await self._pool.release(self._free.pop())
        if self._pool is not None:
            await self._pool.close()

    async def take(self) -> Any:
        """Acquire a connection that is not known to be closed."""
        while self._free:
            raw = self._free.pop()
            if self._is_open(raw):
                return raw
            await self._pool.release(raw)
        self._waiting += 1
        try:
            return await self._pool.acquire()
        finally:
            self._waiting -= 1

    async def give_back(self, raw: Any, *, failed: bool) -> None:
        """Release a connection.

        Args:
            raw: the connection, from `take`.
            failed: whether the block raised an error. asyncpg then checks the connection itself.
        """
        if failed or self._waiting or self._pool.is_closing():
            await self._pool.release(raw)
        else:
            self._free.append(raw)

    def _is_open(self, raw: Any) -> bool:
        try:
            return not raw.is_closed()
        except self._released_error:
            # asyncpg has detached the connection from its pool because it was lost.
            return False


class _Checkout:
    """Takes a connection on entry and gives it back on exit."""

    __slots__ = ("_pool", "_raw")

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    async def __aenter__(self) -> Any:
        self._raw = await self._pool.take()
        return self._raw

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._pool.give_back(self._raw, failed=error is not None)
