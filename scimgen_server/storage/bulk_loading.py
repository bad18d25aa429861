"""Inserts many new resources at once: each statement runs once for all of them.

This saves round trips, which matter most if the database is on another machine.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

from ..ports.resources import LinkUpdate, Stored, Taken, Target, Transaction
from ..schema.attributes import Link
from ..schema.records import Record
from .connection import Connection
from .writes import INTO, SqlTransaction, content_columns

_KEYS = 500
"""How many keys are reserved at once, and how many resources are collected at most."""


class BulkTransaction(SqlTransaction):
    """A transaction whose `bulk_insert` collects the new resources and inserts them together."""

    async def bulk_insert(self, job: Callable[[Transaction], Awaitable[None]]) -> None:
        inserts = _BulkInserts(self.connection)
        await job(inserts)
        await inserts.flush()


class _BulkInserts(SqlTransaction):
    """A part of a transaction that collects new resources and links until `flush` inserts them.

    Resources that are not yet inserted are invisible to every read but `targets` and `counts`,
    which insert them first. An import needs no other read.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._keys: list[int] = []
        self._new: list[tuple[str, int, Record, str]] = []
        self._taken: set[tuple[str, ...]] = set()
        self._links: list[tuple[str, str, int, int, int]] = []
        self._found_targets: dict[tuple[str, str], list[Target]] = {}

    async def insert(self, tenant: str, record: Record, now: str) -> Stored:
        if not self._keys:
            await self.flush()
            rows = await self.connection.rows(self.dialect.new_keys, (_KEYS,))
            self._keys = [int(row[0]) for row in rows]
            self._keys.reverse()
        for scope, attribute, value in (("", "id", record.id), *record.unique):
            unique = (tenant, scope, attribute, value)
            if unique in self._taken:
                raise Taken(attribute, value)
            self._taken.add(unique)
        key = self._keys.pop()
        self._new.append((tenant, key, record, now))
        return Stored(key, record.type, record.id, 1, now, now, record.body, record.whole)

    async def link(self, tenant: str, key: int, update: LinkUpdate) -> None:
        for target, primary in update.added.items():
            self._links.append((tenant, update.link, key, target, int(primary)))

    async def targets(self, tenant: str, values: Collection[str]) -> dict[str, list[Target]]:
        unknown = [value for value in values if (tenant, value) not in self._found_targets]
        if unknown:
            await self.flush()
            found = await super().targets(tenant, unknown)
            for value in unknown:
                self._found_targets[tenant, value] = found.get(value, [])
        targets = {value: self._found_targets[tenant, value] for value in values}
        return {value: found for value, found in targets.items() if found}

    async def counts(self, tenant: str, link: Link, keys: Collection[int]) -> dict[int, int]:
        await self.flush()
        return await super().counts(tenant, link, keys)

    async def flush(self) -> None:
        """Insert the collected resources and links.

        Raises:
            Taken: an id or a unique value belongs to another resource. The transaction must then
                be rolled back.
        """
        records: dict[str, list[Record]] = {}
        resources: list[Sequence[Any]] = []
        unique: list[Sequence[Any]] = []
        indexed: list[Sequence[Any]] = []
        counts: dict[tuple[str, str], int] = {}
        for tenant, key, one, now in self._new:
            records.setdefault(tenant, []).append(one)
            content = content_columns(one)
            resources.append((key, tenant, one.type, one.id, 1, now, now, *content))
            unique += [(tenant, *row, key) for row in one.unique]
            indexed += [(tenant, one.type, *row, key) for row in one.indexed]
            counts[tenant, one.type] = counts.get((tenant, one.type), 0) + 1
        for tenant, new in records.items():
            await self._check_all_free(tenant, new)
        await self._copy("resources", f"key, {INTO}", resources)
        await self._copy("unique_values", "tenant, scope, attribute, value, key", unique)
        await self._copy("attribute_values", "tenant, type, attribute, value, key", indexed)
        for (tenant, type_name), count in counts.items():
            await self._count(tenant, type_name, count)
        await self._copy("links", "tenant, link, source, target, is_primary", self._links)
        self._new.clear()
        self._taken.clear()
        self._links.clear()

    async def _copy(self, table: str, columns: str, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            await self.connection.copy(table, columns.split(", "), rows)

    async def _check_all_free(self, tenant: str, records: Collection[Record]) -> None:
        ids, parameters = self.dialect.text_table([record.id for record in records])
        rows = await self.connection.rows(
            f"SELECT r.id FROM {ids} CROSS JOIN resources r"
            " WHERE r.tenant = ? AND r.id = v.value LIMIT 1",
            (*parameters, tenant),
        )
        if rows:
            raise Taken("id", str(rows[0][0]))
        unique = {row for record in records for row in record.unique}
        holders = await self._holders_of(tenant, unique)
        if holders:
            _, attribute, value = next(iter(holders))
            raise Taken(attribute, value)
