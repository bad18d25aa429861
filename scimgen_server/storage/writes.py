"""The write operations of the SQL store. The statements are the same for every database."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

from ..ports.resources import LinkUpdate, Stored, Taken, Transaction
from ..schema.attributes import Link
from ..schema.records import Lookups, Record
from .connection import Connection
from .links import STORED
from .page_rows import COLUMNS
from .reads import SqlReads

_REINDEX_BATCH = 1000
_CLEAR_BATCH = 50_000

_LINK = (
    "INSERT INTO links (tenant, link, source, target, is_primary) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (tenant, link, source, target) DO UPDATE SET is_primary = excluded.is_primary"
)
INTO = "tenant, type, id, version, created, modified, display, reference, body, whole, folded"
"""The columns of `resources` that an INSERT sets. The last five are `content_columns`."""

_INSERT = (
    f"INSERT INTO resources ({INTO}) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING RETURNING key"
)
_UNIQUE = "INSERT INTO unique_values VALUES (?, ?, ?, ?, ?)"
_INDEXED = "INSERT INTO attribute_values VALUES (?, ?, ?, ?, ?)"
_SKIP_EXISTING = " ON CONFLICT DO NOTHING"
_CONTENT = "display = ?, reference = ?, body = ?, whole = ?, folded = ?"
_TOUCHED = "version = version + 1, modified = CASE WHEN modified > ? THEN modified ELSE ? END"
_REWRITE = f"UPDATE resources SET {_CONTENT} WHERE tenant = ? AND key = ?"
_UPDATE = f"UPDATE resources SET {_CONTENT}, {_TOUCHED} WHERE tenant = ? AND key = ?"
_UNLINK = "DELETE FROM links WHERE tenant = ? AND link = ? AND source = ? AND target = ?"
_TOUCH = f"UPDATE resources SET {_TOUCHED} WHERE tenant = ? AND key = ?"


class SqlTransaction(SqlReads):
    """The operations of one transaction."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.for_change, self.for_reference = self.dialect.for_change, self.dialect.for_reference

    async def exclusive(self) -> None:
        """Do nothing: writers are alone."""

    async def bulk_insert(self, job: Callable[[Transaction], Awaitable[None]]) -> None:
        await job(self)

    async def analyze(self) -> None:
        if self.dialect.analyze:
            await self.connection.run(self.dialect.analyze)

    async def insert(self, tenant: str, record: Record, now: str) -> Stored:
        await self._check_free(tenant, record.unique)
        inserted = await self.connection.rows(
            _INSERT,
            (tenant, record.type, record.id, now, now, *content_columns(record)),
        )
        if not inserted:
            raise Taken("id", record.id)
        key = int(inserted[0][0])
        await self._index(tenant, key, record.type, record)
        await self._count(tenant, record.type, 1)
        return Stored(key, record.type, record.id, 1, now, now, record.body, record.whole)

    async def update(
        self, tenant: str, stored: Stored, before: Lookups, after: Record | None, now: str
    ) -> Stored:
        if after is None:
            await self.touch(tenant, [stored.key], now)
            return stored.touched(now)
        old = Lookups(indexed=before.indexed - after.indexed, unique=before.unique - after.unique)
        new = Lookups(indexed=after.indexed - before.indexed, unique=after.unique - before.unique)
        await self._check_free(tenant, new.unique)
        await self._unindex(tenant, stored, old)
        await self._index(tenant, stored.key, after.type, new)
        values = (*content_columns(after), now, now, tenant, stored.key)
        await self.connection.run(_UPDATE, values)
        return stored.touched(now)._replace(body=after.body, whole=after.whole)

    async def touch(self, tenant: str, keys: Collection[int], now: str) -> None:
        """Increment the versions of resources whose links have changed."""
        # All transactions lock rows in the same order, to prevent deadlocks.
        await self._many(_TOUCH, [(now, now, tenant, key) for key in sorted(keys)])

    async def delete(self, tenant: str, stored: Stored, before: Lookups, now: str) -> None:
        key = stored.key
        await self._lock_holders(tenant, key)
        rows = await self.connection.rows(
            f"SELECT source FROM links WHERE tenant = ? AND {STORED} AND target = ?", (tenant, key)
        )
        await self.touch(tenant, {int(row[0]) for row in rows}, now)
        await self.connection.run(
            f"DELETE FROM links WHERE tenant = ? AND {STORED} AND target = ?", (tenant, key)
        )
        await self.connection.run(
            f"DELETE FROM links WHERE tenant = ? AND {STORED} AND source = ?", (tenant, key)
        )
        await self._unindex(tenant, stored, before)
        await self.connection.run(
            "DELETE FROM resources WHERE tenant = ? AND key = ?", (tenant, key)
        )
        await self._count(tenant, stored.type, -1)

    async def link(self, tenant: str, key: int, update: LinkUpdate) -> None:
        # Both sorted: the triggers change counters, and two transactions must lock them in the
        # same order.
        removed = [(tenant, update.link, key, target) for target in sorted(update.removed)]
        await self._many(_UNLINK, removed)
        added = [
            (tenant, update.link, key, target, int(primary))
            for target, primary in sorted(update.added.items())
        ]
        await self._many(_LINK, added)

    async def counts(self, tenant: str, link: Link, keys: Collection[int]) -> dict[int, int]:
        if self.for_change:
            # The lock prevents other transactions from granting the counted resources.
            counted, parameters = self.dialect.rows_by_key("resources r", "r.key", keys)
            statement = f"SELECT 1 FROM {counted} AND r.tenant = ? ORDER BY r.key{self.for_change}"
            await self.connection.rows(statement, [*parameters, tenant])
        return await super().counts(tenant, link, keys)

    async def holders(self, tenant: str, link: Link, key: int) -> list[Stored]:
        await self._lock_holders(tenant, key)
        return await super().holders(tenant, link, key)

    async def _lock_holders(self, tenant: str, key: int) -> None:
        """Lock a resource and all resources that link to it.

        Afterwards a statement reads exactly the links that the deletion of the resource removes.
        """
        if not self.for_change:
            return
        # This lock conflicts with `for_reference`, so no other transaction links to it.
        await self.connection.rows(
            "SELECT 1 FROM resources WHERE tenant = ? AND key = ? FOR UPDATE", (tenant, key)
        )
        await self.connection.rows(
            "SELECT 1 FROM links l JOIN resources r ON r.tenant = l.tenant AND r.key = l.source"
            f" WHERE l.tenant = ? AND l.{STORED} AND l.target = ? ORDER BY r.key{self.for_change}",
            (tenant, key),
        )

    async def mark_seeded(self, tenant: str, type_name: str, resource_id: str) -> None:
        statement = "INSERT INTO seeds VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        await self.connection.run(statement, (tenant, type_name, resource_id))

    async def set_fingerprint(self, tenant: str, type_name: str, fingerprint: str) -> None:
        await self.connection.run(
            "INSERT INTO layouts VALUES (?, ?, ?)"
            " ON CONFLICT (tenant, type) DO UPDATE SET fingerprint = excluded.fingerprint",
            (tenant, type_name, fingerprint),
        )

    async def clear_index(self, tenant: str, type_name: str) -> bool:
        cleared = await self.connection.run(
            "DELETE FROM attribute_values"
            " WHERE tenant = ? AND type = ? AND (attribute, value, key) IN"
            " (SELECT attribute, value, key FROM attribute_values"
            " WHERE tenant = ? AND type = ? LIMIT ?)",
            (tenant, type_name, tenant, type_name, _CLEAR_BATCH),
        )
        if cleared:
            return False
        cleared = await self.connection.run(
            "DELETE FROM unique_values WHERE tenant = ? AND (scope, attribute, value) IN"
            " (SELECT u.scope, u.attribute, u.value FROM unique_values u JOIN resources r"
            " ON r.tenant = u.tenant AND r.key = u.key"
            " WHERE u.tenant = ? AND u.scope IN (?, '') AND r.type = ? LIMIT ?)",
            (tenant, tenant, type_name, type_name, _CLEAR_BATCH),
        )
        return not cleared

    async def following(self, tenant: str, type_name: str, key: int) -> list[Stored]:
        rows = await self.connection.rows(
            f"SELECT {COLUMNS} FROM resources r"
            " WHERE r.tenant = ? AND r.type = ? AND r.key > ? ORDER BY r.key LIMIT ?",
            (tenant, type_name, key, _REINDEX_BATCH),
        )
        return [*map(Stored._make, rows)]

    async def reindex(self, tenant: str, records: Sequence[tuple[Stored, Record]]) -> None:
        all_unique = {row for _, record in records for row in record.unique}
        holders = await self._holders_of(tenant, all_unique)
        unique: list[Sequence[Any]] = []
        indexed: list[Sequence[Any]] = []
        contents: list[Sequence[Any]] = []
        for stored, record in records:
            for row in record.unique:
                # A duplicate stays with the first resource that has it.
                if holders.setdefault(row, stored.key) == stored.key:
                    unique.append((tenant, *row, stored.key))
            indexed += [(tenant, record.type, *row, stored.key) for row in record.indexed]
            contents.append((*content_columns(record), tenant, stored.key))
        await self._many(_UNIQUE + _SKIP_EXISTING, unique)
        await self._many(_INDEXED + _SKIP_EXISTING, indexed)
        await self._many(_REWRITE, contents)

    async def _holders_of(
        self, tenant: str, unique: Collection[tuple[str, str, str]]
    ) -> dict[tuple[str, str, str], int]:
        """Return the keys of the resources that have the unique values, by value."""
        by_attribute: dict[tuple[str, str], list[str]] = {}
        for scope, attribute, value in unique:
            by_attribute.setdefault((scope, attribute), []).append(value)
        holders: dict[tuple[str, str, str], int] = {}
        for name, values in by_attribute.items():
            listed, parameters = self.dialect.text_table(values)
            # SQLite reads the tables of a CROSS JOIN in this order.
            rows = await self.connection.rows(
                f"SELECT u.value, u.key FROM {listed} CROSS JOIN unique_values u"
                " WHERE u.tenant = ? AND u.scope = ? AND u.attribute = ? AND u.value = v.value",
                (*parameters, tenant, *name),
            )
            holders.update({(*name, value): key for value, key in rows})
        return holders

    async def _check_free(self, tenant: str, unique: Collection[tuple[str, str, str]]) -> None:
        """Raise Taken if a unique value belongs to a resource.

        If another transaction inserts the value after this check, the primary key of
        `unique_values` rejects it, and the store runs the job again.
        """
        statement = (
            "SELECT 1 FROM unique_values"
            " WHERE tenant = ? AND scope = ? AND attribute = ? AND value = ?"
        )
        for scope, attribute, value in unique:
            if await self.connection.rows(statement, (tenant, scope, attribute, value)):
                raise Taken(attribute, value)

    async def _index(self, tenant: str, key: int, type_name: str, new: Lookups) -> None:
        await self._many(_UNIQUE, [(tenant, *row, key) for row in new.unique])
        await self._many(_INDEXED, [(tenant, type_name, *row, key) for row in sorted(new.indexed)])

    async def _unindex(self, tenant: str, stored: Stored, old: Lookups) -> None:
        await self._many(
            "DELETE FROM unique_values"
            " WHERE tenant = ? AND scope = ? AND attribute = ? AND value = ? AND key = ?",
            [(tenant, *row, stored.key) for row in old.unique],
        )
        await self._many(
            "DELETE FROM attribute_values"
            " WHERE tenant = ? AND type = ? AND attribute = ? AND value = ? AND key = ?",
            [(tenant, stored.type, *row, stored.key) for row in sorted(old.indexed)],
        )

    async def _count(self, tenant: str, type_name: str, change: int) -> None:
        await self.connection.run(
            f"INSERT INTO totals VALUES (?, ?, {self.dialect.shard}, ?, ?)"
            " ON CONFLICT (tenant, type, shard) DO UPDATE SET"
            " total = totals.total + excluded.total, deleted = totals.deleted + excluded.deleted",
            (tenant, type_name, change, max(0, -change)),
        )

    async def _many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        if len(rows) == 1:
            await self.connection.run(statement, rows[0])
        elif rows:
            await self.connection.run_many(statement, rows)


def content_columns(record: Record) -> tuple[Any, ...]:
    """Return the columns of a record's content, in the order of `INTO`."""
    return record.display, record.reference, record.body, record.whole, record.folded
