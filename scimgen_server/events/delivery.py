"""Delivery of the outbox: at least once, in order per user, again with growing pauses, put aside after ten times.

Of several server processes one delivers at a time: it holds a lease, which the others take over once it is gone.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from secrets import token_hex

from .. import logs
from ..ports.outbox import MAX_WAIT_SECONDS, QueuedEvent
from ..ports.resources import StorageError, Store, Transaction
from ..schema.folding import fold_date_time

ATTEMPTS = 10
_LEASE = "outbox"
_LEASE_SECONDS = 15
_POLL_SECONDS = 1
_AT_ONCE = 32
_PATIENCE = 5
"""Seconds that a server which stops waits for what it is delivering."""

Consumer = Callable[[QueuedEvent], Awaitable[None]]
"""Takes one event, or raises."""


class Delivery:
    """Delivers events to their consumers, by the consumers' names.

    Args:
        now: the clock.
        pause: the first pause after a failure, in seconds; each following one is twice as long.
    """

    def __init__(
        self,
        store: Store,
        consumers: Mapping[str, Consumer],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        pause: float = 1,
    ) -> None:
        self.store = store
        self.consumers = dict(consumers)
        self._now = now
        self._pause = pause
        self._holder = token_hex(8)
        self._awake = asyncio.Event()
        self._held_until = ""
        self._stopping = False

    def wake(self) -> None:
        """Something was committed: look at once."""
        self._awake.set()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Deliver until the block is left; what is being delivered then is finished."""
        if not self.consumers:
            yield
            return
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            self._stopping = True
            self.wake()
            with suppress(TimeoutError):
                await asyncio.wait_for(task, _PATIENCE)

    async def _run(self) -> None:
        try:
            await self._deliver()
        finally:  # of what takes too long to be waited for as well: another server goes on with it
            with suppress(StorageError):
                await self.store.write(lambda tx: tx.leases.release(_LEASE, self._holder))

    async def _deliver(self) -> None:
        while not self._stopping:
            self._awake.clear()
            try:
                if not (await self._hold() and await self._deliver_due()):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._awake.wait(), _POLL_SECONDS)
            except StorageError as error:  # the database may be gone for a while
                logs.write("storage", level="error", message=str(error))
                await asyncio.sleep(_POLL_SECONDS)
            except Exception as error:
                logs.failure(error)
                await asyncio.sleep(_POLL_SECONDS)

    async def _hold(self) -> bool:
        """Whether this process is the one; a lease is written anew when half of it is over."""
        now = self._now()
        if self._held_until > self._time(now, _LEASE_SECONDS / 2):
            return True
        began, until, horizon = (self._time(now, times * _LEASE_SECONDS) for times in (0, 1, 3))
        held = await self.store.write(
            lambda tx: tx.leases.hold(_LEASE, self._holder, began, until, horizon)
        )
        self._held_until = until if held else ""
        return held

    async def _deliver_due(self) -> bool:
        """Deliver the next event of each user; whether there was any."""
        now = self._now()
        found = await self.store.outbox.due(
            self._time(now), self._time(now, MAX_WAIT_SECONDS), _AT_ONCE
        )
        if not found:
            return False
        outcomes = await asyncio.gather(*(self._attempt(waiting) for waiting in found))
        await self.store.write(lambda tx: self._settle(tx, list(zip(found, outcomes, strict=True))))
        return True

    async def _attempt(self, waiting: QueuedEvent) -> str | None:
        """Deliver one event; what went wrong, if anything."""
        consumer = self.consumers.get(waiting.consumer)
        if consumer is None:
            return "nobody takes these events any more"
        try:
            await consumer(waiting)
        except Exception as error:
            logs.failure(error, event_id=waiting.position, attempt=waiting.attempts + 1)
            return f"{type(error).__name__}: {error}"[:1000]
        return None

    async def _settle(
        self, tx: Transaction, outcomes: list[tuple[QueuedEvent, str | None]]
    ) -> None:
        await tx.outbox.delivered([one.position for one, error in outcomes if error is None])
        for waiting, error in outcomes:
            if error is not None:
                pause = min(self._pause * 2**waiting.attempts, MAX_WAIT_SECONDS)
                dead = waiting.attempts + 1 >= ATTEMPTS
                await tx.outbox.failed(
                    waiting.position,
                    self._time(self._now(), pause),
                    error,
                    dead=dead,
                )

    def _time(self, now: datetime, later: float = 0) -> str:
        return fold_date_time(now + timedelta(seconds=later))
