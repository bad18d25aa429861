"""Records which rows of the host tables have changed, with triggers on these tables."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from ..ports.resources import StorageError
from .connection import Connection
from .own_databases import TABLE, OwnDatabase, Watch, quoted

AT_ONCE = 1000
"""How many changes are processed in one write."""


class Watched(Protocol):
    """The part of `OwnTable` that this module reads."""

    @property
    def type(self) -> str:
        """The name of the resource type."""
        ...

    @property
    def prefix(self) -> str:
        """The part of the id before the key."""
        ...

    @property
    def watched(self) -> Mapping[str, str]:
        """The tables to watch, each with the column that holds the key."""
        ...


async def watch(
    connection: Connection, database: OwnDatabase, tenant: str, tables: Iterable[Watched]
) -> None:
    """Create the missing triggers.

    Every row of a table without triggers is recorded as changed, because its changes are unknown.
    """
    await database.prepare(connection)
    for one in tables:
        for table, column in one.watched.items():
            watched = Watch(tenant, one.type, one.prefix, table, column)
            named = await database.find(connection, watched)
            if named is None:
                raise StorageError(
                    f"there is no table {table}: create the host tables before the server starts"
                )
            if await database.create_triggers(connection, watched, named):
                await _note_all(connection, watched, named)


async def _note_all(connection: Connection, watched: Watch, named: str) -> None:
    """Record every row as changed, and every resource, because its row may be deleted."""
    await connection.run(
        f"INSERT INTO {TABLE} (type, key)"
        f" SELECT ?, CAST({quoted(watched.column)} AS TEXT) FROM {named}",
        (watched.type,),
    )
    await connection.run(
        f"INSERT INTO {TABLE} (type, key)"
        " SELECT type, substr(id, ?) FROM resources WHERE tenant = ? AND type = ?",
        (len(watched.prefix) + 1, watched.tenant, watched.type),
    )


async def any_waiting(connection: Connection) -> bool:
    """Return whether there are changes that were not processed."""
    return bool(await connection.rows(f"SELECT 1 FROM {TABLE} ORDER BY position LIMIT 1"))


async def waiting(connection: Connection, which: str = "") -> Sequence[Sequence[Any]]:
    """Return the oldest changes: position, type, key.

    Args:
        which: a WHERE clause that selects changes, or an empty text for all.
    """
    statement = f"SELECT position, type, key FROM {TABLE}{which} ORDER BY position LIMIT ?"
    return await connection.rows(statement, (AT_ONCE,))


async def is_waiting(connection: Connection, type_name: str, key: str) -> bool:
    """Return whether a resource has a change that was not processed."""
    return bool(
        await connection.rows(
            f"SELECT 1 FROM {TABLE} WHERE type = ? AND key = ? LIMIT 1", (type_name, key)
        )
    )


async def forget(connection: Connection, positions: Collection[int]) -> None:
    """Delete changes that were processed."""
    among, parameters = connection.dialect.is_one_of("position", positions)
    await connection.run(f"DELETE FROM {TABLE} WHERE {among}", parameters)
