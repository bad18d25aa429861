"""Delivers the events of the outbox to their consumers.

Each event is delivered at least once, and the events of one user in order. A failed delivery is
repeated after growing pauses. After 10 failures the event is given up, until `outbox --replay`.

One server process at a time delivers. It holds a lease. When the lease expires, another process
takes it.
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
"""Deliveries of an event that may fail before it is given up."""

_LEASE = "outbox"
_LEASE_SECONDS = 15
_POLL_SECONDS = 1
_BATCH = 32
"""How many events are delivered concurrently."""

_STOP_SECONDS = 5
"""Seconds that shutdown waits for deliveries that have begun."""

Consumer = Callable[[QueuedEvent], Awaitable[None]]
"""Processes one event, or raises an exception."""


class Delivery:
    """Delivers events to their consumers.

    Args:
        store: the store with the outbox.
        consumers: by their names.
        now: the clock.
        pause: the first pause after a failure, in seconds. Each later one is twice as long.
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
        """Look for events now, because a change was committed."""
        self._awake.set()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Deliver while the block runs. At its end, wait for deliveries that have begun."""
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
                await asyncio.wait_for(task, _STOP_SECONDS)

    async def _run(self) -> None:
        try:
            await self._deliver()
        finally:
            # Also when deliveries take too long and the task is cancelled: another process can then
            # continue without waiting for the end of the lease.
            with suppress(StorageError):
                await self.store.write(lambda tx: tx.leases.release(_LEASE, self._holder))

    async def _deliver(self) -> None:
        while not self._stopping:
            self._awake.clear()
            try:
                if not (await self._hold() and await self._deliver_due()):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._awake.wait(), _POLL_SECONDS)
            except StorageError as error:
                # The database can be unavailable for some time. Delivery continues afterwards.
                logs.write("storage", level="error", message=str(error))
                await asyncio.sleep(_POLL_SECONDS)
            except Exception as error:
                logs.failure(error)
                await asyncio.sleep(_POLL_SECONDS)

    async def _hold(self) -> bool:
        """Take or renew the lease, and return whether this process holds it.

        The lease is renewed in its second half.
        """
        now = self._now()
        if self._held_until > self._time(now, _LEASE_SECONDS / 2):
            return True
        begin = self._time(now)
        until = self._time(now, _LEASE_SECONDS)
        horizon = self._time(now, 3 * _LEASE_SECONDS)
        held = await self.store.write(
            lambda tx: tx.leases.hold(_LEASE, self._holder, begin, until, horizon)
        )
        self._held_until = until if held else ""
        return held

    async def _deliver_due(self) -> bool:
        """Deliver the next event of each user, and return whether there was one."""
        now = self._now()
        found = await self.store.outbox.due(
            self._time(now), self._time(now, MAX_WAIT_SECONDS), _BATCH
        )
        if not found:
            return False
        outcomes = await asyncio.gather(*(self._attempt(waiting) for waiting in found))
        await self.store.write(lambda tx: self._settle(tx, list(zip(found, outcomes, strict=True))))
        return True

    async def _attempt(self, waiting: QueuedEvent) -> str | None:
        """Deliver one event, and return the error, or None."""
        consumer = self.consumers.get(waiting.consumer)
        if consumer is None:
            return "this server has no such consumer any more"
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
                due = self._time(self._now(), pause)
                dead = waiting.attempts + 1 >= ATTEMPTS
                await tx.outbox.failed(waiting.position, due, error, dead=dead)

    def _time(self, now: datetime, later: float = 0) -> str:
        return fold_date_time(now + timedelta(seconds=later))
