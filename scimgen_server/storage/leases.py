"""Leases: of several processes on one database, one at a time does what must be done by one alone."""

from .connection import Connection


async def hold(
    connection: Connection, name: str, holder: str, now: str, until: str, horizon: str
) -> bool:
    """Take a lease, or keep it, until a time; False while another has it.

    A lease that ends beyond the horizon was taken before the clock was set back: it does not count.
    """
    changed = await connection.run(
        "INSERT INTO leases VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET holder = excluded.holder,"
        " until = excluded.until WHERE leases.holder = excluded.holder OR leases.until < ? OR leases.until > ?",
        (name, holder, until, now, horizon),
    )
    return changed == 1


async def release(connection: Connection, name: str, holder: str) -> None:
    """Give a lease back."""
    await connection.run("DELETE FROM leases WHERE name = ? AND holder = ?", (name, holder))
