"""The outbox in the table `outbox`."""

from collections.abc import Sequence

from ..ports.outbox import Backlog, Event, QueuedEvent
from .connection import Connection

_COLUMNS = "o.position, o.tenant, o.consumer, o.subject, o.event, o.time, o.attempts, o.error"
_INSERT = (
    "INSERT INTO outbox (tenant, consumer, subject, event, time, due) VALUES (?, ?, ?, ?, ?, ?)"
)
_DUE = f"""
SELECT {_COLUMNS} FROM outbox o WHERE o.dead = 0 AND (o.due <= ? OR o.due > ?) AND NOT EXISTS
    (SELECT 1 FROM outbox e WHERE e.tenant = o.tenant AND e.consumer = o.consumer
     AND e.subject = o.subject AND e.dead = 0 AND e.position < o.position)
ORDER BY o.position LIMIT ?"""
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
            [(one.tenant, one.consumer, one.subject, one.event, now, now) for one in events],
        )

    async def due(self, now: str, horizon: str, limit: int) -> list[QueuedEvent]:
        rows = await self._connection.rows(_DUE, (now, horizon, limit))
        return [QueuedEvent(*row) for row in rows]

    async def delivered(self, positions: Sequence[int]) -> None:
        among, parameters = self._connection.dialect.is_one_of("position", positions)
        await self._connection.run(f"DELETE FROM outbox WHERE {among}", parameters)

    async def failed(self, position: int, due: str, error: str, *, dead: bool) -> None:
        await self._connection.run(
            "UPDATE outbox SET attempts = attempts + 1, due = ?, error = ?, dead = ?"
            " WHERE position = ?",
            (due, error, int(dead), position),
        )

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

    async def backlog(self, among: int | None = None) -> Backlog:
        bound = "" if among is None else f" ORDER BY position LIMIT {among:d}"
        rows = await self._connection.rows(_BACKLOG.format(bound=bound))
        waiting, oldest, dead = rows[0]
        return Backlog(int(waiting), oldest, int(dead))
