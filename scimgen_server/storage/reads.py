"""The read operations of the SQL store. The statements are the same for every database."""

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
from .clauses import placeholders
from .connection import Connection
from .counters import held_total
from .duplicates import find_duplicates
from .indexes import IndexRange, held_value, holders_range, index_range
from .leases import SqlLeases
from .links import read_links
from .outbox import SqlOutbox
from .page_anchors import PageAnchors
from .page_rows import COLUMNS, NO_ROWS, Rows, read_rows
from .query import Compiler
from .tokens import SqlTokens

_END_OF_TIME = "9999-12-31"
_TENANTS = "SELECT tenant FROM tokens WHERE revoked IS NULL UNION SELECT tenant FROM layouts"

_BEHIND = """
SELECT CASE WHEN t.total > ? THEN t.total - ? ELSE 0 END
FROM (SELECT CAST(coalesce(sum(total), 0) AS BIGINT) AS total
    FROM totals WHERE tenant = ? AND type = ?) t"""
"""How many resources come after a page.

It is part of the statement that reads the page, so that both see the same state.
"""

_TARGETS = """
SELECT f.value, r.key, r.type, r.id, r.display, coalesce(r.reference, r.id),
    CASE WHEN r.reference IS NULL THEN '' ELSE {label} END FROM (
    SELECT v.value, t.key FROM {listed} CROSS JOIN resources t WHERE t.tenant = ? AND t.id = v.value
    UNION
    SELECT v.value, t.key FROM {listed} CROSS JOIN resources t
    WHERE t.tenant = ? AND t.reference = v.value AND t.reference IS NOT NULL
) f CROSS JOIN resources r WHERE r.tenant = ? AND r.key = f.key"""
"""A SELECT for each way to refer to a resource. With OR, SQLite would read all resources."""


class SqlReads:
    """The read operations of the ports over a connection."""

    for_change = ""
    """The clause that locks the rows that a transaction changes, see `Dialect`."""

    for_reference = ""
    """The clause that locks the rows that a transaction links to, see `Dialect`."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect
        self.tokens: Tokens = SqlTokens(connection)
        self.audit: AuditLog = SqlAuditLog(connection)
        self.outbox: Outbox = SqlOutbox(connection)
        self.leases: Leases = SqlLeases(connection)
        self._page_anchors = PageAnchors()

    async def get(self, tenant: str, type_name: str, resource_id: str) -> Stored | None:
        # The id is unique. With a condition on the type, PostgreSQL might use the index of types.
        rows = await self.connection.rows(
            f"SELECT {COLUMNS} FROM resources r WHERE r.tenant = ? AND r.id = ?{self.for_change}",
            (tenant, resource_id),
        )
        return Stored(*rows[0]) if rows and rows[0][1] == type_name else None

    async def search(self, tenant: str, query: Query) -> Page:
        if len(query.conditions) == 1 and not query.sort_by and query.count > 0:
            tree, node = query.conditions[0]
            if node is None:
                return await self._all_of_type(tenant, tree.name, query)
        page = await self._from_index(tenant, query)
        if page is not None:
            return page
        compiler = Compiler(tenant, query, self.dialect)
        where, parameters = compiler.where()
        found = NO_ROWS
        if query.count > 0:
            found = await self._page(tenant, compiler, query, where, parameters)
        total = found.matched
        if not found.are_all(query):
            total = await self._total(tenant, query, where, parameters)
        return Page(total, found.items, found.is_cut)

    async def _all_of_type(self, tenant: str, type_name: str, query: Query) -> Page:
        """Read a page of all resources of a type.

        The total is a counter. The rows to skip are counted from the nearest page anchor, or from
        the end of the list if that is nearer.
        """
        statement = (
            "SELECT coalesce(sum(total), 0), coalesce(sum(deleted), 0) FROM totals"
            " WHERE tenant = ? AND type = ?"
        )
        total, deleted = map(int, (await self.connection.rows(statement, (tenant, type_name)))[0])
        if query.after is None and query.start >= total:
            return Page(total, [])
        after, skipped = query.after, 0
        if after is None:
            known, after = self._page_anchors.nearest(tenant, type_name, query.start, deleted)
            skipped = query.start - known
        parameters: list[Any] = [tenant, type_name]
        selected = "FROM resources r WHERE r.tenant = ? AND r.type = ?"
        count = min(query.count, total - query.start)
        end = query.start + count
        is_reversed = skipped > total - end
        if is_reversed:
            selected = f"{selected} ORDER BY r.key DESC LIMIT ? OFFSET ({_BEHIND})"
            parameters = [*parameters, count, end, end, *parameters]
        else:
            selected = f"{selected} AND r.key > ? ORDER BY r.key LIMIT ? OFFSET ?"
            parameters = [*parameters, after, query.count, skipped]
        found = await read_rows(
            self.connection, tenant, query, selected, parameters, is_reversed=is_reversed
        )
        items = found.items
        if items and query.after is None and items[-1].created <= self._settled():
            end = query.start + len(items)
            self._page_anchors.keep(tenant, type_name, query.start, deleted, items[0].key - 1)
            self._page_anchors.keep(tenant, type_name, end, deleted, items[-1].key)
        return Page(total, items, found.is_cut)

    def _settled(self) -> str:
        """Return the time until which all new resources are visible, see `Dialect.unsettled`."""
        seconds = self.dialect.unsettled
        if not seconds:
            return _END_OF_TIME
        return fold_date_time(datetime.now(UTC) - timedelta(seconds=seconds))

    async def _from_index(self, tenant: str, query: Query) -> Page | None:
        """Read a page with the range of one index, or return None if no range serves the query."""
        matches = index_range(tenant, query) or await self._holders_range(tenant, query)
        if matches is None:
            return None
        found = await self._page_of(matches, query) if query.count > 0 else NO_ROWS
        total = await self._total_of(tenant, query, matches, found)
        return None if total is None else Page(total, found.items, found.is_cut)

    async def _total_of(
        self, tenant: str, query: Query, matches: IndexRange, found: Rows
    ) -> int | None:
        """Return the number of all matches, or None if some of them are not in the range."""
        if found.are_all(query) and not matches.sort:
            return found.matched
        # In ascending order, resources without a value come after a full page of the range.
        is_full = 0 < found.matched == query.count
        if matches.complete or (matches.sort and not query.descending and is_full):
            return await self._total(tenant, query, "", [])
        if matches.total:
            return (await self._totals(tenant, [matches.total]))[matches.total]
        total = await self._number(f"SELECT count(*) FROM {matches.source}", matches.parameters)
        if matches.sort and total != await self._total(tenant, query, "", []):
            # Some resources have no value. They belong to the list but are not in the range.
            return None
        return total

    async def _holders_range(self, tenant: str, query: Query) -> IndexRange | None:
        """Return the range with the holders of a role or entitlement, if the query is for them."""
        held = held_value(query)
        if held is None:
            return None
        attribute, value = held
        type_names = {tree.name for tree in query.trees}
        targets = (await self.targets(tenant, [value])).get(value, [])
        known = [target for target in targets if target.type in type_names]
        return holders_range(tenant, attribute, known[0]) if len(known) == 1 else None

    async def _page_of(self, matches: IndexRange, query: Query) -> Rows:
        """Read a page of a range. The inner SELECT skips rows of the index only."""
        source, parameters = matches.source, [*matches.parameters]
        if query.after is not None:
            source, parameters = f"{source} AND {matches.key} > ?", [*parameters, query.after]
        columns, outer = f"{matches.key} AS key", "p.key"
        if matches.sort:
            direction = "DESC" if query.descending else "ASC"
            columns, outer = f"{matches.sort} AS sort, {columns}", f"p.sort {direction}, p.key"
        order = matches.order(descending=query.descending)
        tenant = matches.parameters[0]
        selected = (
            f"FROM (SELECT {columns} FROM {source} ORDER BY {order} LIMIT ? OFFSET ?) p"
            f" CROSS JOIN resources r WHERE r.tenant = ? AND r.key = p.key ORDER BY {outer}"
        )
        parameters = [*parameters, query.count, query.start, tenant]
        return await read_rows(self.connection, tenant, query, selected, parameters)

    async def _page(
        self, tenant: str, compiler: Compiler, query: Query, where: str, parameters: list[Any]
    ) -> Rows:
        if query.after is not None:
            where, parameters = f"{where} AND r.key > ?", [*parameters, query.after]
        order, more = compiler.order()
        selected = f"FROM resources r WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"
        parameters = [*parameters, *more, query.count, query.start]
        return await read_rows(self.connection, tenant, query, selected, parameters)

    async def _total(self, tenant: str, query: Query, where: str, parameters: list[Any]) -> int:
        if all(node is None for _, node in query.conditions):
            names = [tree.name for tree, _ in query.conditions]
            return sum((await self._totals(tenant, names)).values())
        return await self._number(f"SELECT count(*) FROM resources r WHERE {where}", parameters)

    async def _totals(self, tenant: str, names: Collection[str]) -> Counter[str]:
        """Return counters by their names; a counter that does not exist is 0."""
        rows = await self.connection.rows(
            "SELECT type, sum(total) FROM totals"
            f" WHERE tenant = ? AND type IN ({placeholders(names)}) GROUP BY type",
            [tenant, *names],
        )
        return Counter({row[0]: int(row[1]) for row in rows})

    async def _number(self, statement: str, parameters: Sequence[Any]) -> int:
        return int((await self.connection.rows(statement, parameters))[0][0])

    async def links(
        self, tenant: str, keys: Collection[int], wanted: Collection[Link]
    ) -> dict[int, list[Linked]]:
        return await read_links(self.connection, tenant, keys, wanted)

    async def members(self, tenant: str, key: int, values: Collection[str]) -> list[Linked]:
        by_key: dict[int, Target] = {}
        for targets in (await self.targets(tenant, values)).values():
            by_key |= {target.key: target for target in targets}
        links, parameters = self.dialect.rows_by_key("links l", "l.target", by_key)
        rows = await self.connection.rows(
            f"SELECT l.target FROM {links}"
            " AND l.tenant = ? AND l.source = ? AND l.link = 'members'",
            [*parameters, tenant, key],
        )
        found = [by_key[row[0]] for row in rows]
        return [Linked("members", one.key, one.id, one.type, one.id, one.display) for one in found]

    async def targets(self, tenant: str, values: Collection[str]) -> dict[str, list[Target]]:
        found: dict[str, list[Target]] = {}
        listed, parameters = self.dialect.text_table(values)
        label, path = self.dialect.text("r.folded", ["$type"])
        rows = await self.connection.rows(
            _TARGETS.format(listed=listed, label=label) + self.for_reference,
            [*path, *parameters, tenant, *parameters, tenant, tenant],
        )
        for searched, key, type_name, resource_id, display, value, label in rows:
            target = Target(key, type_name, resource_id, display, value, label or "")
            found.setdefault(searched, []).append(target)
        return found

    async def counts(self, tenant: str, link: Link, keys: Collection[int]) -> dict[int, int]:
        names = {held_total(link, key): key for key in keys}
        totals = await self._totals(tenant, names)
        return {key: totals[name] for name, key in names.items()}

    async def holders(self, tenant: str, link: Link, key: int) -> list[Stored]:
        statement = (
            f"SELECT {COLUMNS} FROM links l"
            " JOIN resources r ON r.tenant = l.tenant AND r.key = l.source"
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

    async def indexed_tenants(self) -> set[str]:
        return {row[0] for row in await self.connection.rows("SELECT DISTINCT tenant FROM layouts")}

    async def fingerprints(self, tenant: str) -> dict[str, str]:
        statement = "SELECT type, fingerprint FROM layouts WHERE tenant = ?"
        rows = await self.connection.rows(statement, (tenant,))
        return {str(row[0]): str(row[1]) for row in rows}

    async def duplicates(
        self, tenant: str, types: Collection[str], attribute: str, limit: int
    ) -> list[Duplicate]:
        return await find_duplicates(self.connection, tenant, types, attribute, limit)
