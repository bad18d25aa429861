"""Leases in memory."""

from .tables import LeaseRow, SharedTables


class MemoryLeases:
    """The leases port (`ports.leases.Leases`)."""

    def __init__(self, tables: SharedTables) -> None:
        self._rows = tables.leases

    async def hold(self, name: str, holder: str, now: str, until: str, horizon: str) -> bool:
        lease = self._rows.get(name)
        if lease and lease.holder != holder and now <= lease.until <= horizon:
            return False
        self._rows.put(name, LeaseRow(holder, until))
        return True

    async def release(self, name: str, holder: str) -> None:
        lease = self._rows.get(name)
        if lease and lease.holder == holder:
            self._rows.delete(name)
