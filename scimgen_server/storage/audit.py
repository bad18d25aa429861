"""The audit trail: who changed what, written in the transaction that changes it."""

from collections.abc import Sequence
from typing import NamedTuple

from .connection import Connection


class Entry(NamedTuple):
    """One line of the trail.

    Args:
        actor: who did it: a token's name, the subject of an access token, the app itself, a command.
        request: the request, as the log names it; empty where there was none.
        detail: JSON; the names of attributes, and the ids that were granted or revoked.
    """

    tenant: str
    time: str
    actor: str
    request: str
    action: str
    type: str
    id: str
    detail: str


async def append(connection: Connection, entries: Sequence[Entry]) -> None:
    """Write lines, within the transaction of what they tell."""
    statement = "INSERT INTO audit (tenant, time, actor, request, action, type, id, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    if len(entries) == 1:
        await connection.run(statement, entries[0])
    elif entries:
        await connection.run_many(statement, entries)
