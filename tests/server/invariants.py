"""What must be true of the tables after any writes, read from the database itself."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from scimgen_server import make_store
from scimgen_server.ports.resources import Stored
from scimgen_server.schema.records import RecordBuilder
from scimgen_server.service.writer import document_of
from tests.server.apps import trees

Rows: TypeAlias = Callable[[str], Awaitable[list[tuple[Any, ...]]]]

COUNTS = """
SELECT tenant, type, count(*) FROM resources GROUP BY 1, 2
UNION ALL
SELECT tenant, link || '/' || target, count(*) FROM links WHERE link IN ('roles', 'entitlements') GROUP BY 1, 2
UNION ALL
SELECT tenant, type || '/' || attribute || '/' || value, count(*) FROM attribute_values
WHERE value IN ('true', 'false') GROUP BY 1, 2
"""
"""The rows that `totals` must have."""


async def check_tables(url: str) -> None:
    """Totals equal the counts, no link dangles, and every index row follows from its resource."""
    store = make_store(url)
    await store.open()
    try:
        connection = store.connection

        async def rows(statement: str) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in await connection.rows(statement)]

        totals = "SELECT tenant, type, CAST(sum(total) AS BIGINT) FROM totals GROUP BY tenant, type"
        assert {row for row in await rows(totals) if row[2]} == set(await rows(COUNTS))
        for end in ("source", "target"):
            dangling = f"SELECT * FROM links l LEFT JOIN resources r ON r.key = l.{end} WHERE r.key IS NULL"
            assert await rows(dangling) == [], end
        over = "SELECT t.id FROM links l JOIN resources t ON t.key = l.target WHERE t.type = 'Seat' GROUP BY t.id"
        assert await rows(f"{over} HAVING count(*) > 2") == []
        await _check_index(rows)
    finally:
        await store.close()


async def _check_index(rows: Rows) -> None:
    builders = {name: RecordBuilder(tree) for name, tree in trees().items()}
    indexed: set[tuple[Any, ...]] = set()
    unique: set[tuple[Any, ...]] = set()
    for row in await rows("SELECT key, type, id, version, created, modified, body, whole FROM resources"):
        stored = Stored(*row)
        assert stored.created <= stored.modified
        record = builders[stored.type].record(stored.id, document_of(stored))
        assert (record.body, record.whole) == (stored.body, stored.whole)
        indexed |= {(stored.type, attribute, value, stored.key) for attribute, value in record.indexed}
        unique |= {(scope, attribute, value, stored.key) for scope, attribute, value in record.unique}
    assert set(await rows("SELECT type, attribute, value, key FROM attribute_values")) == indexed
    assert set(await rows("SELECT scope, attribute, value, key FROM unique_values")) == unique
