"""What a transaction changes in the tables of `schema`, the same statements for every database."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..scim.attributes import Link
from .connection import Connection
from .interface import Record, Stored, Taken
from .statements import COLUMNS, Reads

_RELAYED = 1000
_TOUCH = "UPDATE resources SET version = version + 1, modified = CASE WHEN modified > ? THEN modified ELSE ? END"
"""A clock that was set back does not make the last change an earlier one."""


class Writes(Reads):
    """The changes of one transaction."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._for_change, self._for_reference = self.dialect.for_change, self.dialect.for_reference

    async def alone(self) -> None:
        if self.dialect.alone:
            await self._connection.rows(self.dialect.alone)

    async def insert(self, tenant: str, record: Record, now: str) -> Stored:
        await self._check_free(tenant, record.unique)
        values = (record.display, record.reference, record.body, record.whole, record.folded)
        inserted = await self._connection.rows(
            "INSERT INTO resources (tenant, type, id, version, created, modified, display, reference, body, whole,"
            " folded) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING key",
            (tenant, record.type, record.id, now, now, *values),
        )
        if not inserted:
            raise Taken("id", record.id)
        key = int(inserted[0][0])
        await self._index(tenant, record, key, record.indexed, record.unique)
        await self._count(tenant, record.type, 1)
        return Stored(key, record.type, record.id, 1, now, now, record.body, record.whole)

    async def update(self, tenant: str, stored: Stored, before: Record, after: Record, now: str) -> None:
        await self._check_free(tenant, after.unique - before.unique)
        await self._unindex(tenant, stored, before.indexed - after.indexed, before.unique - after.unique)
        await self._index(tenant, after, stored.key, after.indexed - before.indexed, after.unique - before.unique)
        await self._lay_down(tenant, stored.key, after)

    async def touch(self, tenant: str, keys: Collection[int], now: str) -> None:
        among, parameters = self.dialect.among("key", keys)
        await self._connection.run(f"{_TOUCH} WHERE tenant = ? AND {among}", (now, now, tenant, *parameters))

    async def delete(self, tenant: str, stored: Stored, before: Record, now: str) -> None:
        key = stored.key
        if self._for_change:  # from here on nobody can link to it
            await self._connection.rows(
                "SELECT 1 FROM resources WHERE tenant = ? AND key = ? FOR UPDATE", (tenant, key)
            )
        await self._connection.run(
            f"{_TOUCH} WHERE tenant = ? AND key IN (SELECT source FROM links WHERE tenant = ? AND target = ?)",
            (now, now, tenant, tenant, key),
        )
        await self._connection.run("DELETE FROM links WHERE tenant = ? AND target = ?", (tenant, key))
        await self._connection.run("DELETE FROM links WHERE tenant = ? AND source = ?", (tenant, key))
        await self._unindex(tenant, stored, before.indexed, before.unique)
        await self._connection.run("DELETE FROM resources WHERE tenant = ? AND key = ?", (tenant, key))
        await self._count(tenant, stored.type, -1)

    async def link(self, tenant: str, source: int, link: Link, values: Mapping[int, bool]) -> None:
        await self._many(
            "INSERT INTO links (tenant, source, link, target, is_primary) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (tenant, source, link, target) DO UPDATE SET is_primary = excluded.is_primary",
            [(tenant, source, link, target, int(primary)) for target, primary in values.items()],
        )

    async def unlink(self, tenant: str, source: int, link: Link, keys: Collection[int]) -> None:
        await self._many(
            "DELETE FROM links WHERE tenant = ? AND source = ? AND link = ? AND target = ?",
            [(tenant, source, link, key) for key in keys],
        )

    async def holders(self, tenant: str, link: Link, key: int) -> int:
        if self._for_change:  # who counts before granting must not count beside another
            await self._connection.rows(
                f"SELECT 1 FROM resources r WHERE r.tenant = ? AND r.key = ?{self._for_change}", (tenant, key)
            )
        return await super().holders(tenant, link, key)

    async def seed(self, tenant: str, type_name: str, resource_id: str) -> None:
        statement = "INSERT INTO seeds VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        await self._connection.run(statement, (tenant, type_name, resource_id))

    async def fingerprints(self, tenant: str) -> dict[str, str]:
        statement = "SELECT type, fingerprint FROM layouts WHERE tenant = ?"
        return {str(row[0]): str(row[1]) for row in await self._connection.rows(statement, (tenant,))}

    async def set_fingerprint(self, tenant: str, type_name: str, fingerprint: str) -> None:
        await self._connection.run(
            "INSERT INTO layouts VALUES (?, ?, ?)"
            " ON CONFLICT (tenant, type) DO UPDATE SET fingerprint = excluded.fingerprint",
            (tenant, type_name, fingerprint),
        )

    async def clear_index(self, tenant: str, type_name: str) -> None:
        await self._connection.run("DELETE FROM attribute_values WHERE tenant = ? AND type = ?", (tenant, type_name))
        await self._connection.run(
            "DELETE FROM unique_values WHERE tenant = ? AND key IN"
            " (SELECT key FROM resources WHERE tenant = ? AND type = ?)",
            (tenant, tenant, type_name),
        )

    async def after(self, tenant: str, type_name: str, key: int) -> list[Stored]:
        rows = await self._connection.rows(
            f"SELECT {COLUMNS} FROM resources r WHERE r.tenant = ? AND r.type = ? AND r.key > ? ORDER BY r.key LIMIT ?",
            (tenant, type_name, key, _RELAYED),
        )
        return [Stored(*row) for row in rows]

    async def relay(self, tenant: str, stored: Stored, record: Record, *, unique: bool = True) -> None:
        if unique:
            await self._check_free(tenant, record.unique)
        await self._index(tenant, record, stored.key, record.indexed, record.unique if unique else ())
        await self._lay_down(tenant, stored.key, record)

    async def _lay_down(self, tenant: str, key: int, record: Record) -> None:
        await self._connection.run(
            "UPDATE resources SET display = ?, reference = ?, body = ?, whole = ?, folded = ?"
            " WHERE tenant = ? AND key = ?",
            (record.display, record.reference, record.body, record.whole, record.folded, tenant, key),
        )

    async def _check_free(self, tenant: str, unique: Collection[tuple[str, str, str]]) -> None:
        """Before anything is written. Whoever comes between nevertheless breaks a key, and the job is run anew."""
        statement = "SELECT 1 FROM unique_values WHERE tenant = ? AND scope = ? AND attribute = ? AND value = ?"
        for scope, attribute, value in unique:
            if await self._connection.rows(statement, (tenant, scope, attribute, value)):
                raise Taken(attribute, value)

    async def _index(
        self,
        tenant: str,
        record: Record,
        key: int,
        indexed: Collection[tuple[str, str]],
        unique: Collection[tuple[str, str, str]],
    ) -> None:
        await self._many("INSERT INTO unique_values VALUES (?, ?, ?, ?, ?)", [(tenant, *row, key) for row in unique])
        await self._many(
            "INSERT INTO attribute_values VALUES (?, ?, ?, ?, ?)",
            [(tenant, record.type, attribute, value, key) for attribute, value in indexed],
        )

    async def _unindex(
        self,
        tenant: str,
        stored: Stored,
        indexed: Collection[tuple[str, str]],
        unique: Collection[tuple[str, str, str]],
    ) -> None:
        await self._many(
            "DELETE FROM unique_values WHERE tenant = ? AND scope = ? AND attribute = ? AND value = ?",
            [(tenant, *row) for row in unique],
        )
        await self._many(
            "DELETE FROM attribute_values WHERE tenant = ? AND type = ? AND attribute = ? AND value = ? AND key = ?",
            [(tenant, stored.type, attribute, value, stored.key) for attribute, value in indexed],
        )

    async def _count(self, tenant: str, type_name: str, change: int) -> None:
        await self._connection.run(
            f"INSERT INTO totals VALUES (?, ?, {self.dialect.shard}, ?)"
            " ON CONFLICT (tenant, type, shard) DO UPDATE SET total = totals.total + excluded.total",
            (tenant, type_name, change),
        )

    async def _many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        if len(rows) == 1:
            await self._connection.run(statement, rows[0])
        elif rows:
            await self._connection.run_many(statement, rows)
