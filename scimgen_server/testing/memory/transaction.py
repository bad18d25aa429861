"""The write operations of the memory store."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from ...messages.documents import load_stored
from ...ports.resources import LinkUpdate, Stored, Taken, Transaction
from ...schema.attributes import Link
from ...schema.records import Lookups, Record
from .links import change_links
from .reads import MemoryReads
from .tables import MemoryRow, Tables

_STORED_LINKS: tuple[Link, ...] = ("members", "roles", "entitlements")


class MemoryTransaction(MemoryReads):
    """The changes of one transaction (`ports.resources.Transaction`)."""

    def tables(self, tenant: str) -> Tables:
        """The tables of a tenant. From now on it is one that was served."""
        if not self.shared.tenants.get(tenant):
            self.shared.tenants.put(tenant, True)
        return super().tables(tenant)

    async def insert(self, tenant: str, record: Record, now: str) -> Stored:
        tables = self.tables(tenant)
        _check_free(tables, record.unique)
        if tables.ids.get(record.id) is not None:
            raise Taken("id", record.id)
        key = self.shared.next_number("resources")
        stored = Stored(key, record.type, record.id, 1, now, now, record.body, record.whole)
        tables.ids.put(stored.id, key)
        _put(tables, stored, record)
        return stored

    async def update(
        self, tenant: str, stored: Stored, before: Lookups, after: Record | None, now: str
    ) -> Stored:
        tables = self.tables(tenant)
        row = tables.resources.get(stored.key)
        if row is None:
            return stored.touched(now)
        if after is None:
            return _touch(tables, row, now)
        _check_free(tables, after.unique - row.unique)
        _remove_lookups(tables, row)
        changed = row.stored.touched(now)._replace(body=after.body, whole=after.whole)
        _put(tables, changed, after)
        return changed

    async def delete(self, tenant: str, stored: Stored, before: Lookups, now: str) -> None:
        tables = self.tables(tenant)
        row = tables.resources.get(stored.key)
        if row is None:
            return
        for key in _unlink_all(tables, stored.key):
            source = tables.resources.get(key)
            if source:
                _touch(tables, source, now)
        _remove_lookups(tables, row)
        tables.ids.delete(stored.id)
        tables.resources.delete(stored.key)

    async def link(self, tenant: str, key: int, update: LinkUpdate) -> None:
        change_links(self.tables(tenant), key, update)

    async def mark_seeded(self, tenant: str, type_name: str, resource_id: str) -> None:
        seeds = self.tables(tenant).seeds
        seeds.put(type_name, (seeds.get(type_name) or frozenset()) | {resource_id})

    async def exclusive(self) -> None:
        """There is one transaction at a time."""

    async def bulk_insert(self, job: Callable[[Transaction], Awaitable[None]]) -> None:
        await job(self)

    async def analyze(self) -> None:
        """There are no statistics."""


def _check_free(tables: Tables, unique: Iterable[tuple[str, str, str]]) -> None:
    for place in sorted(unique):
        if tables.unique.get(place) is not None:
            _, attribute, value = place
            raise Taken(attribute, value)


def _put(tables: Tables, stored: Stored, record: Record) -> None:
    """Write the row of a resource, and what it is found by."""
    folded = load_stored(record.folded)
    row = MemoryRow(stored, record.display, record.reference, folded, record.unique)
    tables.resources.put(stored.key, row)
    for place in record.unique:
        tables.unique.put(place, stored.key)
    if record.reference:
        named = tables.references.get(record.reference) or frozenset[int]()
        tables.references.put(record.reference, named | {stored.key})


def _remove_lookups(tables: Tables, row: MemoryRow) -> None:
    """Delete what a resource is found by, except for its id."""
    for place in row.unique:
        tables.unique.delete(place)
    if row.reference:
        named = tables.references.get(row.reference) or frozenset[int]()
        tables.references.put(row.reference, named - {row.stored.key})


def _touch(tables: Tables, row: MemoryRow, now: str) -> Stored:
    touched = row.stored.touched(now)
    tables.resources.put(touched.key, replace(row, stored=touched))
    return touched


def _unlink_all(tables: Tables, key: int) -> set[int]:
    """Delete all links from and to a resource. Returns the keys of those that linked to it."""
    linking: set[int] = set()
    for link in _STORED_LINKS:
        sources = tables.sources.get((link, key)) or frozenset[int]()
        for source in sources:
            change_links(tables, source, LinkUpdate(link, removed=[key]))
        targets = tables.targets.get((link, key)) or {}
        change_links(tables, key, LinkUpdate(link, removed=[*targets]))
        linking |= sources
    return linking
