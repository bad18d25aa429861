"""The outbox in memory."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from ...ports.outbox import Backlog, Event, QueuedEvent
from .tables import EventRow, SharedTables


class MemoryOutbox:
    """The outbox port (`ports.outbox.Outbox`)."""

    def __init__(self, tables: SharedTables) -> None:
        self._tables = tables
        self._rows = tables.outbox

    async def put(self, events: Sequence[Event], now: str) -> None:
        for one in events:
            position = self._tables.next_number("outbox")
            queued = QueuedEvent(
                position, one.tenant, one.consumer, one.subject, one.event, now, attempts=0
            )
            waiting = self._waiting(queued)
            due = waiting[-1].due if waiting else now
            self._rows.put(position, EventRow(queued, due))

    async def due(self, now: str, horizon: str, limit: int) -> list[QueuedEvent]:
        first: dict[tuple[str, str, str], EventRow] = {}
        for row in self._rows.rows():
            first.setdefault(_subject(row.event), row)
        waiting = [row for row in first.values() if not row.dead]
        found = [row.event for row in waiting if row.due <= now or row.due > horizon]
        return found[:limit]

    async def delivered(self, positions: Sequence[int]) -> None:
        for position in positions:
            self._rows.delete(position)

    async def failed(
        self, position: int, due: str, error: str, *, dead: bool, event: str | None = None
    ) -> None:
        row = self._rows.get(position)
        if row:
            old = row.event
            queued = replace(old, attempts=old.attempts + 1, error=error, event=event or old.event)
            self._rows.put(position, EventRow(queued, due, dead))
            if not dead:
                for later in self._waiting(queued):
                    self._rows.put(later.event.position, replace(later, due=due))

    def _waiting(self, event: QueuedEvent) -> list[EventRow]:
        """Return the events of the same subject that were not given up."""
        wanted = _subject(event)
        return [row for row in self._rows.rows() if not row.dead and _subject(row.event) == wanted]

    async def dead(self) -> list[QueuedEvent]:
        dead = [row.event for row in self._rows.rows() if row.dead]
        return [replace(one, behind=len(self._waiting(one))) for one in dead]

    async def replay(self, positions: Sequence[int], now: str) -> int:
        replayed = 0
        for position in set(positions):
            row = self._rows.get(position)
            if row and row.dead:
                self._rows.put(position, EventRow(replace(row.event, attempts=0), due=now))
                replayed += 1
        return replayed

    async def discard(self, positions: Sequence[int]) -> int:
        discarded = 0
        for position in set(positions):
            row = self._rows.get(position)
            if row and row.dead:
                self._rows.delete(position)
                discarded += 1
        return discarded

    async def backlog(self, among: int | None = None) -> Backlog:
        rows = [*islice(self._rows.rows(), among)]
        waiting = [row.event.time for row in rows if not row.dead]
        return Backlog(len(waiting), min(waiting, default=None), len(rows) - len(waiting))


def _subject(event: QueuedEvent) -> tuple[str, str, str]:
    return event.tenant, event.consumer, event.subject
