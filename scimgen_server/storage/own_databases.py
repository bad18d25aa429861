"""The triggers and locks for host tables, which differ between SQLite and PostgreSQL.

SQLite has one writer at a time. In PostgreSQL the app can write at the same time. A transaction
that changes a resource locks its rows first and checks again whether they have changed. SCIM's
tables are in a separate schema of PostgreSQL, so that no host table has the same name.
"""

from collections.abc import AsyncGenerator, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from ..ports.resources import StorageError
from .connection import Connection
from .dialect import Postgres, Sqlite
from .postgres import SCHEMA

TABLE = "scim_changed_rows"

_TURN = 0x5C14
"""The key of the advisory lock for processing changes."""

_LONGEST_NAME = 63


@dataclass(frozen=True, slots=True)
class Watch:
    """A table that resources of a type are read from.

    Args:
        prefix: what the id of a resource has before the key.
        table: as the app calls it.
        column: holds the key.
    """

    tenant: str
    type: str
    prefix: str
    table: str
    column: str


class OwnDatabase(Protocol):
    """The triggers and locks of a database.

    Args:
        alone: whether a write excludes all other writes, also those of the app.
        turn: the statement that takes the lock for processing changes until the transaction ends.
        mine: the WHERE clause for the changes of this transaction.
    """

    alone: bool
    turn: str
    mine: str

    async def prepare(self, connection: Connection) -> None:
        """Create the table of changes if it does not exist."""
        ...

    async def find(self, connection: Connection, watch: Watch) -> str | None:
        """Return the qualified name of the table; None if there is no such table."""
        ...

    async def create_triggers(self, connection: Connection, watch: Watch, named: str) -> bool:
        """Create the missing triggers. Return whether any were missing."""
        ...

    async def hold(
        self, connection: Connection, tenant: str, type_name: str, resource_id: str
    ) -> None:
        """Lock the rows of a resource until the transaction ends."""
        ...

    def theirs(self, connection: Connection) -> AbstractAsyncContextManager[None]:
        """Run the app's code with its search path. If it fails, its changes are rolled back."""
        ...


def own_database(connection: Connection, schemas: Collection[str]) -> OwnDatabase:
    """Return the implementation for the database of a connection.

    Args:
        schemas: the PostgreSQL schemas of the host tables.
    """
    if isinstance(connection.dialect, Postgres):
        return OwnPostgres(schemas)
    if isinstance(connection.dialect, Sqlite):
        return OwnSqlite()
    raise StorageError(
        "host tables need SQLite or PostgreSQL: there are no triggers for other databases"
    )


class OwnSqlite:
    """SQLite. The writes of the app and of SCIM wait for each other."""

    alone = True
    turn = ""
    mine = ""

    async def prepare(self, connection: Connection) -> None:
        await connection.run(
            f"CREATE TABLE IF NOT EXISTS {TABLE}"
            " (position INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT, key TEXT)"
        )

    async def find(self, connection: Connection, watch: Watch) -> str | None:
        if not await connection.rows(
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (watch.table,)
        ):
            return None
        columns = await connection.rows("SELECT name FROM pragma_table_info(?)", (watch.table,))
        if watch.column not in (
            column[0] for column in columns
        ):  # SQLite would take the name for a text
            raise _no_column(watch)
        return quoted(watch.table)

    async def create_triggers(self, connection: Connection, watch: Watch, named: str) -> bool:
        created = False
        for event, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            name = f"scim_{watch.type}_{watch.table}_{event.lower()}"
            if await connection.rows(
                "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = ?", (name,)
            ):
                continue
            note = f"INSERT INTO {TABLE} (type, key) VALUES ({_literal(watch.type)}, "
            notes = " ".join(f"{note}{row}.{quoted(watch.column)});" for row in rows)
            await connection.run(
                f"CREATE TRIGGER {quoted(name)} AFTER {event} ON {named} BEGIN {notes} END"
            )
            created = True
        return created

    async def hold(
        self, connection: Connection, tenant: str, type_name: str, resource_id: str
    ) -> None:
        """Do nothing: the write transaction locks the whole database."""

    def theirs(self, connection: Connection) -> AbstractAsyncContextManager[None]:
        return nullcontext()


_NOTE = """
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO {schema}.{notes} (type, key)
        SELECT type, substr(id, {start}) FROM {schema}.resources\
 WHERE tenant = {tenant} AND type = {type};
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE'\
 AND OLD.{column}::text IS DISTINCT FROM NEW.{column}::text THEN
        INSERT INTO {schema}.{notes} (type, key) VALUES ({type}, OLD.{column}::text);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO {schema}.{notes} (type, key) VALUES ({type}, NEW.{column}::text);
    END IF;
    RETURN NULL;
END
"""


class OwnPostgres:
    """PostgreSQL. The app and any number of servers write at the same time.

    Args:
        schemas: the schemas of the host tables, in the order of the app's search path.
    """

    alone = False
    turn = f"SELECT pg_advisory_xact_lock({_TURN})"
    mine = " WHERE writer = txid_current()"

    def __init__(self, schemas: Collection[str]) -> None:
        self._schemas = list(schemas)
        path = ", ".join(map(quoted, schemas))
        self._enter = f"SAVEPOINT own; SET LOCAL search_path TO {path}"
        self._leave = f"SET LOCAL search_path TO {SCHEMA}; RELEASE SAVEPOINT own"
        self._holds: dict[str, list[str]] = {}

    async def prepare(self, connection: Connection) -> None:
        if (await connection.rows(f"SELECT to_regclass('{TABLE}')::text"))[0][0]:
            # CREATE INDEX IF NOT EXISTS would wait for the app's transactions, and block them.
            return
        await connection.run(
            f"CREATE TABLE {TABLE} (position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            " type TEXT, key TEXT, writer BIGINT NOT NULL DEFAULT txid_current())"
        )
        await connection.run(f"CREATE INDEX {TABLE}_key ON {TABLE} (key, type)")
        await connection.run(f"CREATE INDEX {TABLE}_writer ON {TABLE} (writer)")

    async def find(self, connection: Connection, watch: Watch) -> str | None:
        found = await connection.rows(
            "SELECT format('%I.%I', n.nspname, c.relname), format_type(a.atttypid, a.atttypmod)"
            " FROM unnest(?::text[]) WITH ORDINALITY s (name, place)"
            " JOIN pg_namespace n ON n.nspname = s.name"
            " JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = ?"
            " AND c.relkind IN ('r', 'p')"
            " LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = ? AND a.attnum > 0"
            " ORDER BY s.place",
            (self._schemas, watch.table, watch.column),
        )
        if not found:
            return None
        named, kind = map(str, found[0])
        if found[0][1] is None or "?" in named + watch.column:
            raise _no_column(watch)
        # The inner SELECT casts only the ids of existing resources.
        self._holds.setdefault(watch.type, []).append(
            f"SELECT 1 FROM {named} o WHERE o.{quoted(watch.column)} = (SELECT"
            f" CAST(substr(r.id, {len(watch.prefix) + 1}) AS {kind}) FROM resources r"
            " WHERE r.tenant = ? AND r.type = ? AND r.id = ?) FOR NO KEY UPDATE OF o"
        )
        return named

    async def create_triggers(self, connection: Connection, watch: Watch, named: str) -> bool:
        function = _fitting(f"scim_{watch.type}_{watch.table}")
        triggers = {
            _fitting(f"scim_rows_{watch.type}"): "INSERT OR UPDATE OR DELETE ON {} FOR EACH ROW",
            _fitting(f"scim_truncate_{watch.type}"): "TRUNCATE ON {} FOR EACH STATEMENT",
        }
        body = _NOTE.format(
            schema=SCHEMA,
            notes=TABLE,
            start=len(watch.prefix) + 1,
            tenant=_literal(watch.tenant),
            type=_literal(watch.type),
            column=quoted(watch.column),
        )
        there = await connection.rows(
            "SELECT 1 FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE t.tgrelid = CAST(?::text AS regclass) AND t.tgname = ANY(?::text[])"
            " AND t.tgenabled <> 'D' AND p.proname = ? AND p.prosrc = ?",
            (named, [*triggers], function, body),
        )
        if len(there) == len(triggers):
            return False
        called = f"{SCHEMA}.{quoted(function)}()"
        # SECURITY DEFINER: the app's database user needs no rights in SCIM's schema.
        await connection.run(
            f"CREATE OR REPLACE FUNCTION {called} RETURNS trigger LANGUAGE plpgsql"
            f" SECURITY DEFINER SET search_path = pg_catalog AS {_literal(body)}"
        )
        for name, when in triggers.items():
            trigger = f"TRIGGER {quoted(name)} AFTER {when.format(named)} EXECUTE FUNCTION {called}"
            # A DROP would block the app's readers.
            await connection.run(f"CREATE OR REPLACE {trigger}")
        return True

    async def hold(
        self, connection: Connection, tenant: str, type_name: str, resource_id: str
    ) -> None:
        for statement in self._holds.get(type_name, ()):
            await connection.rows(statement, (tenant, type_name, resource_id))

    @asynccontextmanager
    async def theirs(self, connection: Connection) -> AsyncGenerator[None]:
        await connection.run(self._enter)
        try:
            yield
        except BaseException:
            # The rollback also restores the search path.
            await connection.run("ROLLBACK TO SAVEPOINT own; RELEASE SAVEPOINT own")
            raise
        await connection.run(self._leave)


def _no_column(watch: Watch) -> StorageError:
    return StorageError(f"the table {watch.table} has no column {watch.column} that can be watched")


def quoted(name: str) -> str:
    """Return a name as a quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    """Return a text as a literal, for statements that cannot have parameters."""
    return "'" + text.replace("'", "''") + "'"


def _fitting(name: str) -> str:
    """PostgreSQL cuts longer names, and two would become one."""
    whole = name.encode()
    if len(whole) <= _LONGEST_NAME:
        return name
    return f"{whole[: _LONGEST_NAME - 9].decode(errors='ignore')}_{sha256(whole).hexdigest()[:8]}"
