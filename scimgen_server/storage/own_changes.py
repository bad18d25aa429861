"""Which rows of the app's own tables have changed: noted by triggers, whoever changes them, in that transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from ..ports.resources import StorageError
from .connection import Connection
from .own_databases import TABLE, OwnDatabase, Watch, quoted

AT_ONCE = 1000
"""How many changes are taken up in one write."""


class Watched(Protocol):
    """What is asked of an `OwnTable` here."""

    @property
    def type(self) -> str:
        """The name of the resource type."""
        ...

    @property
    def prefix(self) -> str:
        """What the id has before the key."""
        ...

    @property
    def watched(self) -> Mapping[str, str]:
        """Tables, and in each the column with the key."""
        ...


async def watch(
    connection: Connection, database: OwnDatabase, tenant: str, tables: Iterable[Watched]
) -> None:
    """Create the triggers that lack; where one does, every row is looked at once, since nobody knows what it missed."""
    await database.prepare(connection)
    for one in tables:
        for table, column in one.watched.items():
            watched = Watch(tenant, one.type, one.prefix, table, column)
            named = await database.find(connection, watched)
            if named is None:
                raise StorageError(
                    f"there is no table {table}: create the app's own tables before the server starts"
                )
            if await database.create_triggers(connection, watched, named):
                await _note_all(connection, watched, named)


async def _note_all(connection: Connection, watched: Watch, named: str) -> None:
    """Have every row looked at, and every resource, since its row may be gone."""
    await connection.run(
        f"INSERT INTO {TABLE} (type, key) SELECT ?, CAST({quoted(watched.column)} AS TEXT) FROM {named}",
        (watched.type,),
    )
    await connection.run(
        f"INSERT INTO {TABLE} (type, key) SELECT type, substr(id, ?) FROM resources WHERE tenant = ? AND type = ?",
        (len(watched.prefix) + 1, watched.tenant, watched.type),
    )


async def any_waiting(connection: Connection) -> bool:
    """Whether anything has changed that was not taken up."""
    return bool(await connection.rows(f"SELECT 1 FROM {TABLE} ORDER BY position LIMIT 1"))


async def waiting(connection: Connection, which: str = "") -> Sequence[Sequence[Any]]:
    """The oldest changes: position, type, key.

    Args:
        which: a condition, where not all are meant.
    """
    statement = f"SELECT position, type, key FROM {TABLE}{which} ORDER BY position LIMIT ?"
    return await connection.rows(statement, (AT_ONCE,))


async def is_waiting(connection: Connection, type_name: str, key: str) -> bool:
    """Whether one resource has changed."""
    return bool(
        await connection.rows(
            f"SELECT 1 FROM {TABLE} WHERE type = ? AND key = ? LIMIT 1", (type_name, key)
        )
    )


async def forget(connection: Connection, positions: Collection[int]) -> None:
    """These were taken up."""
    among, parameters = connection.dialect.among("position", positions)
    await connection.run(f"DELETE FROM {TABLE} WHERE {among}", parameters)
