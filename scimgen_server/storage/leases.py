"""Leases in the table `leases`."""

from .connection import Connection

_HOLD = (
    "INSERT INTO leases VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE"
    " SET holder = excluded.holder, until = excluded.until"
    " WHERE leases.holder = excluded.holder OR leases.until < ? OR leases.until > ?"
)


class SqlLeases:
    """The leases port (`ports.leases.Leases`) over a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def hold(self, name: str, holder: str, now: str, until: str, horizon: str) -> bool:
        changed = await self._connection.run(_HOLD, (name, holder, until, now, horizon))
        return changed == 1

    async def release(self, name: str, holder: str) -> None:
        await self._connection.run(
            "DELETE FROM leases WHERE name = ? AND holder = ?", (name, holder)
        )
