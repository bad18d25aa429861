"""A store over host tables, which both the app and SCIM clients read and write.

An `OwnTable` maps the rows of a table to resources of one type. `OwnTables` writes the changes of
clients to these tables in the same transaction. Triggers record the changes of the app in the app's
transaction, and the store processes them before each read. The stock store serves filters, pages,
versions, groups, and attributes without a column. Both are in one database, SQLite or PostgreSQL;
`own_databases` has what differs between them.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TypeVar

from ..ports.audit import AuditLog
from ..ports.leases import Leases
from ..ports.limits import Limits
from ..ports.outbox import Outbox
from ..ports.reindexing import Duplicate, ReindexTransaction
from ..ports.resources import Linked, Page, Query, StorageError, Stored, Target, Transaction
from ..ports.tokens import Tokens
from ..schema.attributes import Link
from ..schema.records import RecordBuilder
from ..schema.resource_type import ResourceType
from ..schema.trees import build_trees
from . import own_changes
from .own_databases import OwnDatabase, own_database
from .own_table import OwnTable as OwnTable
from .own_table import Row as Row
from .own_writes import OwnWrites
from .stores import SqlStore
from .writes import SqlTransaction

T = TypeVar("T")


class OwnTables:
    """A store over host tables.

    Args:
        stock: the store for everything else, in the database that holds the tables.
        tables: the host tables. A table of grants' targets is before the tables of their holders.
        resource_types: the resource types of the app.
        tenant: the tenant whose resources the tables hold. The stock store has all other tenants.
        schemas: the PostgreSQL schemas of the tables, as in the app's `search_path`.
    """

    def __init__(
        self,
        stock: SqlStore,
        tables: Sequence[OwnTable],
        *,
        resource_types: Sequence[ResourceType],
        tenant: str = "default",
        schemas: Collection[str] = ("public",),
    ) -> None:
        self.stock = stock
        self.tables = {table.type: table for table in tables}
        self.tenant = tenant
        self.schemas = schemas
        self._roles = frozenset(one.name for one in resource_types if one.kind == "role")
        trees = build_trees(resource_types)
        self.builders = {
            tree.name: RecordBuilder(tree) for tree in trees if tree.name in self.tables
        }
        if unknown := self.tables.keys() - self.builders:
            raise StorageError(
                f"host tables: there is no resource type {', '.join(sorted(unknown))}"
            )

    @property
    def tokens(self) -> Tokens:
        return self.stock.tokens

    @property
    def audit(self) -> AuditLog:
        return self.stock.audit

    @property
    def outbox(self) -> Outbox:
        return self.stock.outbox

    @property
    def leases(self) -> Leases:
        return self.stock.leases

    def limit(self, limits: Limits) -> None:
        self.stock.limit(limits)

    async def open(self) -> None:
        await self.stock.open()
        try:
            self._database: OwnDatabase = await self.stock.write(self._watch)
            many = False
            # Each batch is a separate write, because the first start processes all rows.
            while await self._take_up():
                many = True
            if many:
                await self.stock.write(lambda tx: tx.analyze())
        except BaseException:
            await self.stock.close()
            raise

    async def _watch(self, tx: SqlTransaction) -> OwnDatabase:
        # If several servers start at the same time, one of them creates the triggers.
        await tx.exclusive()
        database = own_database(tx.connection, self.schemas)
        await own_changes.watch(tx.connection, database, self.tenant, self.tables.values())
        return database

    async def close(self) -> None:
        await self.stock.close()

    async def write(self, job: Callable[[Transaction], Awaitable[T]]) -> T:
        async def beside(tx: SqlTransaction) -> T:
            own = self._own(tx)
            if self._database.alone:
                await own.take_up_all()
            result = await job(own)
            # Defaults and triggers of the tables can have changed what the job wrote.
            await own.take_up_all(mine=True)
            return result

        if not self._database.alone:
            # The app can write at any time, so changes are also processed before the transaction.
            await self._fresh()
        return await self.stock.write(beside)

    async def get(self, tenant: str, type_name: str, resource_id: str) -> Stored | None:
        return await (await self._fresh()).get(tenant, type_name, resource_id)

    async def search(self, tenant: str, query: Query) -> Page:
        return await (await self._fresh()).search(tenant, query)

    async def links(
        self, tenant: str, keys: Collection[int], wanted: Collection[Link]
    ) -> dict[int, list[Linked]]:
        return await (await self._fresh()).links(tenant, keys, wanted)

    async def members(self, tenant: str, key: int, values: Collection[str]) -> list[Linked]:
        return await (await self._fresh()).members(tenant, key, values)

    async def targets(self, tenant: str, values: Collection[str]) -> dict[str, list[Target]]:
        return await (await self._fresh()).targets(tenant, values)

    async def counts(self, tenant: str, link: Link, keys: Collection[int]) -> dict[int, int]:
        return await (await self._fresh()).counts(tenant, link, keys)

    async def holders(self, tenant: str, link: Link, key: int) -> list[Stored]:
        return await (await self._fresh()).holders(tenant, link, key)

    async def seeded(self, tenant: str, type_name: str) -> set[str]:
        return await self.stock.seeded(tenant, type_name)

    async def tenants(self) -> set[str]:
        return await self.stock.tenants()

    async def is_tenant(self, tenant: str) -> bool:
        return await self.stock.is_tenant(tenant)

    async def ping(self) -> None:
        await self.stock.ping()

    async def indexed_tenants(self) -> set[str]:
        return await self.stock.indexed_tenants()

    async def fingerprints(self, tenant: str) -> dict[str, str]:
        return await self.stock.fingerprints(tenant)

    async def write_reindex(self, job: Callable[[ReindexTransaction], Awaitable[T]]) -> T:
        return await self.stock.write_reindex(job)

    async def duplicates(
        self, tenant: str, types: Collection[str], attribute: str, limit: int
    ) -> list[Duplicate]:
        return await self.stock.duplicates(tenant, types, attribute, limit)

    async def _fresh(self) -> SqlStore:
        """Return the stock store after it has processed all committed changes."""
        if await own_changes.any_waiting(self.stock.connection):
            while await self._take_up():
                pass
        return self.stock

    async def _take_up(self) -> bool:
        return await self.stock.write(lambda tx: self._own(tx).take_up())

    def _own(self, tx: SqlTransaction) -> OwnWrites:
        return OwnWrites(
            tx.connection, self._database, self.tenant, self.tables, self.builders, self._roles
        )
