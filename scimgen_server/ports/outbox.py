"""The outbox port: events for the app, written in the transaction of the change they report.

An event is deleted only after its consumer has accepted it, so that no crash loses one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

MAX_WAIT_SECONDS = 300
"""The longest pause between two attempts. An event that is due later than that is due at once: the
clock was set back."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event for one consumer. Events with the same subject are delivered in order.

    Args:
        consumer: `hooks` or `webhook`.
        subject: the id of the user, group or other resource.
        event: JSON.
    """

    tenant: str
    consumer: str
    subject: str
    event: str


@dataclass(frozen=True, slots=True)
class QueuedEvent:
    """An event in the outbox.

    Args:
        position: its place in the outbox; its id for consumers.
        time: when the change was made.
        attempts: how many deliveries have failed.
        error: why the last one failed.
        behind: how many later events of the subject wait for this one. Only `dead` counts them.
    """

    position: int
    tenant: str
    consumer: str
    subject: str
    event: str
    time: str
    attempts: int
    error: str | None = None
    behind: int = 0


@dataclass(frozen=True, slots=True)
class Backlog:
    """How far behind the delivery is.

    Args:
        waiting: how many events are not delivered yet, also behind one that was given up.
        oldest: the time of the oldest of them.
        dead: how many events were given up.
    """

    waiting: int
    oldest: str | None
    dead: int


class Outbox(Protocol):
    """The events that are not delivered yet. Times are as `folding.fold_date_time` writes them."""

    async def put(self, events: Sequence[Event], now: str) -> None:
        """Write events, within the transaction of the change.

        An event is due now, or together with the events of its subject that wait for an attempt.
        """
        ...

    async def due(self, now: str, horizon: str, limit: int) -> list[QueuedEvent]:
        """The first event of each subject, if it is due, in the order of their positions.

        Behind an event that was given up, no event of its subject is due.

        The cost depends on the events that are due, not on those that wait or were given up.

        Args:
            horizon: now and MAX_WAIT_SECONDS.
            limit: how many events to return at most.
        """
        ...

    async def delivered(self, positions: Sequence[int]) -> None:
        """Delete events that were delivered."""
        ...

    async def failed(
        self, position: int, due: str, error: str, *, dead: bool, event: str | None = None
    ) -> None:
        """Count a failed delivery.

        Args:
            due: when to try again. The later events of the subject wait until then.
            dead: whether the event is given up instead, until `replay` or `discard`. The later
                events of the subject wait until then.
            event: the JSON for the next attempts; None to keep it.
        """
        ...

    async def dead(self) -> list[QueuedEvent]:
        """The events that were given up."""
        ...

    async def replay(self, positions: Sequence[int], now: str) -> int:
        """Queue given-up events again, and those behind them. Returns how many were given up."""
        ...

    async def discard(self, positions: Sequence[int]) -> int:
        """Delete given-up events, and queue those behind them. Returns how many were deleted."""
        ...

    async def backlog(self, among: int | None = None) -> Backlog:
        """How far behind the delivery is.

        Args:
            among: look at this many of the oldest events only, for a bounded cost.
        """
        ...
