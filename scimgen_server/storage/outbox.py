"""The outbox in the table `outbox`."""

from collections.abc import Sequence

from ..ports.outbox import Backlog, Event, QueuedEvent
from .connection import Connection

_COLUMNS = "o.position, o.tenant, o.consumer, o.subject, o.event, o.time, o.attempts, o.error"
_WAITING = "o.tenant = ? AND o.consumer = ? AND o.subject = ? AND o.dead = 0"
_INSERT = f"""
INSERT INTO outbox (tenant, consumer, subject, event, time, due) VALUES (?, ?, ?, ?, ?, coalesce((
    SELECT o.due FROM outbox o WHERE {_WAITING} ORDER BY o.position DESC LIMIT 1), ?))"""
"""A new event is due with those that wait before it, so that `_DUE` finds neither."""

_PAUSE = f"""
UPDATE outbox SET due = ? WHERE position IN (SELECT o.position FROM outbox o WHERE {_WAITING})"""
"""The events of a subject wait together: the later ones cannot be delivered before the first."""

_FIRST_DUE = f"""
SELECT {_COLUMNS} FROM outbox o WHERE o.dead = 0 AND {{due}} AND NOT EXISTS
    (SELECT 1 FROM outbox e WHERE e.tenant = o.tenant AND e.consumer = o.consumer
     AND e.subject = o.subject AND e.dead = 0 AND e.position < o.position)
ORDER BY o.due, o.position LIMIT ?"""
_DUE = f"""
SELECT * FROM ({_FIRST_DUE.format(due="o.due <= ?")}) due
UNION ALL SELECT * FROM ({_FIRST_DUE.format(due="o.due > ?")}) later"""
"""A part for each range of the index on `due`. With OR, the database would read all events."""

_BACKLOG = """
SELECT coalesce(sum(1 - o.dead), 0), min(CASE WHEN o.dead = 0 THEN o.time END),
    coalesce(sum(o.dead), 0)
FROM (SELECT dead, time FROM outbox{bound}) o"""


class SqlOutbox:
    """The outbox port (`ports.outbox.Outbox`) over a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def put(self, events: Sequence[Event], now: str) -> None:
        await self._connection.run_many(
            _INSERT,
            [(*_subject(one), one.event, now, *_subject(one), now) for one in events],
        )

    async def due(self, now: str, horizon: str, limit: int) -> list[QueuedEvent]:
        rows = await self._connection.rows(_DUE, (now, limit, horizon, limit))
        found = [QueuedEvent(*row) for row in rows[:limit]]
        return sorted(found, key=lambda event: event.position)

    async def delivered(self, positions: Sequence[int]) -> None:
        among, parameters = self._connection.dialect.is_one_of("position", positions)
        await self._connection.run(f"DELETE FROM outbox WHERE {among}", parameters)

    async def failed(self, position: int, due: str, error: str, *, dead: bool) -> None:
        rows = await self._connection.rows(
            "UPDATE outbox SET attempts = attempts + 1, due = ?, error = ?, dead = ?"
            " WHERE position = ? RETURNING tenant, consumer, subject",
            (due, error, int(dead), position),
        )
        if rows and not dead:
            await self._connection.run(_PAUSE, (due, *rows[0]))

    async def dead(self) -> list[QueuedEvent]:
        rows = await self._connection.rows(
            f"SELECT {_COLUMNS} FROM outbox o WHERE o.dead = 1 ORDER BY o.position"
        )
        return [QueuedEvent(*row) for row in rows]

    async def replay(self, positions: Sequence[int], now: str) -> int:
        among, parameters = self._connection.dialect.is_one_of("position", positions)
        return await self._connection.run(
            f"UPDATE outbox SET dead = 0, attempts = 0, due = ? WHERE dead = 1 AND {among}",
            (now, *parameters),
        )

    async def discard(self, positions: Sequence[int]) -> int:
        among, parameters = self._connection.dialect.is_one_of("position", positions)
        return await self._connection.run(
            f"DELETE FROM outbox WHERE dead = 1 AND {among}", parameters
        )

    async def backlog(self, among: int | None = None) -> Backlog:
        bound = "" if among is None else f" ORDER BY position LIMIT {among:d}"
        rows = await self._connection.rows(_BACKLOG.format(bound=bound))
        waiting, oldest, dead = rows[0]
        return Backlog(int(waiting), oldest, int(dead))


def _subject(event: Event) -> tuple[str, str, str]:
    """Return what events have in common that are delivered in order."""
    return event.tenant, event.consumer, event.subject
