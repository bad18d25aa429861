# Emitted by scimgen from okta-guide.scim.yaml: edit that and run `scimgen generate`, not this file.
"""What a transaction changes in the tables of `schema`."""

import json
import sqlite3
from collections.abc import Collection, Mapping
from typing import cast

from ..scim.attributes import Link
from .interface import Record, Stored, Taken
from .statements import COLUMNS, Reads

_RELAYED = 1000


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
            f"SELECT {COLUMNS} FROM resources r WHERE r.tenant = ? AND r.type = ? AND r.key > ? ORDER BY r.key LIMIT ?"
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
