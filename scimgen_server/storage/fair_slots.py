"""Slots for work that takes long, shared out between the callers.

A caller who sends many expensive searches gets some of the slots, never all. A free slot goes to
the waiting caller who has the fewest.
"""

import asyncio
from collections import Counter

from ..ports.errors import CallerLimit, StorageError
from ..ports.limits import current_caller


class FairSlots:
    """Slots, each for one read or write at a time.

    Args:
        count: how many slots there are.
        busy: the message of the error for a wait that was too long.
        for_one_caller: how many slots one caller can have; 0 for no limit. Work without a caller,
            such as that of commands, has no limit.
    """

    def __init__(self, count: int, busy: str, for_one_caller: int = 0) -> None:
        self._free = count
        self._busy = busy
        self._for_one_caller = for_one_caller
        self._held: Counter[str] = Counter()
        self._waiting: dict[asyncio.Future[None], str] = {}

    async def acquire(self, seconds: float | None) -> str:
        """Wait for a slot.

        Args:
            seconds: how long to wait; None for no limit.

        Returns:
            The caller, for `release`.

        Raises:
            CallerLimit: no slot was free in time, and the caller has some.
            StorageError: no slot was free in time.
        """
        caller = current_caller.get()
        if self._free and self._may_have_one(caller):
            self._give(caller)
            return caller
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[turn] = caller
        try:
            async with asyncio.timeout(seconds):
                await turn
        except BaseException as error:
            self._leave(turn, caller)
            if isinstance(error, TimeoutError):
                raise self._error(caller) from None
            raise
        return caller

    def release(self, caller: str) -> None:
        """Give a slot back."""
        self._held[caller] -= 1
        if not self._held[caller]:
            del self._held[caller]
        self._free += 1
        self._pass_on()

    def _may_have_one(self, caller: str) -> bool:
        is_limited = bool(caller and self._for_one_caller)
        return not is_limited or self._held[caller] < self._for_one_caller

    def _give(self, caller: str) -> None:
        self._free -= 1
        self._held[caller] += 1

    def _leave(self, turn: "asyncio.Future[None]", caller: str) -> None:
        """Stop waiting. The turn can have come in the same moment."""
        if self._waiting.pop(turn, None) is None:
            self.release(caller)

    def _pass_on(self) -> None:
        """Give the free slots to those who wait: to the caller with the fewest, then by time."""
        while self._free and (turns := [*filter(self._can_come, self._waiting)]):
            turn = min(turns, key=lambda one: self._held[self._waiting[one]])
            self._give(self._waiting.pop(turn))
            turn.set_result(None)

    def _can_come(self, turn: "asyncio.Future[None]") -> bool:
        # A turn is cancelled a moment before its task leaves.
        return not turn.done() and self._may_have_one(self._waiting[turn])

    def _error(self, caller: str) -> StorageError:
        if self._for_one_caller and self._held[caller]:
            return CallerLimit(f"{caller} has {self._held[caller]} long searches")
        return StorageError(self._busy)
