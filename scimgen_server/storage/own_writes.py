"""A transaction that changes the host tables and the stock store together, see `own_tables`."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime

from .. import logs
from ..messages.documents import Document, load_stored
from ..messages.errors import ScimError
from ..ports.resources import Linked, LinkUpdate, Stored, Taken
from ..schema.attributes import Link
from ..schema.folding import fold_date_time
from ..schema.records import Lookups, Record, RecordBuilder
from ..schema.resources import complete, read_resource
from ..schema.values import Reader
from . import own_changes
from .connection import Connection
from .own_databases import OwnDatabase
from .own_table import OwnTable, Row
from .page_rows import COLUMNS
from .writes import SqlTransaction


class OwnWrites(SqlTransaction):
    """The operations of one transaction, which also write to the host tables."""

    def __init__(
        self,
        connection: Connection,
        database: OwnDatabase,
        own_tenant: str,
        tables: Mapping[str, OwnTable],
        builders: Mapping[str, RecordBuilder],
        roles: Collection[str],
    ) -> None:
        super().__init__(connection)
        self._database = database
        self._held = set[str]()
        # Whether a host row refers to a resource that is not stored yet.
        self._unknown = False
        self._own_tenant = own_tenant
        self._tables = tables
        self._builders = builders
        # The names of the resource types of roles.
        self._roles = roles

    async def get(self, tenant: str, type_name: str, resource_id: str) -> Stored | None:
        table = self._table(tenant, type_name)
        if table is None or self._database.alone or resource_id in self._held:
            return await super().get(tenant, type_name, resource_id)
        self._held.add(resource_id)
        if self._builders[type_name].tree.managed == "scim":
            # SCIM does not change resources of other types, so they need no lock.
            await self._database.hold(self.connection, tenant, type_name, resource_id)
        stored = await super().get(tenant, type_name, resource_id)
        key = resource_id.removeprefix(table.prefix)
        if stored is not None and await own_changes.is_waiting(self.connection, type_name, key):
            # The change stays recorded: the row can have grants of resources that are not stored.
            await self._take_rows(table, [key], _now())
            return await super().get(tenant, type_name, resource_id)
        return stored

    async def insert(self, tenant: str, record: Record, now: str) -> Stored:
        table = self._table(tenant, record.type)
        if table is not None:
            await self._check_free(tenant, record.unique)
            document = _document_of(record)
            async with self._theirs():
                key = await table.create(self.connection, document)
            record = await self._as_the_row_says(table, key, document) or record
        return await super().insert(tenant, record, now)

    async def update(
        self, tenant: str, stored: Stored, before: Lookups, after: Record | None, now: str
    ) -> Stored:
        table = self._table(tenant, stored.type)
        if table is not None and after is not None:
            await self._check_free(tenant, after.unique - before.unique)
            document, key = _document_of(after), stored.id.removeprefix(table.prefix)
            async with self._theirs():
                await table.change(self.connection, key, document)
            after = await self._as_the_row_says(table, key, document) or after
        return await super().update(tenant, stored, before, after, now)

    async def delete(self, tenant: str, stored: Stored, before: Lookups, now: str) -> None:
        table = self._table(tenant, stored.type)
        if table is not None:
            async with self._theirs():
                await table.delete(self.connection, stored.id.removeprefix(table.prefix))
        await super().delete(tenant, stored, before, now)

    async def link(self, tenant: str, key: int, update: LinkUpdate) -> None:
        for table, row, type_name, ids in await self._grants(tenant, key, update.removed):
            async with self._theirs():
                await table.revoke(self.connection, row, type_name, ids)
        for table, row, type_name, ids in await self._grants(tenant, key, update.added):
            async with self._theirs():
                await table.grant(self.connection, row, type_name, ids)
        await super().link(tenant, key, update)

    async def take_up_all(self, *, mine: bool = False) -> None:
        """Process all changes of the host tables."""
        while await self.take_up(mine=mine):
            pass

    async def take_up(self, *, mine: bool = False) -> bool:
        """Process the oldest changes of the host tables. Return whether there may be more.

        Args:
            mine: whether to process only the changes of this transaction.
        """
        if self._database.turn and not mine:
            await self.connection.rows(self._database.turn)
        changes = await own_changes.waiting(self.connection, self._database.mine if mine else "")
        now = _now()
        for name, table in self._tables.items():
            keys = dict.fromkeys(
                str(key) for _, type_name, key in changes if type_name == name and key is not None
            )
            if keys:
                await self._take_rows(table, list(keys), now)
        if mine and self._unknown:
            # The changes stay recorded, to be processed again with all others.
            return False
        if changes:
            await own_changes.forget(self.connection, [change[0] for change in changes])
        return len(changes) == own_changes.AT_ONCE

    async def _take_rows(self, table: "OwnTable", keys: Sequence[str], now: str) -> None:
        stored = await self._stored(table, keys)
        known: dict[str, Document] = {key: {} for key in keys}
        known |= {key: _document_of(one) for key, one in stored.items()}
        async with self._theirs():
            rows = await table.read(self.connection, known)
        linked: Mapping[int, Sequence[Linked]] = {}
        if table.granted:
            holders = [one.key for one in stored.values()]
            linked = await self.links(self._own_tenant, holders, ["roles", "entitlements"])
        for key in keys:
            row, one = rows.get(key), stored.get(key)
            if row is not None:
                await self._take_row(
                    table, key, row, one, linked.get(one.key, []) if one else [], now
                )
            elif one is not None:
                before = self._builders[table.type].lookups(known[key])
                await super().delete(self._own_tenant, one, before, now)

    async def _stored(self, table: "OwnTable", keys: Sequence[str]) -> dict[str, Stored]:
        """Read and lock the stored resources of some rows, by key."""
        ids = {table.prefix + key: key for key in keys}
        listed, parameters = self.dialect.text_table(ids)
        rows = await self.connection.rows(
            f"SELECT {COLUMNS} FROM {listed} CROSS JOIN resources r"
            f" WHERE r.tenant = ? AND r.id = v.value{self.for_change}",
            (*parameters, self._own_tenant),
        )
        return {ids[one.id]: one for one in map(Stored._make, rows) if one.type == table.type}

    async def _take_row(
        self,
        table: "OwnTable",
        key: str,
        row: "Row",
        stored: Stored | None,
        linked: Sequence[Linked],
        now: str,
    ) -> None:
        """Store one host row. A change is a new version of the resource."""
        builder, resource_id = self._builders[table.type], table.prefix + key
        try:
            after = self._record(table, key, row)
            if stored is None:
                stored, changed = await self._insert_row(after, now), False
            else:
                old = _document_of(stored)
                changed = _document_of(after) != old
                if changed:
                    await self._update_row(stored, builder.lookups(old), after, now)
        except (ScimError, Taken) as refused:
            logs.write(
                "row refused", level="warning", type=table.type, id=resource_id, reason=str(refused)
            )
            return
        if await self._take_grants(table, row, stored, linked) and not changed:
            await self.touch(self._own_tenant, [stored.key], now)

    async def _insert_row(self, record: Record, now: str) -> Stored:
        try:
            return await super().insert(self._own_tenant, record, now)
        except Taken as taken:
            return await super().insert(self._own_tenant, _not_unique(record, taken), now)

    async def _update_row(self, stored: Stored, before: Lookups, after: Record, now: str) -> None:
        try:
            await super().update(self._own_tenant, stored, before, after, now)
        except Taken as taken:
            await super().update(self._own_tenant, stored, before, _not_unique(after, taken), now)

    async def _take_grants(
        self, table: "OwnTable", row: "Row", stored: Stored, linked: Sequence[Linked]
    ) -> bool:
        """Return whether the row has other grants than the stored resource."""
        tenant, changed = self._own_tenant, False
        held = {(one.type, one.id): one for one in linked if one.type in table.granted}
        wanted = {(name, one) for name in table.granted for one in row.grants.get(name, ())}
        for one in (one for place, one in held.items() if place not in wanted):
            await super().link(tenant, stored.key, LinkUpdate(one.link, removed=[one.key]))
            changed = True
        for name, resource_id in sorted(wanted - held.keys()):
            target = await super().get(tenant, name, resource_id)
            if target is None:
                self._unknown = True
                logs.write(
                    "grant of nothing", level="warning", type=name, id=resource_id, holder=stored.id
                )
                continue
            link: Link = "roles" if name in self._roles else "entitlements"
            await super().link(tenant, stored.key, LinkUpdate(link, {target.key: False}))
            changed = True
        return changed

    async def _grants(
        self, tenant: str, source: int, targets: Collection[int]
    ) -> "list[tuple[OwnTable, str, str, list[str]]]":
        """Return the links that the host tables hold: table, key of the holder, type and ids."""
        among, parameters = self.dialect.is_one_of("key", [source, *targets])
        rows = await self.connection.rows(
            f"SELECT key, type, id FROM resources WHERE tenant = ? AND {among}",
            (tenant, *parameters),
        )
        found = {key: (type_name, resource_id) for key, type_name, resource_id in rows}
        table = self._table(tenant, found[source][0]) if source in found else None
        if table is None:
            return []
        ids: dict[str, list[str]] = {}
        for key in targets:
            type_name, resource_id = found.get(key, ("", ""))
            if type_name in table.granted:
                ids.setdefault(type_name, []).append(resource_id)
        return [
            (table, found[source][1].removeprefix(table.prefix), name, some)
            for name, some in ids.items()
        ]

    async def _as_the_row_says(
        self, table: "OwnTable", key: str, document: Document
    ) -> Record | None:
        async with self._theirs():
            row = (await table.read(self.connection, {key: document})).get(key)
        return self._record(table, key, row) if row is not None else None

    def _record(self, table: "OwnTable", key: str, row: "Row") -> Record:
        builder = self._builders[table.type]
        given = {
            name: value
            for name, value in row.document.items()
            if name not in ("id", "meta", "schemas")
        }
        document = complete(builder.tree, read_resource(builder.tree, given, Reader(trusted=True)))
        return builder.record(table.prefix + key, document)

    def _theirs(self) -> AbstractAsyncContextManager[None]:
        return self._database.theirs(self.connection)

    def _table(self, tenant: str, type_name: str) -> "OwnTable | None":
        return self._tables.get(type_name) if tenant == self._own_tenant else None


def _now() -> str:
    return fold_date_time(datetime.now(UTC))


def _document_of(stored: Record | Stored) -> Document:
    return load_stored(stored.whole or stored.body)


def _not_unique(record: Record, taken: Taken) -> Record:
    """Log a warning and store a row without its unique values: the host tables accept it."""
    if taken.attribute == "id":
        raise taken
    logs.write(
        "not unique", level="warning", type=record.type, id=record.id, attribute=taken.attribute
    )
    return replace(record, unique=frozenset())
