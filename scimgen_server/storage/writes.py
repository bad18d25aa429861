"""What a transaction changes in the tables of `schema`, the same statements for every database."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

from ..ports.resources import Stored, Taken, Transaction
from ..schema.attributes import Link
from ..schema.records import Lookups, Record
from .connection import Connection
from .links import STORED
from .reads import COLUMNS, Reads

_RELAYED = 1000
_CLEARED = 50_000

_LINK = (
    "INSERT INTO links (tenant, link, source, target, is_primary) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (tenant, link, source, target) DO UPDATE SET is_primary = excluded.is_primary"
)
INTO = "tenant, type, id, version, created, modified, display, reference, body, whole, folded"
_INSERT_UNLESS_THERE = f"INSERT INTO resources ({INTO}) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING key"
_UNIQUE = "INSERT INTO unique_values VALUES (?, ?, ?, ?, ?)"
_INDEXED = "INSERT INTO attribute_values VALUES (?, ?, ?, ?, ?)"
_UNLESS_THERE = " ON CONFLICT DO NOTHING"
_LAID_DOWN = "display = ?, reference = ?, body = ?, whole = ?, folded = ?"
_TOUCHED = "version = version + 1, modified = CASE WHEN modified > ? THEN modified ELSE ? END"
_LAY_DOWN = f"UPDATE resources SET {_LAID_DOWN} WHERE tenant = ? AND key = ?"
_UPDATE = f"UPDATE resources SET {_LAID_DOWN}, {_TOUCHED} WHERE tenant = ? AND key = ?"
_TOUCH = f"UPDATE resources SET {_TOUCHED} WHERE tenant = ? AND key = ?"


class Writes(Reads):
    """The changes of one transaction."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._for_change, self._for_reference = self.dialect.for_change, self.dialect.for_reference

    async def exclusive(self) -> None:
        if self.dialect.advisory_lock:
            await self._connection.rows(self.dialect.advisory_lock)

    async def load(self, job: Callable[[Transaction], Awaitable[None]]) -> None:
        await job(self)

    async def analyze(self) -> None:
        if self.dialect.analyze:
            await self._connection.run(self.dialect.analyze)

    async def insert(self, tenant: str, record: Record, now: str) -> Stored:
        await self._check_free(tenant, record.unique)
        inserted = await self._connection.rows(
            _INSERT_UNLESS_THERE, (tenant, record.type, record.id, now, now, *laid_down(record))
        )
        if not inserted:
            raise Taken("id", record.id)
        key = int(inserted[0][0])
        await self._index(tenant, key, record.type, record)
        await self._count(tenant, record.type, 1)
        return Stored(key, record.type, record.id, 1, now, now, record.body, record.whole)

    async def update(
        self, tenant: str, stored: Stored, before: Lookups, after: Record, now: str
    ) -> Stored:
        await self._check_free(tenant, after.unique - before.unique)
        await self._unindex(
            tenant, stored, before.indexed - after.indexed, before.unique - after.unique
        )
        new = Lookups(indexed=after.indexed - before.indexed, unique=after.unique - before.unique)
        await self._index(tenant, stored.key, after.type, new)
        await self._connection.run(_UPDATE, (*laid_down(after), now, now, tenant, stored.key))
        return stored.touched(now)._replace(body=after.body, whole=after.whole)

    async def touch(self, tenant: str, keys: Collection[int], now: str) -> None:
        # in one order, so that no two wait for each other
        await self._many(_TOUCH, [(now, now, tenant, key) for key in sorted(keys)])

    async def delete(self, tenant: str, stored: Stored, before: Lookups, now: str) -> None:
        key = stored.key
        if self._for_change:  # from here on nobody can link to it
            await self._connection.rows(
                "SELECT 1 FROM resources WHERE tenant = ? AND key = ? FOR UPDATE", (tenant, key)
            )
        linking = f"SELECT source FROM links WHERE tenant = ? AND {STORED} AND target = ?"
        await self.touch(
            tenant,
            {int(row[0]) for row in await self._connection.rows(linking, (tenant, key))},
            now,
        )
        await self._connection.run(
            f"DELETE FROM links WHERE tenant = ? AND {STORED} AND target = ?", (tenant, key)
        )
        await self._connection.run(
            f"DELETE FROM links WHERE tenant = ? AND {STORED} AND source = ?", (tenant, key)
        )
        await self._unindex(tenant, stored, before.indexed, before.unique)
        await self._connection.run(
            "DELETE FROM resources WHERE tenant = ? AND key = ?", (tenant, key)
        )
        await self._count(tenant, stored.type, -1)

    async def link(self, tenant: str, source: int, link: Link, values: Mapping[int, bool]) -> None:
        # in one order, as below too: totals are changed along with the rows, and no two may wait for each other's
        links = [
            (tenant, link, source, target, int(primary))
            for target, primary in sorted(values.items())
        ]
        await self._many(_LINK, links)

    async def unlink(self, tenant: str, source: int, link: Link, keys: Collection[int]) -> None:
        await self._many(
            "DELETE FROM links WHERE tenant = ? AND link = ? AND source = ? AND target = ?",
            [(tenant, link, source, key) for key in sorted(keys)],
        )

    async def holders(self, tenant: str, link: Link, key: int) -> int:
        if self._for_change:  # who counts before granting must not count beside another
            await self._connection.rows(
                f"SELECT 1 FROM resources r WHERE r.tenant = ? AND r.key = ?{self._for_change}",
                (tenant, key),
            )
        return await super().holders(tenant, link, key)

    async def seed(self, tenant: str, type_name: str, resource_id: str) -> None:
        statement = "INSERT INTO seeds VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        await self._connection.run(statement, (tenant, type_name, resource_id))

    async def set_fingerprint(self, tenant: str, type_name: str, fingerprint: str) -> None:
        await self._connection.run(
            "INSERT INTO layouts VALUES (?, ?, ?)"
            " ON CONFLICT (tenant, type) DO UPDATE SET fingerprint = excluded.fingerprint",
            (tenant, type_name, fingerprint),
        )

    async def clear_index(self, tenant: str, type_name: str) -> bool:
        cleared = await self._connection.run(
            "DELETE FROM attribute_values WHERE tenant = ? AND type = ? AND (attribute, value, key) IN"
            " (SELECT attribute, value, key FROM attribute_values WHERE tenant = ? AND type = ? LIMIT ?)",
            (tenant, type_name, tenant, type_name, _CLEARED),
        )
        if cleared:
            return False
        cleared = await self._connection.run(
            "DELETE FROM unique_values WHERE tenant = ? AND (scope, attribute, value) IN"
            " (SELECT u.scope, u.attribute, u.value FROM unique_values u JOIN resources r"
            " ON r.tenant = u.tenant AND r.key = u.key"
            " WHERE u.tenant = ? AND u.scope IN (?, '') AND r.type = ? LIMIT ?)",
            (tenant, tenant, type_name, type_name, _CLEARED),
        )
        return not cleared

    async def after(self, tenant: str, type_name: str, key: int) -> list[Stored]:
        rows = await self._connection.rows(
            f"SELECT {COLUMNS} FROM resources r WHERE r.tenant = ? AND r.type = ? AND r.key > ? ORDER BY r.key LIMIT ?",
            (tenant, type_name, key, _RELAYED),
        )
        return [*map(Stored._make, rows)]

    async def relay(self, tenant: str, laid: Sequence[tuple[Stored, Record]]) -> None:
        held = await self._holders_of(tenant, {row for _, record in laid for row in record.unique})
        unique = [
            (tenant, *row, stored.key)
            for stored, record in laid
            for row in record.unique
            if held.setdefault(row, stored.key) == stored.key
        ]
        await self._many(_UNIQUE + _UNLESS_THERE, unique)
        await self._many(
            _INDEXED + _UNLESS_THERE,
            [
                (tenant, record.type, *row, stored.key)
                for stored, record in laid
                for row in record.indexed
            ],
        )
        await self._many(
            _LAY_DOWN, [(*laid_down(record), tenant, stored.key) for stored, record in laid]
        )

    async def _holders_of(
        self, tenant: str, unique: Collection[tuple[str, str, str]]
    ) -> dict[tuple[str, str, str], int]:
        """Who has those of some unique values that somebody has."""
        values: dict[tuple[str, str], list[str]] = {}
        for scope, attribute, value in unique:
            values.setdefault((scope, attribute), []).append(value)
        held: dict[tuple[str, str, str], int] = {}
        for name, wanted in values.items():
            listed, parameters = self.dialect.listed(wanted)
            rows = await self._connection.rows(
                f"SELECT u.value, u.key FROM {listed} CROSS JOIN unique_values u"  # in this order: SQLite keeps it
                " WHERE u.tenant = ? AND u.scope = ? AND u.attribute = ? AND u.value = v.value",
                (*parameters, tenant, *name),
            )
            held.update({(*name, value): key for value, key in rows})
        return held

    async def _check_free(self, tenant: str, unique: Collection[tuple[str, str, str]]) -> None:
        """Before anything is written. Whoever comes between nevertheless breaks a key, and the job is run anew."""
        statement = "SELECT 1 FROM unique_values WHERE tenant = ? AND scope = ? AND attribute = ? AND value = ?"
        for scope, attribute, value in unique:
            if await self._connection.rows(statement, (tenant, scope, attribute, value)):
                raise Taken(attribute, value)

    async def _index(self, tenant: str, key: int, type_name: str, new: Lookups) -> None:
        await self._many(_UNIQUE, [(tenant, *row, key) for row in new.unique])
        await self._many(_INDEXED, [(tenant, type_name, *row, key) for row in sorted(new.indexed)])

    async def _unindex(
        self,
        tenant: str,
        stored: Stored,
        indexed: Collection[tuple[str, str]],
        unique: Collection[tuple[str, str, str]],
    ) -> None:
        await self._many(
            "DELETE FROM unique_values WHERE tenant = ? AND scope = ? AND attribute = ? AND value = ? AND key = ?",
            [(tenant, *row, stored.key) for row in unique],
        )
        await self._many(
            "DELETE FROM attribute_values WHERE tenant = ? AND type = ? AND attribute = ? AND value = ? AND key = ?",
            [
                (tenant, stored.type, attribute, value, stored.key)
                for attribute, value in sorted(indexed)
            ],
        )

    async def _count(self, tenant: str, type_name: str, change: int) -> None:
        await self._connection.run(
            f"INSERT INTO totals VALUES (?, ?, {self.dialect.shard}, ?, ?) ON CONFLICT (tenant, type, shard)"
            " DO UPDATE SET total = totals.total + excluded.total, deleted = totals.deleted + excluded.deleted",
            (tenant, type_name, change, max(0, -change)),
        )

    async def _many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        if len(rows) == 1:
            await self._connection.run(statement, rows[0])
        elif rows:
            await self._connection.run_many(statement, rows)


def laid_down(record: Record) -> tuple[Any, ...]:
    """What of a record stands in its row."""
    return record.display, record.reference, record.body, record.whole, record.folded
