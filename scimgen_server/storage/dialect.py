"""What databases write differently: a handful of expressions, and the test of one value with them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from ..filters.nodes import Comparison, Operator, Present
from ..messages.documents import dump
from . import counters as counting

Clause: TypeAlias = tuple[str, list[Any]]
"""SQL with its parameters."""

_LOCK_KEY = 0x5C13
"""The key of our advisory lock."""


class Dialect(Protocol):
    """What databases write differently.

    Args:
        types: what stands in `schema` for a key, a counter, a text that compares byte by byte, and so on.
        for_change: locks the rows that a transaction is about to change, where readers do not wait for writers.
        for_reference: keeps the rows that a transaction links to from being deleted meanwhile.
        advisory_lock: waits for whoever else does what only one process may do at a time, and holds the others up.
        analyze: after many rows have come at once, lets the database count what it plans by.
        as_listed: puts the rows of `keyed` into the order of the table's key, if they do not come in it.
        shard: which part of a kept total this connection counts in, so that writers need not wait for each other.
        counting: the triggers that keep what would have to be counted.
        new_keys: gives so many keys for new resources, in order.
        by_kind: whether links lie by their kind first, so that those of a page are one range.
        unsettled: for how many seconds after a resource one that comes before it may still appear, since it was
            written at the same time and its transaction took longer.
    """

    types: Mapping[str, str]
    for_change: str
    for_reference: str
    advisory_lock: str
    analyze: str
    as_listed: str
    shard: str
    counting: str
    new_keys: str
    by_kind: bool
    unsettled: int

    def __hash__(self) -> int: ...  # statements are kept by it

    def text(self, document: str, path: Sequence[str]) -> Clause:
        """The text at a path of a JSON document; the empty path means the document itself."""
        ...

    def each(self, document: str, path: Sequence[str], alias: str) -> Clause:
        """The values of a JSON list as a table; `alias.value` is one of them, itself a document."""
        ...

    def given(self, kind: str) -> str:
        """A parameter that nobody looks at to plan the statement, so that one plan is kept for whatever is given.

        Args:
            kind: the type in PostgreSQL: text, bigint.
        """
        ...

    def listed(self, values: Collection[str]) -> Clause:
        """Some texts as a table `v` with one column, `value`; given, as above."""
        ...

    def keyed(self, table: str, column: str, keys: Collection[int]) -> Clause:
        """What stands behind FROM: a table, and WHERE a column is one of some given keys; more conditions may come."""
        ...

    def among(self, column: str, keys: Collection[int]) -> Clause:
        """Whether a column holds one of some keys."""
        ...

    def followed(self, table: str, condition: str) -> str:
        """Joins a table and its alias: its rows are looked up for each row before it, whatever the database counts."""
        ...

    def within(self, column: str, select: str) -> str:
        """Whether a column holds one of the keys that a statement finds, which runs once."""
        ...

    def contains(self, text: str) -> str:
        """Whether a text contains the parameter."""
        ...

    def ends(self, text: str, length: int) -> str:
        """Whether a text ends with the parameter, which is so long."""
        ...

    def go_on(self, table: str, column: str) -> str:
        """After rows were copied in: lets a column count on from them, if the database does not by itself."""
        ...


class Sqlite:
    """SQLite: one writer at a time, so that nothing needs a lock; paths are parameters like all else."""

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
    advisory_lock = ""
    analyze = ""
    as_listed = ""
    shard = "0"
    counting = counting.SQLITE
    new_keys = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
        " SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'resources'), 0) + i FROM n ORDER BY i"
    )
    by_kind = True
    unsettled = 0

    def text(self, document: str, path: Sequence[str]) -> Clause:
        return (f"json_extract({document}, ?)", [_path(path)]) if path else (document, [])

    def each(self, document: str, path: Sequence[str], alias: str) -> Clause:
        return f"json_each({document}, ?) AS {alias}", [_path(path)]

    def given(self, kind: str) -> str:
        return "?"

    def listed(self, values: Collection[str]) -> Clause:
        return "json_each(?) AS v", [dump([*values]).decode()]

    def keyed(self, table: str, column: str, keys: Collection[int]) -> Clause:
        return f"json_each(?) k CROSS JOIN {table} WHERE {column} = k.value", [str([*keys])]

    def among(self, column: str, keys: Collection[int]) -> Clause:
        return f"{column} IN (SELECT value FROM json_each(?))", [str([*keys])]

    def followed(self, table: str, condition: str) -> str:
        return f"CROSS JOIN {table} ON {condition}"

    def within(self, column: str, select: str) -> str:
        return f"{column} IN ({select})"

    def contains(self, text: str) -> str:
        return f"instr({text}, ?) > 0"

    def ends(self, text: str, length: int) -> str:
        return f"substr({text}, -{length}) = ?"

    def go_on(self, table: str, column: str) -> str:
        return ""


class Postgres:
    """PostgreSQL: texts compare byte by byte as in SQLite, whatever the locale of the database."""

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
    as_listed = " ORDER BY 1, 2, 3"
    advisory_lock = f"SELECT pg_advisory_xact_lock({_LOCK_KEY})"
    shard = "pg_backend_pid() % 16"
    counting = counting.POSTGRES
    new_keys = "SELECT nextval('resource_keys') FROM generate_series(1, ?::int)"
    by_kind = False  # its rows lie in no key's order, so ranges gain nothing
    unsettled = 120  # much more than a write takes, an import's batch included

    def text(self, document: str, path: Sequence[str]) -> Clause:
        return f'((({document})::jsonb #>> ?::text[]) COLLATE "C")', [list(path)]

    def each(self, document: str, path: Sequence[str], alias: str) -> Clause:
        return f"jsonb_array_elements(({document})::jsonb #> ?::text[]) AS {alias}(value)", [
            list(path)
        ]

    def given(self, kind: str) -> str:
        # else it is planned anew for each value, which takes several times as long as to look a few rows up
        return f"(SELECT ?::{kind})"

    def listed(self, values: Collection[str]) -> Clause:
        return f'unnest({self.given("text[]")} COLLATE "C") AS v(value)', [list(values)]

    def keyed(self, table: str, column: str, keys: Collection[int]) -> Clause:
        return f"{table} WHERE {column} = ANY({self.given('bigint[]')}::bigint[])", [list(keys)]

    def among(self, column: str, keys: Collection[int]) -> Clause:
        return f"{column} = ANY(?::bigint[])", [list(keys)]

    def followed(self, table: str, condition: str) -> str:
        # OFFSET 0 keeps the planner from turning it round, as it would before it has counted the rows
        return f"CROSS JOIN LATERAL (SELECT * FROM {table} WHERE {condition} OFFSET 0) {table.rpartition(' ')[2]}"

    def within(self, column: str, select: str) -> str:
        return f"{column} = ANY(ARRAY({select}))"

    def contains(self, text: str) -> str:
        return f"strpos({text}, ?) > 0"

    def ends(self, text: str, length: int) -> str:
        return f"right({text}, {length}) = ?"

    def go_on(self, table: str, column: str) -> str:
        sequence = (
            "'resource_keys'"
            if table == "resources"
            else f"pg_get_serial_sequence('{table}', '{column}')"
        )
        return f"SELECT setval({sequence}, (SELECT max({column}) FROM {table}))"


def _path(names: Sequence[str]) -> str:
    return "$" + "".join(f'."{name}"' for name in names)


_ORDERED: dict[Operator, str] = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_LAST = "\U0010ffff"


def marks(values: Collection[object]) -> str:
    """What stands between the parentheses of IN; among no values there is none."""
    return ", ".join("?" * len(values)) or "NULL"


def test_value(
    text: str, parameters: list[Any], node: Comparison | Present, dialect: Dialect
) -> Clause:
    """One value against its operand: never NULL, so that NOT means what it says."""
    if isinstance(node, Present):
        return f"({text} IS NOT NULL)", parameters
    operand = node.operand
    match node.operator:
        case "eq":
            return f"({text} IS NOT NULL AND {text} = ?)", [*parameters, *parameters, operand]
        case "co" | "sw" | "ew" if not operand:
            return f"({text} IS NOT NULL)", parameters
        case "co":
            return f"({text} IS NOT NULL AND {dialect.contains(text)})", [
                *parameters,
                *parameters,
                operand,
            ]
        case "sw":  # a range, so that an index serves it
            bounds = [*parameters, operand, *parameters, operand + _LAST]
            return f"({text} IS NOT NULL AND {text} >= ? AND {text} < ?)", [*parameters, *bounds]
        case "ew":
            ending = dialect.ends(text, len(operand))
            return f"({text} IS NOT NULL AND {ending})", [*parameters, *parameters, operand]
        case operator:
            return f"({text} IS NOT NULL AND {text} {_ORDERED[operator]} ?)", [
                *parameters,
                *parameters,
                operand,
            ]
