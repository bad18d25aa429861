"""The audit trail in the table `audit`."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from ..ports.audit import AuditEntry, AuditFilter
from .connection import Connection

_COLUMNS = "tenant, time, actor, request, action, type, id, detail"
_INSERT = f"INSERT INTO audit ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_PAGE = 1000


class SqlAuditLog:
    """The audit port (`ports.audit.AuditLog`) over a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def append(self, entries: Sequence[AuditEntry]) -> None:
        if len(entries) == 1:
            await self._connection.run(_INSERT, entries[0])
        elif entries:
            await self._connection.run_many(_INSERT, entries)

    async def read(self, which: AuditFilter) -> AsyncIterator[tuple[int, AuditEntry]]:
        conditions, values = _conditions(which)
        after = await self._before_newest(which.limit, conditions, values)
        statement = (
            f"SELECT position, {_COLUMNS} FROM audit WHERE position > ?{conditions}"
            f" ORDER BY position LIMIT {_PAGE}"
        )
        while page := await self._connection.rows(statement, [after, *values]):
            for row in page:
                yield int(row[0]), AuditEntry(*row[1:])
            after = int(page[-1][0])

    async def _before_newest(self, limit: int | None, conditions: str, values: list[Any]) -> int:
        """Return the position after which the newest `limit` entries begin; 0 for all entries."""
        if limit is None:
            return 0
        rows = await self._connection.rows(
            f"SELECT position FROM audit WHERE position > 0{conditions}"
            " ORDER BY position DESC LIMIT 1 OFFSET ?",
            [*values, limit - 1],
        )
        return int(rows[0][0]) - 1 if rows else 0


def _conditions(which: AuditFilter) -> tuple[str, list[Any]]:
    """Return the conditions of a filter, each with a leading AND, and their parameters."""
    tests = [("tenant = ?", which.tenant), ("id = ?", which.resource), ("time >= ?", which.since)]
    used = [(test, value) for test, value in tests if value is not None]
    conditions = "".join(f" AND {test}" for test, _ in used)
    return conditions, [value for _, value in used]
