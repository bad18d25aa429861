"""What must be true of the tables whatever has happened: looked up in the database itself."""

import importlib
from typing import Any

COUNTS = """
SELECT tenant, type, count(*) FROM resources GROUP BY 1, 2
UNION ALL
SELECT tenant, link || '/' || target, count(*) FROM links WHERE link IN ('roles', 'entitlements') GROUP BY 1, 2
UNION ALL
SELECT tenant, type || '/' || attribute || '/' || value, count(*) FROM attribute_values
WHERE value IN ('true', 'false') GROUP BY 1, 2
"""
"""What `totals` keeps."""


async def check_tables(url: str) -> None:
    """Totals are counts, no row points nowhere, and every index row follows from its resource."""
    store = importlib.import_module("crm.storage.stores").make_store(url)
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


async def _check_index(rows: Any) -> None:
    resource_types = importlib.import_module("crm.resource_types").RESOURCE_TYPES
    records = importlib.import_module("crm.scim.records")
    trees = importlib.import_module("crm.scim.trees")
    writes = importlib.import_module("crm.scim.writes")
    interface = importlib.import_module("crm.storage.interface")
    kinds = frozenset(one.kind for one in resource_types)
    layouts = {one.name: records.Layout(trees.build_tree(one, kinds)) for one in resource_types}
    indexed: set[tuple[Any, ...]] = set()
    unique: set[tuple[Any, ...]] = set()
    for row in await rows("SELECT key, type, id, version, created, modified, body, whole FROM resources"):
        stored = interface.Stored(*row)
        assert stored.created <= stored.modified
        record = layouts[stored.type].record(stored.id, writes.document_of(stored))
        assert (record.body, record.whole) == (stored.body, stored.whole)
        indexed |= {(stored.type, attribute, value, stored.key) for attribute, value in record.indexed}
        unique |= {(scope, attribute, value, stored.key) for scope, attribute, value in record.unique}
    assert set(await rows("SELECT type, attribute, value, key FROM attribute_values")) == indexed
    assert set(await rows("SELECT scope, attribute, value, key FROM unique_values")) == unique
