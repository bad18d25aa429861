"""The audit trail in memory."""

from collections.abc import AsyncIterator, Sequence

from ...ports.audit import AuditEntry, AuditFilter
from .tables import SharedTables


class MemoryAuditLog:
    """The audit port (`ports.audit.AuditLog`)."""

    def __init__(self, tables: SharedTables) -> None:
        self._tables = tables

    async def append(self, entries: Sequence[AuditEntry]) -> None:
        for entry in entries:
            self._tables.audit.put(self._tables.next_number("audit"), entry)

    async def read(self, which: AuditFilter) -> AsyncIterator[tuple[int, AuditEntry]]:
        found = [item for item in self._tables.audit.items() if _matches(which, item[1])]
        newest = found if which.limit is None else found[-which.limit :]
        for position, entry in newest:
            yield position, entry


def _matches(which: AuditFilter, entry: AuditEntry) -> bool:
    if which.tenant not in (None, entry.tenant) or which.resource not in (None, entry.id):
        return False
    return which.since is None or entry.time >= which.since
