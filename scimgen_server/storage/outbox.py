"""The outbox in the table `outbox`."""

from collections.abc import Sequence

from ..ports.outbox import Backlog, Event, QueuedEvent
from .connection import Connection

_COLUMNS = "o.position, o.tenant, o.consumer, o.subject, o.event, o.time, o.attempts, o.error"
_OF_SUBJECT = "o.tenant = ? AND o.consumer = ? AND o.subject = ?"
_LAST = f"FROM outbox o WHERE {_OF_SUBJECT} ORDER BY o.position DESC LIMIT 1"
_INSERT = f"""
INSERT INTO outbox (tenant, consumer, subject, event, time, due, dead) VALUES (?, ?, ?, ?, ?,
    coalesce((SELECT o.due {_LAST}), ?),
    coalesce((SELECT CASE WHEN o.dead = 0 THEN 0 ELSE 2 END {_LAST}), 0))"""
"""A new event is due with those that wait before it, so that `_DUE` finds neither."""

_WAITING = f"position IN (SELECT o.position FROM outbox o WHERE {_OF_SUBJECT} AND o.dead = 0)"
_PAUSE = f"UPDATE outbox SET due = ? WHERE {_WAITING}"
"""The events of a subject wait together: the later ones cannot be delivered before the first."""

_BLOCK = f"UPDATE outbox SET dead = 2 WHERE {_WAITING}"
"""The events behind one that was given up. `_DUE` does not read them."""

_SAME = "e.tenant = {0}.tenant AND e.consumer = {0}.consumer AND e.subject = {0}.subject"
_RELEASE = f"""
UPDATE outbox SET dead = 0 WHERE dead = 2 AND NOT EXISTS
    (SELECT 1 FROM outbox e WHERE {_SAME.format("outbox")} AND e.dead = 1
     AND e.position < outbox.position)"""

_FIRST_DUE = f"""
SELECT {_COLUMNS} FROM outbox o WHERE o.dead = 0 AND {{due}} AND NOT EXISTS
    (SELECT 1 FROM outbox e WHERE {_SAME.format("o")} AND e.position < o.position)
ORDER BY o.due, o.position LIMIT ?"""
_DUE = f"""
SELECT * FROM ({_FIRST_DUE.format(due="o.due <= ?")}) due
UNION ALL SELECT * FROM ({_FIRST_DUE.format(due="o.due > ?")}) later"""
"""A part for each range of the index on `due`. With OR, the database would read all events."""

_DEAD = f"""
SELECT {_COLUMNS}, (SELECT count(*) FROM outbox e WHERE {_SAME.format("o")}
    AND e.position > o.position)
FROM outbox o WHERE o.dead = 1 ORDER BY o.position"""
_BACKLOG = """
SELECT coalesce(sum(CASE WHEN o.dead = 1 THEN 0 ELSE 1 END), 0),
    min(CASE WHEN o.dead <> 1 THEN o.time END),
    coalesce(sum(CASE WHEN o.dead = 1 THEN 1 ELSE 0 END), 0)
FROM (SELECT dead, time FROM outbox{bound}) o"""


class SqlOutbox:
    """The outbox port (`ports.outbox.Outbox`) over a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def put(self, events: Sequence[Event], now: str) -> None:
        await self._connection.run_many(
            _INSERT,
            [
                (*_subject(one), one.event, now, *_subject(one), now, *_subject(one))
                for one in events
            ],
        )

    async def due(self, now: str, horizon: str, limit: int) -> list[QueuedEvent]:
        rows = await self._connection.rows(_DUE, (now, limit, horizon, limit))
        found = [QueuedEvent(*row) for row in rows[:limit]]
        return sorted(found, key=lambda event: event.position)

    async def delivered(self, positions: Sequence[int]) -> None:
        among, parameters = self._connection.dialect.is_one_of("position", positions)
        await self._connection.run(f"DELETE FROM outbox WHERE {among}", parameters)

    async def failed(
        self, position: int, due: str, error: str, *, dead: bool, event: str | None = None
    ) -> None:
        rows = await self._connection.rows(
            "UPDATE outbox SET attempts = attempts + 1, due = ?, error = ?, dead = ?,"
            " event = coalesce(?, event)"
            " WHERE position = ? RETURNING tenant, consumer, subject",
            (due, error, int(dead), event, position),
        )
        if not rows:
            return
        if dead:
            await self._connection.run(_BLOCK, rows[0])
        else:
            await self._connection.run(_PAUSE, (due, *rows[0]))

    async def dead(self) -> list[QueuedEvent]:
        return [QueuedEvent(*row) for row in await self._connection.rows(_DEAD)]

    async def replay(self, positions: Sequence[int], now: str) -> int:
        await self._lock()
        among, parameters = self._connection.dialect.is_one_of("position", positions)
        replayed = await self._connection.run(
            f"UPDATE outbox SET dead = 0, attempts = 0, due = ? WHERE dead = 1 AND {among}",
            (now, *parameters),
        )
        await self._connection.run(_RELEASE)
        return replayed

    async def discard(self, positions: Sequence[int]) -> int:
        await self._lock()
        among, parameters = self._connection.dialect.is_one_of("position", positions)
        discarded = await self._connection.run(
            f"DELETE FROM outbox WHERE dead = 1 AND {among}", parameters
        )
        await self._connection.run(_RELEASE)
        return discarded

    async def _lock(self) -> None:
        """Keep writers out, so that none puts an event behind one that is no longer given up."""
        lock = self._connection.dialect.lock_table("outbox")
        if lock:
            await self._connection.run(lock)

    async def backlog(self, among: int | None = None) -> Backlog:
        bound = "" if among is None else f" ORDER BY position LIMIT {among:d}"
        rows = await self._connection.rows(_BACKLOG.format(bound=bound))
        waiting, oldest, dead = rows[0]
        return Backlog(int(waiting), oldest, int(dead))


def _subject(event: Event) -> tuple[str, str, str]:
    """Return what events have in common that are delivered in order."""
    return event.tenant, event.consumer, event.subject
