"""The read operations of the memory store."""

from collections.abc import Collection

from ...ports.audit import AuditLog
from ...ports.leases import Leases
from ...ports.limits import NO_LIMITS
from ...ports.outbox import Outbox
from ...ports.resources import Linked, Page, Query, Stored, Target
from ...ports.tokens import Tokens
from ...schema.attributes import Link
from .audit import MemoryAuditLog
from .leases import MemoryLeases
from .links import read_links, target_of
from .outbox import MemoryOutbox
from .search import search
from .tables import SharedTables, Snapshot, Tables
from .tokens import MemoryTokens


class MemoryReads:
    """The read operations (`ports.resources.Reads`) on a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.limits = NO_LIMITS
        self.shared = SharedTables(snapshot)
        self.tokens: Tokens = MemoryTokens(self.shared)
        self.audit: AuditLog = MemoryAuditLog(self.shared)
        self.outbox: Outbox = MemoryOutbox(self.shared)
        self.leases: Leases = MemoryLeases(self.shared)

    def tables(self, tenant: str) -> Tables:
        """The tables of a tenant."""
        return Tables(self.snapshot, tenant)

    async def get(self, tenant: str, type_name: str, resource_id: str) -> Stored | None:
        tables = self.tables(tenant)
        key = tables.ids.get(resource_id)
        row = tables.resources.get(key) if key is not None else None
        return row.stored if row and row.stored.type == type_name else None

    async def search(self, tenant: str, query: Query) -> Page:
        return search(self.tables(tenant), query, self.limits)

    async def links(
        self, tenant: str, keys: Collection[int], wanted: Collection[Link]
    ) -> dict[int, list[Linked]]:
        tables = self.tables(tenant)
        found = {key: read_links(tables, key, wanted) for key in keys}
        return {key: links for key, links in found.items() if links}

    async def members(self, tenant: str, key: int, values: Collection[str]) -> list[Linked]:
        wanted = set(values)
        links = read_links(self.tables(tenant), key, ["members"])
        return [link for link in links if link.id in wanted or link.value in wanted]

    async def targets(self, tenant: str, values: Collection[str]) -> dict[str, list[Target]]:
        tables = self.tables(tenant)
        found: dict[str, list[Target]] = {}
        for value in values:
            targets = [target_of(key, row) for key, row in tables.named(value)]
            if targets:
                found[value] = targets
        return found

    async def counts(self, tenant: str, link: Link, keys: Collection[int]) -> dict[int, int]:
        tables = self.tables(tenant)
        return {key: len(tables.sources.get((link, key)) or ()) for key in keys}

    async def holders(self, tenant: str, link: Link, key: int) -> list[Stored]:
        tables = self.tables(tenant)
        sources = sorted(tables.sources.get((link, key)) or ())
        rows = [tables.resources.get(source) for source in sources]
        return [row.stored for row in rows if row]

    async def seeded(self, tenant: str, type_name: str) -> set[str]:
        return set(self.tables(tenant).seeds.get(type_name) or ())
