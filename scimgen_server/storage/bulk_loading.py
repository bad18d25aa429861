"""Many new resources at once: each statement runs once for all of them, which a database far away feels most."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

from ..ports.resources import LinkUpdate, Stored, Taken, Target, Transaction
from ..schema.attributes import Link
from ..schema.records import Record
from .connection import Connection
from .writes import INTO, SqlTransaction, content_columns

_KEYS = 500


class BulkTransaction(SqlTransaction):
    """The changes of one transaction; what is loaded in it comes all at once."""

    async def bulk_insert(self, job: Callable[[Transaction], Awaitable[None]]) -> None:
        inserts = _BulkInserts(self.connection)
        await job(inserts)
        await inserts.flush()


class _BulkInserts(SqlTransaction):
    """A part of a transaction whose new resources and links are laid down when `flush` is called.

    It sees what it has not laid down yet only as far as an import needs: what links lead to, and how many there are.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._keys: list[int] = []
        self._new: list[tuple[str, int, Record, str]] = []
        self._taken: set[tuple[str, ...]] = set()
        self._links: list[tuple[str, str, int, int, int]] = []
        self._targets: dict[tuple[str, str], list[Target]] = {}

    async def insert(self, tenant: str, record: Record, now: str) -> Stored:
        if not self._keys:
            await self.flush()
            self._keys = [
                int(row[0]) for row in await self.connection.rows(self.dialect.new_keys, (_KEYS,))
            ]
            self._keys.reverse()
        for place in (
            (tenant, "", "id", record.id),
            *((tenant, *unique) for unique in record.unique),
        ):
            if place in self._taken:
                raise Taken(place[2], place[3])
            self._taken.add(place)
        key = self._keys.pop()
        self._new.append((tenant, key, record, now))
        return Stored(key, record.type, record.id, 1, now, now, record.body, record.whole)

    async def link(self, tenant: str, key: int, update: LinkUpdate) -> None:
        self._links += [
            (tenant, update.link, key, target, int(primary))
            for target, primary in update.added.items()
        ]

    async def targets(self, tenant: str, values: Collection[str]) -> dict[str, list[Target]]:
        unknown = [value for value in values if (tenant, value) not in self._targets]
        if unknown:
            await self.flush()
            found = await super().targets(tenant, unknown)
            self._targets.update({(tenant, value): found.get(value, []) for value in unknown})
        return {value: targets for value in values if (targets := self._targets[tenant, value])}

    async def counts(self, tenant: str, link: Link, keys: Collection[int]) -> dict[int, int]:
        await self.flush()
        return await super().counts(tenant, link, keys)

    async def flush(self) -> None:
        """Lay down what has come so far; Taken where that cannot be, and the transaction must be given up."""
        for tenant in dict.fromkeys(tenant for tenant, *_ in self._new):
            await self._check_all_free(
                tenant, [record for owner, _, record, _ in self._new if owner == tenant]
            )
        await self._copy(
            "resources",
            f"key, {INTO}",
            [
                (key, tenant, one.type, one.id, 1, now, now, *content_columns(one))
                for tenant, key, one, now in self._new
            ],
        )
        await self._copy(
            "unique_values",
            "tenant, scope, attribute, value, key",
            [(tenant, *row, key) for tenant, key, record, _ in self._new for row in record.unique],
        )
        await self._copy(
            "attribute_values",
            "tenant, type, attribute, value, key",
            [
                (tenant, one.type, *row, key)
                for tenant, key, one, _ in self._new
                for row in one.indexed
            ],
        )
        counts: dict[tuple[str, str], int] = {}
        for tenant, _, record, _ in self._new:
            counts[tenant, record.type] = counts.get((tenant, record.type), 0) + 1
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
        listed, parameters = self.dialect.listed([record.id for record in records])
        rows = await self.connection.rows(
            f"SELECT r.id FROM {listed} CROSS JOIN resources r WHERE r.tenant = ? AND r.id = v.value LIMIT 1",
            (*parameters, tenant),
        )
        if rows:
            raise Taken("id", str(rows[0][0]))
        held = await self._holders_of(tenant, {row for record in records for row in record.unique})
        if held:
            _, attribute, value = next(iter(held))
            raise Taken(attribute, value)
