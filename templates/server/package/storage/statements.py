"""The statements on the tables of `schema`: what is read, and what a transaction changes."""

import json
import sqlite3
from collections.abc import Collection, Mapping
from typing import Any, cast

from ..scim.attributes import Link
from .interface import Linked, Page, Query, Record, Stored, Taken, Target
from .query import Compiler

_COLUMNS = "r.key, r.type, r.id, r.version, r.created, r.modified, r.body, r.whole"
_RELAYED = 1000

_LINKS = """
SELECT l.source, l.link, t.key, coalesce(t.reference, t.id), t.type, t.id, t.display, l.is_primary, 1
FROM links l JOIN resources t ON t.key = l.target
WHERE l.tenant = ? AND l.source IN ({keys}) AND l.link IN ({links})
ORDER BY l.source, l.link, l.target
"""
_GROUPS = """
WITH RECURSIVE up(member, holder, direct) AS (
    SELECT l.target, l.source, 1 FROM links l WHERE l.tenant = ? AND l.target IN ({keys}) AND l.link = 'members'
    UNION
    SELECT u.member, l.source, 0 FROM up u JOIN links l ON l.target = u.holder
    WHERE l.tenant = ? AND l.link = 'members'
)
SELECT u.member, 'groups', t.key, t.id, t.type, t.id, t.display, 0, max(u.direct)
FROM up u JOIN resources t ON t.key = u.holder
WHERE u.holder <> u.member GROUP BY u.member, t.key ORDER BY u.member, t.key
"""


class Reads:
    """What can be read through one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    async def get(self, tenant: str, type_name: str, resource_id: str) -> Stored | None:
        row = self.connection.execute(
            f"SELECT {_COLUMNS} FROM resources r WHERE r.tenant = ? AND r.id = ? AND r.type = ?",
            (tenant, resource_id, type_name),
        ).fetchone()
        return Stored(*row) if row else None

    async def search(self, tenant: str, query: Query) -> Page:
        compiler = Compiler(tenant, query)
        where, parameters = compiler.where()
        items = self._page(compiler, query, where, parameters) if query.count > 0 else []
        if query.start == 0 and query.after is None and len(items) < query.count:
            return Page(len(items), items)  # nothing is left to count
        return Page(self._total(tenant, query, where, parameters), items)

    def _page(self, compiler: Compiler, query: Query, where: str, parameters: list[Any]) -> list[Stored]:
        if query.after is not None:
            where, parameters = f"{where} AND r.key > ?", [*parameters, query.after]
        order, more = compiler.order()
        rows = self.connection.execute(
            f"SELECT {_COLUMNS} FROM resources r WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",
            [*parameters, *more, query.count, query.start],
        )
        return [Stored(*row) for row in rows]

    def _total(self, tenant: str, query: Query, where: str, parameters: list[Any]) -> int:
        if all(node is None for _, node in query.conditions):  # kept, not counted
            names = [tree.name for tree, _ in query.conditions]
            statement = f"SELECT total(total) FROM totals WHERE tenant = ? AND type IN ({_marks(names)})"
            return int(self.connection.execute(statement, [tenant, *names]).fetchone()[0])
        statement = f"SELECT count(*) FROM resources r WHERE {where}"
        return int(self.connection.execute(statement, parameters).fetchone()[0])

    async def links(self, tenant: str, keys: Collection[int], wanted: Collection[Link]) -> dict[int, list[Linked]]:
        found: dict[int, list[Linked]] = {}
        forward = [link for link in wanted if link != "groups"]
        if forward and keys:
            statement = _LINKS.format(keys=_marks(keys), links=_marks(forward))
            _collect(found, self.connection.execute(statement, [tenant, *keys, *forward]))
        if "groups" in wanted and keys and self._any_group(tenant, keys):
            statement = _GROUPS.format(keys=_marks(keys))
            _collect(found, self.connection.execute(statement, [tenant, *keys, tenant]))
        return found

    def _any_group(self, tenant: str, keys: Collection[int]) -> bool:
        """Most users are in no group at all, and the way up through nested ones is the dearest part of a read."""
        statement = f"SELECT 1 FROM links WHERE tenant = ? AND target IN ({_marks(keys)}) AND link = 'members' LIMIT 1"
        return self.connection.execute(statement, [tenant, *keys]).fetchone() is not None

    async def members(self, tenant: str, key: int, values: Collection[str]) -> list[Linked]:
        rows = self.connection.execute(
            "SELECT l.link, l.source, t.key, t.id, t.type, t.id, t.display, l.is_primary, 1"
            " FROM json_each(?) v JOIN resources t ON t.tenant = ? AND t.id = v.value"
            " JOIN links l ON l.tenant = ? AND l.source = ? AND l.link = 'members' AND l.target = t.key",
            (json.dumps(list(values)), tenant, tenant, key),
        )
        return [Linked(link, *shown) for link, _, *shown in rows]

    async def targets(self, tenant: str, values: Collection[str]) -> dict[str, list[Target]]:
        found: dict[str, list[Target]] = {}
        for column in ("id", "reference"):
            rows = self.connection.execute(
                f"SELECT r.{column}, r.key, r.type, r.id FROM json_each(?) v"
                f" CROSS JOIN resources r ON r.tenant = ? AND r.{column} = v.value",
                (json.dumps(list(values)), tenant),
            )
            for value, *target in rows:
                found.setdefault(value, []).append(Target(*target))
        return found

    async def holders(self, tenant: str, link: Link, key: int) -> int:
        statement = "SELECT count(*) FROM links WHERE tenant = ? AND target = ? AND link = ?"
        return int(self.connection.execute(statement, (tenant, key, link)).fetchone()[0])

    async def seeded(self, tenant: str, type_name: str) -> set[str]:
        statement = "SELECT id FROM seeds WHERE tenant = ? AND type = ?"
        return {row[0] for row in self.connection.execute(statement, (tenant, type_name))}


class Writes(Reads):
    """The changes of one transaction."""

    async def insert(self, tenant: str, record: Record, now: str) -> Stored:
        self._check_free(tenant, record.unique)
        try:
            values = (record.display, record.reference, record.body, record.whole, record.folded)
            cursor = self.connection.execute(
                "INSERT INTO resources (tenant, type, id, version, created, modified, display, reference, body, whole,"
                " folded) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)",
                (tenant, record.type, record.id, now, now, *values),
            )
        except sqlite3.IntegrityError:
            raise Taken("id", record.id) from None
        key = cast("int", cursor.lastrowid)
        self._index(tenant, record, key, record.indexed, record.unique)
        self._count(tenant, record.type, 1)
        return Stored(key, record.type, record.id, 1, now, now, record.body, record.whole)

    async def update(self, tenant: str, stored: Stored, before: Record, after: Record, now: str) -> None:
        self._check_free(tenant, after.unique - before.unique)
        self._unindex(tenant, stored, before.indexed - after.indexed, before.unique - after.unique)
        self._index(tenant, after, stored.key, after.indexed - before.indexed, after.unique - before.unique)
        self._lay_down(stored.key, after)

    async def touch(self, tenant: str, keys: Collection[int], now: str) -> None:
        self.connection.execute(
            "UPDATE resources SET version = version + 1, modified = ? WHERE key IN (SELECT value FROM json_each(?))",
            (now, json.dumps(list(keys))),
        )

    async def delete(self, tenant: str, stored: Stored, before: Record, now: str) -> None:
        key = stored.key
        self.connection.execute(
            "UPDATE resources SET version = version + 1, modified = ? WHERE key IN"
            " (SELECT source FROM links WHERE tenant = ? AND target = ?)",
            (now, tenant, key),
        )
        self.connection.execute("DELETE FROM links WHERE tenant = ? AND target = ?", (tenant, key))
        self.connection.execute("DELETE FROM links WHERE tenant = ? AND source = ?", (tenant, key))
        self._unindex(tenant, stored, before.indexed, before.unique)
        self.connection.execute("DELETE FROM resources WHERE key = ?", (key,))
        self._count(tenant, stored.type, -1)

    async def link(self, tenant: str, source: int, link: Link, values: Mapping[int, bool]) -> None:
        self.connection.executemany(
            "INSERT INTO links (tenant, source, link, target, is_primary) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (tenant, source, link, target) DO UPDATE SET is_primary = excluded.is_primary",
            [(tenant, source, link, target, int(primary)) for target, primary in values.items()],
        )

    async def unlink(self, tenant: str, source: int, link: Link, keys: Collection[int]) -> None:
        self.connection.executemany(
            "DELETE FROM links WHERE tenant = ? AND source = ? AND link = ? AND target = ?",
            [(tenant, source, link, key) for key in keys],
        )

    async def seed(self, tenant: str, type_name: str, resource_id: str) -> None:
        self.connection.execute("INSERT OR IGNORE INTO seeds VALUES (?, ?, ?)", (tenant, type_name, resource_id))

    async def fingerprints(self, tenant: str) -> dict[str, str]:
        statement = "SELECT type, fingerprint FROM layouts WHERE tenant = ?"
        return dict(self.connection.execute(statement, (tenant,)).fetchall())

    async def set_fingerprint(self, tenant: str, type_name: str, fingerprint: str) -> None:
        self.connection.execute("INSERT OR REPLACE INTO layouts VALUES (?, ?, ?)", (tenant, type_name, fingerprint))

    async def clear_index(self, tenant: str, type_name: str) -> None:
        self.connection.execute("DELETE FROM attribute_values WHERE tenant = ? AND type = ?", (tenant, type_name))
        self.connection.execute(
            "DELETE FROM unique_values WHERE tenant = ? AND key IN"
            " (SELECT key FROM resources WHERE tenant = ? AND type = ?)",
            (tenant, tenant, type_name),
        )

    async def after(self, tenant: str, type_name: str, key: int) -> list[Stored]:
        statement = (
            f"SELECT {_COLUMNS} FROM resources r WHERE r.tenant = ? AND r.type = ? AND r.key > ? ORDER BY r.key LIMIT ?"
        )
        return [Stored(*row) for row in self.connection.execute(statement, (tenant, type_name, key, _RELAYED))]

    async def relay(self, tenant: str, stored: Stored, record: Record, *, unique: bool = True) -> None:
        if unique:
            self._check_free(tenant, record.unique)
        self._index(tenant, record, stored.key, record.indexed, record.unique if unique else ())
        self._lay_down(stored.key, record)

    def _lay_down(self, key: int, record: Record) -> None:
        self.connection.execute(
            "UPDATE resources SET display = ?, reference = ?, body = ?, whole = ?, folded = ? WHERE key = ?",
            (record.display, record.reference, record.body, record.whole, record.folded, key),
        )

    def _check_free(self, tenant: str, unique: Collection[tuple[str, str, str]]) -> None:
        """Before anything is written; no other writer can come between."""
        statement = "SELECT 1 FROM unique_values WHERE tenant = ? AND scope = ? AND attribute = ? AND value = ?"
        for scope, attribute, value in unique:
            if self.connection.execute(statement, (tenant, scope, attribute, value)).fetchone():
                raise Taken(attribute, value)

    def _index(
        self,
        tenant: str,
        record: Record,
        key: int,
        indexed: Collection[tuple[str, str]],
        unique: Collection[tuple[str, str, str]],
    ) -> None:
        self.connection.executemany(
            "INSERT INTO unique_values VALUES (?, ?, ?, ?, ?)", [(tenant, *row, key) for row in unique]
        )
        self.connection.executemany(
            "INSERT INTO attribute_values VALUES (?, ?, ?, ?, ?)",
            [(tenant, record.type, attribute, value, key) for attribute, value in indexed],
        )

    def _unindex(
        self,
        tenant: str,
        stored: Stored,
        indexed: Collection[tuple[str, str]],
        unique: Collection[tuple[str, str, str]],
    ) -> None:
        self.connection.executemany(
            "DELETE FROM unique_values WHERE tenant = ? AND scope = ? AND attribute = ? AND value = ?",
            [(tenant, *row) for row in unique],
        )
        self.connection.executemany(
            "DELETE FROM attribute_values WHERE tenant = ? AND type = ? AND attribute = ? AND value = ? AND key = ?",
            [(tenant, stored.type, attribute, value, stored.key) for attribute, value in indexed],
        )

    def _count(self, tenant: str, type_name: str, change: int) -> None:
        self.connection.execute(
            "INSERT INTO totals VALUES (?, ?, ?) ON CONFLICT (tenant, type) DO UPDATE SET total = total + ?",
            (tenant, type_name, change, change),
        )


def _collect(found: dict[int, list[Linked]], rows: sqlite3.Cursor) -> None:
    for holder, link, key, value, type_name, resource_id, display, primary, direct in rows:
        linked = Linked(link, key, value, type_name, resource_id, display, primary == 1, direct == 1)
        if holder in found:
            found[holder].append(linked)
        else:
            found[holder] = [linked]


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))
