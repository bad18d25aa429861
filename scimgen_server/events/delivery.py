"""Delivers the events of the outbox to their consumers.

Each event is delivered at least once, and the events of one subject in order. A failed delivery is
repeated after growing pauses, up to MAX_WAIT_SECONDS. After some days of errors the event is given
up. The later events of its subject then wait for `outbox --replay` or `outbox --discard`.

One server process at a time delivers. It holds a lease and renews it while deliveries run. When the
lease expires, another process takes it. A delivery begins only if it ends before the lease does, so
that no process delivers an older event of a user after another process has delivered a newer one.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf
from secrets import token_hex

from .. import logs
from ..errors import ScimServerError
from ..ports.outbox import MAX_WAIT_SECONDS, QueuedEvent
from ..ports.resources import StorageError, Store, Transaction
from ..schema.folding import fold_date_time

_DELAYED = 10
"""After so many failures the log has an entry that the event is delayed."""

_SECONDS_PER_DAY = 86_400
_DOUBLINGS = 30
"""How often the pause is doubled at most. It reaches MAX_WAIT_SECONDS long before."""

CALL_SECONDS = 10
"""How long a call of the webhook may take as a whole."""

_LEASE = "outbox"
_LEASE_SECONDS = 30
_RENEW_SECONDS = 5
_CLOCK_SECONDS = 3
"""How much the clocks of two servers may differ."""

_POLL_SECONDS = 1
_BATCH = 32
"""How many events are delivered concurrently."""

_STOP_SECONDS = 5
"""Seconds that shutdown waits for deliveries that have begun."""

Consumer = Callable[[QueuedEvent], Awaitable[None]]
"""Processes one event, or raises an exception."""

may_send: ContextVar[Callable[[], bool]] = ContextVar("may_send", default=lambda: True)
"""Whether the delivery that runs may still send: the lease lasts longer than a call can take."""


class Unfinished(ScimServerError):
    """A consumer has processed a part of an event. The cause is the error of the rest.

    Args:
        event: the JSON of the event for the next attempt, which skips the part.
    """

    def __init__(self, event: str) -> None:
        super().__init__(event)
        self.event = event


@dataclass(frozen=True, slots=True)
class _Failure:
    """A failed delivery, with the `event` of `Unfinished`."""

    error: str
    event: str | None = None


class LeaseLost(ScimServerError):
    """The delivery did not begin, because the lease may end before it does."""


class Delivery:
    """Delivers events to their consumers.

    Args:
        store: the store with the outbox.
        consumers: by their names.
        days: how long an event is delivered again after errors, before it is given up. Only the
            pauses of this delivery count, so an outage of all servers does not shorten it.
        now: the clock.
        pause: the first pause after a failure, in seconds. Each later one is twice as long.
    """

    def __init__(
        self,
        store: Store,
        consumers: Mapping[str, Consumer],
        *,
        days: float = inf,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        pause: float = 1,
    ) -> None:
        self.store = store
        self.consumers = dict(consumers)
        self._now = now
        self._first_pause = pause
        self._attempts = self._attempts_within(days * _SECONDS_PER_DAY)
        self._holder = token_hex(8)
        self._awake = asyncio.Event()
        self._held_until = ""
        self._stopping = False
        self._running: dict[int, tuple[QueuedEvent, asyncio.Task[_Failure | None]]] = {}

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
            while not self._stopping:
                await self._step()
            await self._finish()
        finally:
            # Also when deliveries take too long and the task is cancelled: another process can then
            # continue without waiting for the end of the lease.
            await self._abandon()
            with suppress(StorageError):
                await self.store.write(lambda tx: tx.leases.release(_LEASE, self._holder))

    async def _step(self) -> None:
        """Store the outcomes so far, begin what is due, and wait until something happens."""
        try:
            # A delivery that ends from now on wakes `_wait`.
            self._awake.clear()
            await self._settle_done()
            if await self._hold():
                await self._begin_due()
            else:
                await self._abandon()
            await self._wait()
        except StorageError as error:
            # The database can be unavailable for some time. Delivery continues afterwards.
            logs.write("storage", level="error", message=str(error))
            await asyncio.sleep(_POLL_SECONDS)
        except Exception as error:
            logs.failure(error)
            await asyncio.sleep(_POLL_SECONDS)

    async def _finish(self) -> None:
        """Wait for the deliveries that have begun. Without a database they are repeated later."""
        try:
            while self._running:
                self._awake.clear()
                await self._settle_done()
                if self._running:
                    await self._wait()
        except StorageError as error:
            logs.write("storage", level="error", message=str(error))

    async def _wait(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._awake.wait(), _POLL_SECONDS)

    async def _hold(self) -> bool:
        """Take or renew the lease, and return whether this process holds it."""
        now = self._now()
        if self._held_until > self._time(now, _LEASE_SECONDS - _RENEW_SECONDS):
            return True
        begin = self._time(now)
        until = self._time(now, _LEASE_SECONDS)
        horizon = self._time(now, 3 * _LEASE_SECONDS)
        held = await self.store.write(
            lambda tx: tx.leases.hold(_LEASE, self._holder, begin, until, horizon)
        )
        self._held_until = until if held else ""
        return held

    def _may_send(self) -> bool:
        """Return whether a call that begins now ends before the lease. Threads call this too."""
        return self._held_until > self._time(self._now(), CALL_SECONDS + _CLOCK_SECONDS)

    async def _begin_due(self) -> None:
        """Begin to deliver the next event of each subject."""
        now = self._now()
        limit = _BATCH + len(self._running)
        found = await self.store.outbox.due(
            self._time(now), self._time(now, MAX_WAIT_SECONDS), limit
        )
        new = [one for one in found if one.position not in self._running]
        for waiting in new[: _BATCH - len(self._running)]:
            task = asyncio.create_task(self._attempt(waiting))
            task.add_done_callback(lambda _: self.wake())
            self._running[waiting.position] = waiting, task

    async def _attempt(self, waiting: QueuedEvent) -> _Failure | None:
        """Deliver one event, and return the failure, or None."""
        consumer = self.consumers.get(waiting.consumer)
        if consumer is None:
            return _Failure("this server has no such consumer any more")
        if not self._may_send():
            raise LeaseLost
        may_send.set(self._may_send)
        try:
            await consumer(waiting)
        except LeaseLost:
            raise
        except Unfinished as unfinished:
            return self._failure(unfinished.__cause__ or unfinished, waiting, unfinished.event)
        except Exception as error:
            return self._failure(error, waiting)
        return None

    def _failure(
        self, error: BaseException, waiting: QueuedEvent, event: str | None = None
    ) -> _Failure:
        self._log_failure(error, waiting)
        return _Failure(f"{type(error).__name__}: {error}"[:1000], event)

    async def _settle_done(self) -> None:
        """Store the outcomes of the deliveries that have ended."""
        # A delivery that ends while the outcomes are stored is left to the next call.
        ended = {key: one for key, one in self._running.items() if one[1].done()}
        outcomes: list[tuple[QueuedEvent, _Failure | None]] = []
        for waiting, task in ended.values():
            if not task.cancelled() and task.exception() is None:
                outcomes.append((waiting, task.result()))
        if outcomes:
            await self.store.write(lambda tx: self._settle(tx, outcomes))
        for position in ended:
            del self._running[position]

    async def _settle(
        self, tx: Transaction, outcomes: list[tuple[QueuedEvent, _Failure | None]]
    ) -> None:
        delivered = [one.position for one, failure in outcomes if failure is None]
        await tx.outbox.delivered(delivered)
        for waiting, failure in outcomes:
            if failure is not None:
                due = self._time(self._now(), self._pause_after(waiting.attempts))
                dead = waiting.attempts + 1 >= self._attempts
                await tx.outbox.failed(
                    waiting.position, due, failure.error, dead=dead, event=failure.event
                )

    def _pause_after(self, attempts: int) -> float:
        """Return the seconds until the next attempt, after so many earlier failures."""
        return min(self._first_pause * 2.0 ** min(attempts, _DOUBLINGS), MAX_WAIT_SECONDS)

    def _attempts_within(self, seconds: float) -> float:
        """Return how many attempts an event gets in a time."""
        if seconds == inf:
            return inf
        attempts, passed = 1, 0.0
        while passed < seconds:
            passed += self._pause_after(attempts - 1)
            attempts += 1
        return attempts

    async def _abandon(self) -> None:
        """Cancel all deliveries. The process that has the lease repeats them."""
        running = [task for _, task in self._running.values()]
        self._running.clear()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _time(self, now: datetime, later: float = 0) -> str:
        return fold_date_time(now + timedelta(seconds=later))

    def _log_failure(self, error: BaseException, waiting: QueuedEvent) -> None:
        """Write the first failure of an event with its traceback, then only its state.

        The other attempts usually fail for the same reason.
        """
        attempts = waiting.attempts + 1
        where = {"event_id": waiting.position, "consumer": waiting.consumer}
        message = f"{type(error).__name__} after {attempts} attempts"
        if attempts == 1:
            logs.failure(error, **where)
        if attempts >= self._attempts:
            message += "; see the command `outbox`"
            logs.write("event given up", level="error", message=message, **where)
        elif attempts == _DELAYED:
            logs.write("event delayed", level="warning", message=message, **where)
