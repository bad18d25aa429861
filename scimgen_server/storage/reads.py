"""What is read of the tables of `schema`, the same statements for every database."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ..ports.audit import AuditLog
from ..ports.leases import Leases
from ..ports.outbox import Outbox
from ..ports.reindexing import Duplicate
from ..ports.resources import Linked, Page, Query, Stored, Target
from ..ports.tokens import Tokens
from ..schema.attributes import Link
from ..schema.folding import fold_date_time
from .audit import SqlAuditLog
from .connection import Connection
from .counters import held_total
from .dialect import marks
from .duplicates import find_duplicates
from .indexes import IndexRange, held_value, holders_range, index_range
from .leases import SqlLeases
from .links import read_links
from .outbox import SqlOutbox
from .page_anchors import PageAnchors
from .query import Compiler
from .tokens import SqlTokens

COLUMNS = "r.key, r.type, r.id, r.version, r.created, r.modified, r.body, r.whole"

_END_OF_TIME = "9999-12-31"
_TENANTS = "SELECT tenant FROM tokens WHERE revoked IS NULL UNION SELECT tenant FROM layouts"

_BEHIND = """
SELECT CASE WHEN t.total > ? THEN t.total - ? ELSE 0 END
FROM (SELECT CAST(coalesce(sum(total), 0) AS BIGINT) AS total FROM totals WHERE tenant = ? AND type = ?) t"""
"""How many come behind a page: counted by the statement that reads the page, since others write meanwhile."""

_MEANT = """
SELECT f.value, r.key, r.type, r.id, r.display, coalesce(r.reference, r.id),
    CASE WHEN r.reference IS NULL THEN '' ELSE {label} END FROM (
    SELECT v.value, t.key FROM {listed} CROSS JOIN resources t WHERE t.tenant = ? AND t.id = v.value
    UNION
    SELECT v.value, t.key FROM {listed} CROSS JOIN resources t
    WHERE t.tenant = ? AND t.reference = v.value AND t.reference IS NOT NULL
) f CROSS JOIN resources r WHERE r.tenant = ? AND r.key = f.key"""
"""An index for each way to name a resource: for OR, SQLite would look at all of them."""


class SqlReads:
    """The read operations of the ports, through one connection."""

    for_change = ""
    """What locks the rows that a transaction is about to change."""

    for_reference = ""
    """What locks the rows that a transaction is about to link to."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect
        self.tokens: Tokens = SqlTokens(connection)
        self.audit: AuditLog = SqlAuditLog(connection)
        self.outbox: Outbox = SqlOutbox(connection)
        self.leases: Leases = SqlLeases(connection)
        self._page_anchors = PageAnchors()

    async def get(self, tenant: str, type_name: str, resource_id: str) -> Stored | None:
        # by the id alone, which is unique: given the type as well, PostgreSQL may choose an index that finds many
        rows = await self.connection.rows(
            f"SELECT {COLUMNS} FROM resources r WHERE r.tenant = ? AND r.id = ?{self.for_change}",
            (tenant, resource_id),
        )
        return Stored(*rows[0]) if rows and rows[0][1] == type_name else None

    async def search(self, tenant: str, query: Query) -> Page:
        if (
            len(query.conditions) == 1
            and query.conditions[0][1] is None
            and not query.sort_by
            and query.count > 0
        ):
            return await self._everything(tenant, query.conditions[0][0].name, query)
        found = await self._from_index(tenant, query)
        if found is not None:
            return found
        compiler = Compiler(tenant, query, self.dialect)
        where, parameters = compiler.where()
        items = await self._page(compiler, query, where, parameters) if query.count > 0 else []
        if query.start == 0 and query.after is None and len(items) < query.count:
            return Page(len(items), items)  # nothing is left to count
        return Page(await self._total(tenant, query, where, parameters), items)

    async def _everything(self, tenant: str, type_name: str, query: Query) -> Page:
        """All resources of a type: the total is kept, and where the page begins is known, or near one of the ends."""
        statement = "SELECT coalesce(sum(total), 0), coalesce(sum(deleted), 0) FROM totals WHERE tenant = ? AND type = ?"
        total, deleted = map(int, (await self.connection.rows(statement, (tenant, type_name)))[0])
        if query.after is None and query.start >= total:
            return Page(total, [])
        after, skipped = query.after, 0
        if after is None:
            known, after = self._page_anchors.nearest(tenant, type_name, query.start, deleted)
            skipped = query.start - known
        condition, parameters = "r.tenant = ? AND r.type = ?", [tenant, type_name]
        count = min(query.count, total - query.start)
        if skipped > total - query.start - count:
            rows = await self.connection.rows(
                f"SELECT {COLUMNS} FROM resources r WHERE {condition} ORDER BY r.key DESC LIMIT ? OFFSET ({_BEHIND})",
                [*parameters, count, query.start + count, query.start + count, *parameters],
            )
            items = [*map(Stored._make, reversed(rows))]
        else:
            rows = await self.connection.rows(
                f"SELECT {COLUMNS} FROM resources r WHERE {condition} AND r.key > ? ORDER BY r.key LIMIT ? OFFSET ?",
                [*parameters, after, query.count, skipped],
            )
            items = [*map(Stored._make, rows)]
        if items and query.after is None and items[-1].created <= self._settled():
            self._page_anchors.keep(tenant, type_name, query.start, deleted, items[0].key - 1)
            self._page_anchors.keep(
                tenant, type_name, query.start + len(items), deleted, items[-1].key
            )
        return Page(total, items)

    def _settled(self) -> str:
        """Of what was created until then, nothing is missing any more."""
        seconds = self.dialect.unsettled
        return (
            fold_date_time(datetime.now(UTC) - timedelta(seconds=seconds))
            if seconds
            else _END_OF_TIME
        )

    async def _from_index(self, tenant: str, query: Query) -> Page | None:
        """A page that an index knows by itself, if one does."""
        rows = index_range(tenant, query)
        if rows is None and (held := held_value(query)) is not None:
            targets = (await self.targets(tenant, [held[1]])).get(held[1], [])
            known = [
                target
                for target in targets
                if any(target.type == tree.name for tree in query.trees)
            ]
            rows = holders_range(tenant, held[0], known[0]) if len(known) == 1 else None
        if rows is None:
            return None
        items = await self._page_of(rows, query) if query.count > 0 else []
        if query.start == 0 and query.after is None and len(items) < query.count and not rows.sort:
            return Page(len(items), items)  # nothing is left to count
        if rows.complete or (rows.sort and not query.descending and 0 < len(items) == query.count):
            return Page(await self._total(tenant, query, "", []), items)
        if rows.total:
            return Page((await self._totals(tenant, [rows.total]))[rows.total], items)
        total = await self._number(f"SELECT count(*) FROM {rows.source}", rows.parameters)
        if rows.sort and total != await self._total(tenant, query, "", []):
            return None  # some have no value: they come last, or first, and the index does not know them
        return Page(total, items)

    async def _page_of(self, rows: IndexRange, query: Query) -> list[Stored]:
        """The keys of the page first: what is skipped is skipped in the index alone."""
        source, parameters = rows.source, [*rows.parameters]
        if query.after is not None:
            source, parameters = f"{source} AND {rows.key} > ?", [*parameters, query.after]
        order = rows.order(descending=query.descending)
        sort = f"{rows.sort} AS sort, " if rows.sort else ""
        outer = f"p.sort {'DESC' if query.descending else 'ASC'}, p.key" if rows.sort else "p.key"
        found = await self.connection.rows(
            f"SELECT {COLUMNS} FROM (SELECT {sort}{rows.key} AS key FROM {source} ORDER BY {order} LIMIT ? OFFSET ?) p"
            f" CROSS JOIN resources r WHERE r.tenant = ? AND r.key = p.key ORDER BY {outer}",
            [*parameters, query.count, query.start, rows.parameters[0]],
        )
        return [*map(Stored._make, found)]

    async def _page(
        self, compiler: Compiler, query: Query, where: str, parameters: list[Any]
    ) -> list[Stored]:
        if query.after is not None:
            where, parameters = f"{where} AND r.key > ?", [*parameters, query.after]
        order, more = compiler.order()
        rows = await self.connection.rows(
            f"SELECT {COLUMNS} FROM resources r WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",
            [*parameters, *more, query.count, query.start],
        )
        return [*map(Stored._make, rows)]

    async def _total(self, tenant: str, query: Query, where: str, parameters: list[Any]) -> int:
        if all(node is None for _, node in query.conditions):  # kept, not counted
            names = [tree.name for tree, _ in query.conditions]
            return sum((await self._totals(tenant, names)).values())
        return await self._number(f"SELECT count(*) FROM resources r WHERE {where}", parameters)

    async def _totals(self, tenant: str, names: Collection[str]) -> Counter[str]:
        statement = f"SELECT type, sum(total) FROM totals WHERE tenant = ? AND type IN ({marks(names)}) GROUP BY type"
        return Counter(
            {row[0]: int(row[1]) for row in await self.connection.rows(statement, [tenant, *names])}
        )

    async def _number(self, statement: str, parameters: Sequence[Any]) -> int:
        return int((await self.connection.rows(statement, parameters))[0][0])

    async def links(
        self, tenant: str, keys: Collection[int], wanted: Collection[Link]
    ) -> dict[int, list[Linked]]:
        return await read_links(self.connection, tenant, keys, wanted)

    async def members(self, tenant: str, key: int, values: Collection[str]) -> list[Linked]:
        named = {
            one.key: one for found in (await self.targets(tenant, values)).values() for one in found
        }
        held, parameters = self.dialect.keyed("links l", "l.target", named)
        rows = await self.connection.rows(
            f"SELECT l.target FROM {held} AND l.tenant = ? AND l.source = ? AND l.link = 'members'",
            [*parameters, tenant, key],
        )
        found = [named[row[0]] for row in rows]
        return [Linked("members", one.key, one.id, one.type, one.id, one.display) for one in found]

    async def targets(self, tenant: str, values: Collection[str]) -> dict[str, list[Target]]:
        found: dict[str, list[Target]] = {}
        listed, parameters = self.dialect.listed(values)
        label, path = self.dialect.text("r.folded", ["$type"])
        rows = await self.connection.rows(
            _MEANT.format(listed=listed, label=label) + self.for_reference,
            [*path, *parameters, tenant, *parameters, tenant, tenant],
        )
        for named, key, type_name, resource_id, display, value, label in rows:
            found.setdefault(named, []).append(
                Target(key, type_name, resource_id, display, value, label or "")
            )
        return found

    async def counts(self, tenant: str, link: Link, keys: Collection[int]) -> dict[int, int]:
        names = {held_total(link, key): key for key in keys}
        totals = await self._totals(tenant, names)
        return {key: totals[name] for name, key in names.items()}

    async def holders(self, tenant: str, link: Link, key: int) -> list[Stored]:
        statement = (
            f"SELECT {COLUMNS} FROM links l JOIN resources r ON r.tenant = l.tenant AND r.key = l.source"
            " WHERE l.tenant = ? AND l.target = ? AND l.link = ? ORDER BY r.key"
        )
        return [*map(Stored._make, await self.connection.rows(statement, (tenant, key, link)))]

    async def seeded(self, tenant: str, type_name: str) -> set[str]:
        statement = "SELECT id FROM seeds WHERE tenant = ? AND type = ?"
        return {row[0] for row in await self.connection.rows(statement, (tenant, type_name))}

    async def tenants(self) -> set[str]:
        return {row[0] for row in await self.connection.rows(_TENANTS)}

    async def is_tenant(self, tenant: str) -> bool:
        statement = f"SELECT tenant FROM ({_TENANTS}) t WHERE tenant = ?"
        return bool(await self.connection.rows(statement, [tenant]))

    async def ping(self) -> None:
        await self.connection.rows("SELECT 1 FROM leases LIMIT 1")

    async def fingerprints(self, tenant: str) -> dict[str, str]:
        statement = "SELECT type, fingerprint FROM layouts WHERE tenant = ?"
        rows = await self.connection.rows(statement, (tenant,))
        return {str(row[0]): str(row[1]) for row in rows}

    async def duplicates(
        self, tenant: str, types: Collection[str], attribute: str, limit: int
    ) -> list[Duplicate]:
        return await find_duplicates(self.connection, tenant, types, attribute, limit)
