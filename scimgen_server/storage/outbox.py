"""The outbox: what the app has still to be told, laid down in the transaction of the change that it tells of.

So nothing that was acknowledged is lost in a crash: an event is gone only once its consumer has taken it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .connection import Connection

LONGEST_WAIT = 300
"""Seconds at most between two attempts. What is due later than that is due at once: a clock was set back."""


PROGRESS = 10_000
"""How many events `progress` looks at."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event for one consumer; those of one subject are told in order."""

    tenant: str
    consumer: str
    subject: str
    event: str


@dataclass(frozen=True, slots=True)
class QueuedEvent:
    """An event that waits: its place in the outbox, and how often it was tried."""

    position: int
    tenant: str
    consumer: str
    subject: str
    event: str
    time: str
    attempts: int
    error: str | None = None


_COLUMNS = "o.position, o.tenant, o.consumer, o.subject, o.event, o.time, o.attempts, o.error"


async def put(connection: Connection, events: Sequence[Event], now: str) -> None:
    """Lay events down."""
    await connection.run_many(
        "INSERT INTO outbox (tenant, consumer, subject, event, time, due) VALUES (?, ?, ?, ?, ?, ?)",
        [(one.tenant, one.consumer, one.subject, one.event, now, now) for one in events],
    )


async def due(connection: Connection, now: str, horizon: str, limit: int) -> list[QueuedEvent]:
    """The next event of each subject, if its time has come; `horizon` is now and the longest wait."""
    rows = await connection.rows(
        f"SELECT {_COLUMNS} FROM outbox o WHERE o.dead = 0 AND (o.due <= ? OR o.due > ?) AND NOT EXISTS"
        " (SELECT 1 FROM outbox e WHERE e.tenant = o.tenant AND e.consumer = o.consumer AND e.subject = o.subject"
        " AND e.dead = 0 AND e.position < o.position) ORDER BY o.position LIMIT ?",
        (now, horizon, limit),
    )
    return [QueuedEvent(*row) for row in rows]


async def delivered(connection: Connection, positions: Sequence[int]) -> None:
    """Forget what was told."""
    among, parameters = connection.dialect.among("position", positions)
    await connection.run(f"DELETE FROM outbox WHERE {among}", parameters)


async def failed(
    connection: Connection, position: int, due: str, error: str, *, dead: bool
) -> None:
    """Try an event again later, or give it up until somebody replays it."""
    await connection.run(
        "UPDATE outbox SET attempts = attempts + 1, due = ?, error = ?, dead = ? WHERE position = ?",
        (due, error, int(dead), position),
    )


async def dead(connection: Connection) -> list[QueuedEvent]:
    """What was given up."""
    return [
        QueuedEvent(*row)
        for row in await connection.rows(
            f"SELECT {_COLUMNS} FROM outbox o WHERE o.dead = 1 ORDER BY o.position"
        )
    ]


async def replay(connection: Connection, positions: Sequence[int], now: str) -> int:
    """Try again what was given up; how many events that are."""
    among, parameters = connection.dialect.among("position", positions)
    statement = f"UPDATE outbox SET dead = 0, attempts = 0, due = ? WHERE dead = 1 AND {among}"
    return await connection.run(statement, (now, *parameters))


async def progress(connection: Connection) -> tuple[int, str | None, int]:
    """What `backlog` tells, of the oldest events alone: it may be asked often, however many there are."""
    rows = await connection.rows(
        "SELECT coalesce(sum(1 - o.dead), 0), min(CASE WHEN o.dead = 0 THEN o.time END), coalesce(sum(o.dead), 0)"
        " FROM (SELECT dead, time FROM outbox ORDER BY position LIMIT ?) o",
        (PROGRESS,),
    )
    waiting, oldest, given_up = rows[0]
    return int(waiting), oldest, int(given_up)


async def backlog(connection: Connection) -> tuple[int, str | None, int]:
    """How many events wait, since when the oldest does, and how many were given up."""
    waiting = (await connection.rows("SELECT count(*), min(time) FROM outbox WHERE dead = 0"))[0]
    given_up = (await connection.rows("SELECT count(*) FROM outbox WHERE dead = 1"))[0]
    return int(waiting[0]), waiting[1], int(given_up[0])
