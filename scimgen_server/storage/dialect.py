"""The SQL that differs between SQLite and PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from ..messages.documents import dump
from . import counters

Clause: TypeAlias = tuple[str, list[Any]]
"""SQL and its parameters."""


class Dialect(Protocol):
    """The SQL that differs between databases.

    Args:
        types: the column types and table options in the text of `tables`, by their placeholders.
        for_change: the clause that locks the rows that a transaction changes; empty if writers are
            alone.
        for_reference: the clause that prevents the deletion of rows that a transaction links to.
        analyze: the statement that updates the statistics for the query planner, after many
            inserts; empty if the planner does not need them.
        key_order: the ORDER BY clause that sorts the rows of `rows_by_key` by the table's key;
            empty if they are in that order already.
        shard: the expression for the shard of a counter that this connection updates. Shards
            prevent writers from waiting for the same row.
        counter_triggers: the template of the triggers that update the counters.
        new_keys: the statement that returns the given number of keys for new resources, in order.
        by_kind: whether the key of `links` begins with the link's kind. The links of a page are
            then one range of the key.
        unsettled: for how many seconds after a resource was created a resource with a lower key
            can appear, because its transaction began earlier and ended later.
    """

    types: Mapping[str, str]
    for_change: str
    for_reference: str
    analyze: str
    key_order: str
    shard: str
    counter_triggers: str
    new_keys: str
    by_kind: bool
    unsettled: int

    def __hash__(self) -> int:
        """Compiled statements are cached by dialect."""
        ...

    def text(self, document: str, path: Sequence[str]) -> Clause:
        """Return the text at a path of a JSON document. The empty path is the document itself."""
        ...

    def list_items(self, document: str, path: Sequence[str], alias: str) -> Clause:
        """Return the items of a JSON list as a table. `alias.value` is an item, as JSON."""
        ...

    def parameter(self, kind: str) -> str:
        """Return a parameter whose value the query planner does not use.

        The plan of the statement then serves every value and can be cached.

        Args:
            kind: the type of the parameter in PostgreSQL: text, bigint.
        """
        ...

    def text_table(self, values: Collection[str]) -> Clause:
        """Return texts as a table `v` with the column `value`.

        The planner does not use the texts, see `parameter`.
        """
        ...

    def rows_by_key(self, table: str, column: str, keys: Collection[int]) -> Clause:
        """Return the text after FROM that selects the rows of a table with one of the keys.

        It ends with a WHERE clause, to which conditions can be added. The planner does not use
        the keys, see `parameter`.
        """
        ...

    def is_one_of(self, column: str, keys: Collection[int]) -> Clause:
        """Return the condition that a column is one of the keys."""
        ...

    def ordered_join(self, table: str, condition: str) -> str:
        """Return a join that looks up rows of a table for each row of the tables before it.

        The planner cannot choose another order.

        Args:
            table: the table and its alias.
            condition: the join condition.
        """
        ...

    def in_select(self, column: str, select: str) -> str:
        """Return the condition that a column is in the result of a SELECT, which runs once."""
        ...

    def contains(self, text: str) -> str:
        """Return the condition that a text contains the parameter."""
        ...

    def ends_with(self, text: str, length: int) -> str:
        """Return the condition that a text ends with the parameter of the given length."""
        ...

    def lock_table(self, table: str) -> str:
        """Return the statement that keeps other writers out of a table until the transaction ends.

        It waits for those that have begun. It is "" if writers are alone.
        """
        ...

    def continue_numbering(self, table: str, column: str) -> str:
        """Return the statement after which new rows get higher numbers than copied ones, or "".

        Args:
            table: the table that rows were copied into.
            column: the column that the database numbers.
        """
        ...


class Sqlite:
    """SQLite. There is one writer at a time, so no statement needs a lock."""

    types: Mapping[str, str] = {
        "key": "INTEGER PRIMARY KEY AUTOINCREMENT",
        "identity": "",
        "counter": "INTEGER PRIMARY KEY AUTOINCREMENT",
        "text": "TEXT",
        "bytes": "BLOB",
        "by_source": "tenant, link, source, target",
        "by_target": "tenant, link, target, source",
        "clustered": " WITHOUT ROWID",
    }
    for_change = ""
    for_reference = ""
    analyze = ""
    key_order = ""
    shard = "0"
    counter_triggers = counters.SQLITE
    new_keys = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
        " SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'resources'), 0) + i"
        " FROM n ORDER BY i"
    )
    by_kind = True
    unsettled = 0

    def text(self, document: str, path: Sequence[str]) -> Clause:
        return (f"json_extract({document}, ?)", [_path(path)]) if path else (document, [])

    def list_items(self, document: str, path: Sequence[str], alias: str) -> Clause:
        return f"json_each({document}, ?) AS {alias}", [_path(path)]

    def parameter(self, kind: str) -> str:
        return "?"

    def text_table(self, values: Collection[str]) -> Clause:
        return "json_each(?) AS v", [dump([*values]).decode()]

    def rows_by_key(self, table: str, column: str, keys: Collection[int]) -> Clause:
        return f"json_each(?) k CROSS JOIN {table} WHERE {column} = k.value", [str([*keys])]

    def is_one_of(self, column: str, keys: Collection[int]) -> Clause:
        return f"{column} IN (SELECT value FROM json_each(?))", [str([*keys])]

    def ordered_join(self, table: str, condition: str) -> str:
        return f"CROSS JOIN {table} ON {condition}"

    def in_select(self, column: str, select: str) -> str:
        return f"{column} IN ({select})"

    def contains(self, text: str) -> str:
        return f"instr({text}, ?) > 0"

    def ends_with(self, text: str, length: int) -> str:
        return f"substr({text}, -{length}) = ?"

    def lock_table(self, table: str) -> str:
        return ""

    def continue_numbering(self, table: str, column: str) -> str:
        return ""


class Postgres:
    """PostgreSQL. The collation "C" compares texts byte by byte, as SQLite does."""

    types: Mapping[str, str] = {
        "key": "BIGINT NOT NULL DEFAULT nextval('resource_keys')",
        "identity": ", PRIMARY KEY (tenant, key)",
        "counter": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "text": 'TEXT COLLATE "C"',
        "bytes": "BYTEA",
        "by_source": "tenant, source, link, target",
        "by_target": "tenant, target, link, source",
        "clustered": "",
    }
    for_change = " FOR NO KEY UPDATE OF r"
    for_reference = " FOR KEY SHARE OF r"
    analyze = "ANALYZE"
    key_order = " ORDER BY 1, 2, 3"
    shard = "pg_backend_pid() % 16"
    counter_triggers = counters.POSTGRES
    new_keys = "SELECT nextval('resource_keys') FROM generate_series(1, ?::int)"
    # The rows of a table are in no order of a key, so ranges would not be faster.
    by_kind = False
    # Much longer than any write takes, including a batch of an import.
    unsettled = 120

    def text(self, document: str, path: Sequence[str]) -> Clause:
        return f'((({document})::jsonb #>> ?::text[]) COLLATE "C")', [list(path)]

    def list_items(self, document: str, path: Sequence[str], alias: str) -> Clause:
        items = f"jsonb_array_elements(({document})::jsonb #> ?::text[])"
        return f"{items} AS {alias}(value)", [list(path)]

    def parameter(self, kind: str) -> str:
        # PostgreSQL would plan the statement for each value, which takes several times as long as
        # to look up a few rows.
        return f"(SELECT ?::{kind})"

    def text_table(self, values: Collection[str]) -> Clause:
        return f'unnest({self.parameter("text[]")} COLLATE "C") AS v(value)', [list(values)]

    def rows_by_key(self, table: str, column: str, keys: Collection[int]) -> Clause:
        return f"{table} WHERE {column} = ANY({self.parameter('bigint[]')}::bigint[])", [list(keys)]

    def is_one_of(self, column: str, keys: Collection[int]) -> Clause:
        return f"{column} = ANY(?::bigint[])", [list(keys)]

    def ordered_join(self, table: str, condition: str) -> str:
        # Without OFFSET 0 the planner reverses the join while the table has no statistics.
        alias = table.rpartition(" ")[2]
        return f"CROSS JOIN LATERAL (SELECT * FROM {table} WHERE {condition} OFFSET 0) {alias}"

    def in_select(self, column: str, select: str) -> str:
        return f"{column} = ANY(ARRAY({select}))"

    def contains(self, text: str) -> str:
        return f"strpos({text}, ?) > 0"

    def ends_with(self, text: str, length: int) -> str:
        return f"right({text}, {length}) = ?"

    def lock_table(self, table: str) -> str:
        return f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"

    def continue_numbering(self, table: str, column: str) -> str:
        sequence = f"pg_get_serial_sequence('{table}', '{column}')"
        if table == "resources":
            sequence = "'resource_keys'"
        return f"SELECT setval({sequence}, (SELECT max({column}) FROM {table}))"


def _path(names: Sequence[str]) -> str:
    return "$" + "".join(f'."{name}"' for name in names)
