"""Connections of a pool, kept at hand between two statements.

asyncpg's pool lends each connection anew, with a task and a timer, which takes as long as a short statement itself.
Here the one that was used last is used next; the pool has them back when somebody waits, when one has failed, and at
the end.
"""

from types import TracebackType
from typing import Any


class ConnectionPool:
    """Lends the connections of an asyncpg pool: `async with pool.one() as raw`."""

    def __init__(self) -> None:
        self._pool: Any = None
        self._gone: type[BaseException] = OSError
        self._at_hand: list[Any] = []
        self._waiting = 0

    def open(self, pool: Any, gone: type[BaseException]) -> None:
        """Begin to lend.

        Args:
            gone: what asyncpg raises when a connection that it has taken back is asked for anything.
        """
        self._pool, self._gone = pool, gone

    def one(self) -> "_Checkout":
        """A connection for as long as the block runs."""
        return _Checkout(self)

    @property
    def size(self) -> int:
        """How many connections there are."""
        return int(self._pool.get_size())

    @property
    def busy(self) -> int:
        """How many of them are at work."""
        return self.size - int(self._pool.get_idle_size()) - len(self._at_hand)

    async def close(self) -> None:
        """Wait for what has begun, then close the connections."""
        while self._at_hand:
            await self._pool.release(self._at_hand.pop())
        if self._pool is not None:
            await self._pool.close()

    async def take(self) -> Any:
        """A connection that is open, as far as anybody knows."""
        while self._at_hand:
            raw = self._at_hand.pop()
            if self._is_open(raw):
                return raw
            await self._pool.release(raw)
        self._waiting += 1
        try:
            return await self._pool.acquire()
        finally:
            self._waiting -= 1

    async def give_back(self, raw: Any, *, failed: bool) -> None:
        """What has failed in the middle only the pool knows how to mend."""
        if failed or self._waiting or self._pool.is_closing():
            await self._pool.release(raw)
        else:
            self._at_hand.append(raw)

    def _is_open(self, raw: Any) -> bool:
        try:
            return not raw.is_closed()
        except self._gone:  # it has ended meanwhile
            return False


class _Checkout:
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
