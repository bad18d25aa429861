# Emitted by scimgen from drafty.scim.json: edit that and run `scimgen generate`, not this file.
"""Which rows of the app's own tables have changed: noted by triggers, whoever changes them, in that transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from .connection import Connection
from .interface import StorageError

TABLE = "scim_changed_rows"
_AT_ONCE = 1000


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


async def watch(connection: Connection, tenant: str, tables: Iterable[Watched]) -> None:
    """Create the triggers that lack; where one does, every row is looked at once, since nobody knows what it missed."""
    if connection.dialect.alone:
        raise StorageError("tables of one's own need SQLite so far: their triggers are written for it")
    await connection.run(
        f"CREATE TABLE IF NOT EXISTS {TABLE} (position INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT, key TEXT)"
    )
    for one in tables:
        for table, column in one.watched.items():
            if not await connection.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)):
                raise StorageError(f"there is no table {table}: create the app's own tables before the server starts")
            if await _create_triggers(connection, one.type, table, column):
                await _note_all(connection, tenant, one, table, column)


async def _note_all(connection: Connection, tenant: str, one: Watched, table: str, column: str) -> None:
    """Have every row looked at, and every resource, since its row may be gone."""
    await connection.run(
        f"INSERT INTO {TABLE} (type, key) SELECT ?, CAST({_quoted(column)} AS TEXT) FROM {_quoted(table)}"
        " UNION SELECT type, substr(id, ?) FROM resources WHERE tenant = ? AND type = ?",
        (one.type, len(one.prefix) + 1, tenant, one.type),
    )


async def any_waiting(connection: Connection) -> bool:
    """Whether anything has changed that was not taken up."""
    return bool(await connection.rows(f"SELECT 1 FROM {TABLE} LIMIT 1"))


async def waiting(connection: Connection) -> Sequence[Sequence[Any]]:
    """The oldest changes: position, type, key."""
    return await connection.rows(f"SELECT position, type, key FROM {TABLE} ORDER BY position LIMIT ?", (_AT_ONCE,))


async def forget(connection: Connection, positions: Collection[int]) -> None:
    """These were taken up."""
    among, parameters = connection.dialect.among("position", positions)
    await connection.run(f"DELETE FROM {TABLE} WHERE {among}", parameters)


async def _create_triggers(connection: Connection, type_name: str, table: str, column: str) -> bool:
    created = False
    for event, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        name = f"scim_{type_name}_{table}_{event.lower()}"
        if await connection.rows("SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = ?", (name,)):
            continue
        literal = "'" + type_name.replace("'", "''") + "'"  # a trigger takes no parameters
        note = f"INSERT INTO {TABLE} (type, key) VALUES ({literal}, "
        notes = " ".join(f"{note}{row}.{_quoted(column)});" for row in rows)
        await connection.run(f"CREATE TRIGGER {_quoted(name)} AFTER {event} ON {_quoted(table)} BEGIN {notes} END")
        created = True
    return created


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
