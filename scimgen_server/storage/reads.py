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
from .query import Compiler
from .tokens import SqlTokens

COLUMNS = "r.key, r.type, r.id, r.version, r.created, r.modified, r.body, r.whole"
"""The columns of a `Stored`, in its order."""

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
        found = await self._from_index(tenant, query)
        if found is not None:
            return found
        compiler = Compiler(tenant, query, self.dialect)
        where, parameters = compiler.where()
        items = await self._page(compiler, query, where, parameters) if query.count > 0 else []
        if _is_whole(query, items):
            return Page(len(items), items)
        return Page(await self._total(tenant, query, where, parameters), items)

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
        condition, parameters = "r.tenant = ? AND r.type = ?", [tenant, type_name]
        count = min(query.count, total - query.start)
        end = query.start + count
        if skipped > total - end:
            rows = await self.connection.rows(
                f"SELECT {COLUMNS} FROM resources r WHERE {condition}"
                f" ORDER BY r.key DESC LIMIT ? OFFSET ({_BEHIND})",
                [*parameters, count, end, end, *parameters],
            )
            items = [*map(Stored._make, reversed(rows))]
        else:
            rows = await self.connection.rows(
                f"SELECT {COLUMNS} FROM resources r WHERE {condition} AND r.key > ?"
                " ORDER BY r.key LIMIT ? OFFSET ?",
                [*parameters, after, query.count, skipped],
            )
            items = [*map(Stored._make, rows)]
        if items and query.after is None and items[-1].created <= self._settled():
            end = query.start + len(items)
            self._page_anchors.keep(tenant, type_name, query.start, deleted, items[0].key - 1)
            self._page_anchors.keep(tenant, type_name, end, deleted, items[-1].key)
        return Page(total, items)

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
        items = await self._page_of(matches, query) if query.count > 0 else []
        if _is_whole(query, items) and not matches.sort:
            return Page(len(items), items)
        # In ascending order, resources without a value come after a full page of the range.
        is_full = 0 < len(items) == query.count
        if matches.complete or (matches.sort and not query.descending and is_full):
            return Page(await self._total(tenant, query, "", []), items)
        if matches.total:
            return Page((await self._totals(tenant, [matches.total]))[matches.total], items)
        total = await self._number(f"SELECT count(*) FROM {matches.source}", matches.parameters)
        if matches.sort and total != await self._total(tenant, query, "", []):
            # Some resources have no value. They belong to the list but are not in the range.
            return None
        return Page(total, items)

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

    async def _page_of(self, matches: IndexRange, query: Query) -> list[Stored]:
        """Read a page of a range. The inner SELECT skips rows of the index only."""
        source, parameters = matches.source, [*matches.parameters]
        if query.after is not None:
            source, parameters = f"{source} AND {matches.key} > ?", [*parameters, query.after]
        columns, outer = f"{matches.key} AS key", "p.key"
        if matches.sort:
            direction = "DESC" if query.descending else "ASC"
            columns, outer = f"{matches.sort} AS sort, {columns}", f"p.sort {direction}, p.key"
        order = matches.order(descending=query.descending)
        found = await self.connection.rows(
            f"SELECT {COLUMNS} FROM"
            f" (SELECT {columns} FROM {source} ORDER BY {order} LIMIT ? OFFSET ?) p"
            f" CROSS JOIN resources r WHERE r.tenant = ? AND r.key = p.key ORDER BY {outer}",
            [*parameters, query.count, query.start, matches.parameters[0]],
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


def _is_whole(query: Query, items: Sequence[Stored]) -> bool:
    """Return whether a page has all matches, so that they need not be counted."""
    return query.start == 0 and query.after is None and len(items) < query.count
