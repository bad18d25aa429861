"""Reads the links of several resources at once: link attributes and groups, also nested groups.

The links are read in steps, because one join for a page would be slower: first the rows of `links`
(`LinkRow`), then the targets, then the groups above nested groups.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from ..ports.resources import Linked
from ..schema.attributes import Link
from .connection import Connection
from .dialect import Dialect


class LinkTarget(NamedTuple):
    """A resource that links point to, with the fields of `Linked`.

    Args:
        nested: whether the resource is itself a member of a group.
    """

    key: int
    value: str
    type: str
    id: str
    display: str
    label: str
    nested: bool


LinkRow: TypeAlias = Sequence[Any]
"""Key of the holder, link, key of the target, whether it is the primary one (1 or 0).

A group that the holder is in through a nested group has `indirect` as a fifth item.
"""

Selects: TypeAlias = Sequence[tuple[str, str, int]]
"""The statements that read link rows, each with a placeholder for the text after FROM.

With each statement: the column of `links` to look the keys up in, and its factor, see `_SPARSE`.
"""

STORED = "link IN ('members', 'roles', 'entitlements')"
"""True for every link. It is for indexes that begin with the link's kind, see `Dialect.by_kind`."""

_SPARSE = 4
"""A range is read whole if it has fewer than so many keys for each key that is needed."""

_FORWARD = (
    "SELECT l.source, l.link, l.target, l.is_primary FROM {{held}}"
    " AND l.tenant = ? AND l.link IN ({links})"
)
_GROUPS = (
    "SELECT l.target, 'groups', l.source, 0 FROM {held} AND l.tenant = ? AND l.link = 'members'"
)
_ABOVE = "SELECT l.target, l.source FROM {members} AND l.tenant = ? AND l.link = 'members'"
_SHOWN = "coalesce(t.reference, t.id), t.type, t.id, t.display"
_LABEL = "CASE WHEN t.reference IS NULL THEN '' ELSE coalesce({label}, '') END"
_NESTED = (
    "EXISTS (SELECT 1 FROM links a"
    " WHERE a.tenant = t.tenant AND a.link = 'members' AND a.target = t.key)"
)
_TARGETS = f"SELECT t.key, {_SHOWN}, {_LABEL}, {_NESTED} FROM {{targets}} AND t.tenant = ?"
_FORWARD_OF_ONE = f"""
SELECT l.link, l.target, {_SHOWN}, l.is_primary = 1, 0 = 0, {_LABEL}, 0 = 1
FROM links l CROSS JOIN resources t
WHERE l.tenant = {{tenant}} AND l.link IN ({{links}}) AND l.source = {{key}}
AND t.tenant = {{tenant}} AND t.key = l.target"""
_GROUPS_OF_ONE = f"""
SELECT 'groups', l.source, {_SHOWN}, 0 = 1, 0 = 0, {_LABEL}, {_NESTED}
FROM links l CROSS JOIN resources t
WHERE l.tenant = {{tenant}} AND l.link = 'members' AND l.target = {{key}}
AND t.tenant = {{tenant}} AND t.key = l.source"""


async def read_links(
    connection: Connection, tenant: str, keys: Collection[int], wanted: Collection[Link]
) -> dict[int, list[Linked]]:
    """Read the links of several resources.

    Args:
        connection: a connection to the database.
        tenant: the tenant.
        keys: the keys of the resources.
        wanted: the links to read.

    Returns:
        The links by the key of the resource. Resources with the same links share one list.
    """
    if not keys or not wanted:
        return {}
    if len(keys) == 1:
        (key,) = keys
        linked = await _read_one(connection, tenant, key, wanted)
        if linked is not None:
            return {key: linked} if linked else {}
    rows = await _link_rows(connection, tenant, keys, wanted)
    if not rows:
        return {}
    targets = await _targets(connection, tenant, {row[2] for row in rows})
    nested = {key for key, target in targets.items() if target.nested}
    if nested:
        nested &= {row[2] for row in rows if row[1] == "groups"}
    parents = await _parents(connection, tenant, nested) if nested else {}
    if not parents:
        return _by_holder(rows, targets)
    targets |= await _targets(connection, tenant, set[int]().union(*parents.values()))
    return _by_holder(_with_indirect(rows, parents), targets)


def _by_holder(
    rows: Iterable[LinkRow], targets: Mapping[int, LinkTarget]
) -> dict[int, list[Linked]]:
    """Group rows by holder. Holders with the same links share one list, which saves time."""
    links_of: dict[int, list[LinkRow]] = {}
    for row in rows:
        if row[0] in links_of:
            links_of[row[0]].append(row[1:])
        else:
            links_of[row[0]] = [row[1:]]
    lists: dict[tuple[LinkRow, ...], list[Linked]] = {}
    found: dict[int, list[Linked]] = {}
    for holder, links in links_of.items():
        same = tuple(links)
        shared = lists.get(same)
        if shared is None:
            shared = [_linked(targets[link[1]], *link) for link in links if link[1] in targets]
            lists[same] = shared
        found[holder] = shared
    return found


def _linked(target: LinkTarget, link: Link, _: int, primary: int, *indirect: str) -> Linked:
    return Linked(link, *target[:5], primary == 1, not indirect, target.label)


async def _read_one(
    connection: Connection, tenant: str, key: int, wanted: Collection[Link]
) -> list[Linked] | None:
    """Read the links of one resource, with one statement: most requests are for one resource.

    Returns:
        The links; None if one of the resource's groups is itself in a group.
    """
    statement, path, selects = _statement_of_one(connection.dialect, frozenset(wanted))
    rows = await connection.rows(statement, [*path, tenant, key, tenant] * selects)
    in_nested_group = any(row[-1] for row in rows)
    if in_nested_group:
        return None
    return [Linked._make(row[:-1]) for row in rows]


@lru_cache
def _statement_of_one(dialect: Dialect, wanted: frozenset[Link]) -> tuple[str, list[Any], int]:
    """Return the statement of `_read_one`.

    Returns:
        The statement, the first parameters of each of its selects, and the number of selects.
    """
    label, path = dialect.text("t.folded", ["$type"])
    links, has_groups = _stored_links(wanted)
    parts = {
        "label": label,
        "links": links,
        "tenant": dialect.parameter("text"),
        "key": dialect.parameter("bigint"),
    }
    selects: list[str] = []
    if links:
        selects.append(_FORWARD_OF_ONE.format(**parts))
    if has_groups:
        selects.append(_GROUPS_OF_ONE.format(**parts))
    return " UNION ALL ".join(selects) + dialect.key_order, path, len(selects)


def _stored_links(wanted: Collection[Link]) -> tuple[str, bool]:
    """Return the wanted links that are stored, as SQL literals, and whether `groups` is wanted.

    `groups` is not stored: it is `members`, read from the other end.
    """
    literals = [f"'{link}'" for link in sorted(wanted) if link != "groups"]
    return ", ".join(literals), "groups" in wanted


async def _link_rows(
    connection: Connection, tenant: str, keys: Collection[int], wanted: Collection[Link]
) -> Sequence[LinkRow]:
    first, last = min(keys), max(keys)
    selects: list[str] = []
    parameters: list[Any] = []
    for select, column, sparse in _selects(frozenset(wanted)):
        if connection.dialect.by_kind and last - first < sparse * len(keys):
            # The keys of a page are close together: one range is faster than single lookups.
            held, more = f"links l WHERE l.{column} BETWEEN ? AND ?", [first, last]
        else:
            held, more = connection.dialect.rows_by_key("links l", f"l.{column}", keys)
        selects.append(select.format(held=held))
        parameters += [*more, tenant]
    rows = await connection.rows(
        " UNION ALL ".join(selects) + connection.dialect.key_order, parameters
    )
    if last - first < len(keys):
        return rows
    # A range has the links of other resources as well.
    requested = set(keys)
    return [row for row in rows if row[0] in requested]


@lru_cache
def _selects(wanted: frozenset[Link]) -> Selects:
    """Return the statements that read the wanted links."""
    links, has_groups = _stored_links(wanted)
    selects: list[tuple[str, str, int]] = []
    if links:
        # A group in the range that was not requested can have 50,000 members, so the range may
        # contain no other key.
        sparse = 1 if "members" in wanted else _SPARSE
        selects.append((_FORWARD.format(links=links), "source", sparse))
    if has_groups:
        selects.append((_GROUPS, "target", _SPARSE))
    return selects


async def _parents(
    connection: Connection, tenant: str, groups: Collection[int]
) -> dict[int, set[int]]:
    """Return all groups that each group is in, directly or not. The groups can form a cycle."""
    parents: dict[int, set[int]] = {}
    level = set(groups)
    while level:
        members, parameters = connection.dialect.rows_by_key("links l", "l.target", level)
        rows = await connection.rows(_ABOVE.format(members=members), [*parameters, tenant])
        for child, parent in rows:
            parents.setdefault(child, set()).add(parent)
        level = {parent for _, parent in rows} - parents.keys()
    reachable = {group: _reachable(parents, group) for group in groups}
    return {group: found for group, found in reachable.items() if found}


def _reachable(parents: Mapping[int, set[int]], group: int) -> set[int]:
    reached: set[int] = set()
    waiting = [group]
    while waiting:
        for parent in parents.get(waiting.pop(), set()) - reached:
            reached.add(parent)
            waiting.append(parent)
    return reached


def _with_indirect(rows: Sequence[LinkRow], parents: Mapping[int, set[int]]) -> Iterable[LinkRow]:
    """Yield the rows, and a row for each group that a holder is in through a nested group."""
    direct = {(row[0], row[2]) for row in rows if row[1] == "groups"}
    indirect: set[tuple[int, int]] = set()
    for holder, group in direct:
        indirect |= {(holder, parent) for parent in parents.get(group, ()) if parent != holder}
    indirect -= direct
    yield from rows
    for holder, group in sorted(indirect):
        yield holder, "groups", group, 0, "indirect"


async def _targets(
    connection: Connection, tenant: str, keys: Collection[int]
) -> dict[int, LinkTarget]:
    targets, parameters = connection.dialect.rows_by_key("resources t", "t.key", keys)
    label, path = connection.dialect.text("t.folded", ["$type"])
    rows = await connection.rows(
        _TARGETS.format(targets=targets, label=label), [*path, *parameters, tenant]
    )
    return {row[0]: LinkTarget(*row) for row in rows}
