"""Links of many resources at once: what each leads to, and the groups that it is in, through nested groups too."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from ..ports.resources import Linked
from ..schema.attributes import Link
from .connection import Connection
from .dialect import Dialect


class Target(NamedTuple):
    """What links lead to, as they show it: see `Linked`; `nested` says whether it is itself in a group."""

    key: int
    value: str
    type: str
    id: str
    display: str
    label: str
    nested: bool


Held: TypeAlias = Sequence[Any]
"""A row: who holds, by which link, what, whether as the primary one. What follows the first part makes a link."""

Selects: TypeAlias = Sequence[tuple[str, str, int]]
"""Statements with a place for what stands behind FROM, the end of links that they look up, and what is sparse there."""

STORED = "link IN ('members', 'roles', 'entitlements')"
"""Any link, for keys that begin with its kind, see `Dialect.by_kind`."""

_SPARSE = 4
"""Keys of which not even one in so many is wanted are read one by one, and not as a range."""

_FORWARD = "SELECT l.source, l.link, l.target, l.is_primary FROM {{held}} AND l.tenant = ? AND l.link IN ({links})"
_GROUPS = (
    "SELECT l.target, 'groups', l.source, 0 FROM {held} AND l.tenant = ? AND l.link = 'members'"
)
_ABOVE = "SELECT l.target, l.source FROM {members} AND l.tenant = ? AND l.link = 'members'"
_SHOWN = "coalesce(t.reference, t.id), t.type, t.id, t.display"
_LABEL = "CASE WHEN t.reference IS NULL THEN '' ELSE coalesce({label}, '') END"
_NESTED = "EXISTS (SELECT 1 FROM links a WHERE a.tenant = t.tenant AND a.link = 'members' AND a.target = t.key)"
_TARGETS = f"SELECT t.key, {_SHOWN}, {_LABEL}, {_NESTED} FROM {{targets}} AND t.tenant = ?"
_ONE = f"""
SELECT l.link, l.target, {_SHOWN}, l.is_primary = 1, 0 = 0, {_LABEL}, 0 = 1
FROM links l CROSS JOIN resources t WHERE l.tenant = {{tenant}} AND l.link IN ({{links}}) AND l.source = {{key}}
AND t.tenant = {{tenant}} AND t.key = l.target"""
_ONES_GROUPS = f"""
SELECT 'groups', l.source, {_SHOWN}, 0 = 1, 0 = 0, {_LABEL}, {_NESTED}
FROM links l CROSS JOIN resources t WHERE l.tenant = {{tenant}} AND l.link = 'members' AND l.target = {{key}}
AND t.tenant = {{tenant}} AND t.key = l.source"""


async def read_links(
    connection: Connection, tenant: str, keys: Collection[int], wanted: Collection[Link]
) -> dict[int, list[Linked]]:
    """The links of resources by their keys; resources that have the same ones share a list."""
    if not keys or not wanted:
        return {}
    if len(keys) == 1:
        (key,) = keys
        linked = await _of_one(connection, tenant, key, wanted)
        if linked is not None:
            return {key: linked} if linked else {}
    rows = await _held(connection, tenant, keys, wanted)
    if not rows:
        return {}
    targets = await _targets(connection, tenant, {row[2] for row in rows})
    nested = {key for key, target in targets.items() if target.nested}
    if nested:
        nested &= {row[2] for row in rows if row[1] == "groups"}
    above = await _above(connection, tenant, nested) if nested else {}
    if above:
        targets |= await _targets(connection, tenant, set[int]().union(*above.values()))
    return _shared(_with_nested(rows, above) if above else rows, targets)


def _shared(rows: Iterable[Held], targets: Mapping[int, Target]) -> dict[int, list[Linked]]:
    """What each holds, with one list for those who hold the same."""
    held: dict[int, list[Held]] = {}
    for row in rows:
        if row[0] in held:
            held[row[0]].append(row[1:])
        else:
            held[row[0]] = [row[1:]]
    known: dict[tuple[Held, ...], list[Linked]] = {}
    found: dict[int, list[Linked]] = {}
    for holder, links in held.items():
        same = tuple(links)
        shared = known.get(same)
        if shared is None:
            shared = known[same] = [
                _linked(targets[link[1]], *link) for link in links if link[1] in targets
            ]
        found[holder] = shared
    return found


def _linked(target: Target, link: Link, _: int, primary: int, *indirect: str) -> Linked:
    return Linked(link, *target[:5], primary == 1, not indirect, target.label)


async def _of_one(
    connection: Connection, tenant: str, key: int, wanted: Collection[Link]
) -> list[Linked] | None:
    """The links of one resource by a single statement, since most requests are about one; None in nested groups."""
    statement, path, selects = _statement_of_one(connection.dialect, frozenset(wanted))
    rows = await connection.rows(statement, [*path, tenant, key, tenant] * selects)
    if any(row[-1] for row in rows):  # one of the groups is in another
        return None
    return [Linked._make(row[:-1]) for row in rows]


@lru_cache
def _statement_of_one(dialect: Dialect, wanted: frozenset[Link]) -> tuple[str, list[Any], int]:
    """The statement, the parameters that each of its selects begins with, and how many selects there are."""
    label, path = dialect.text("t.folded", ["$type"])
    forward, groups = _kinds(wanted)
    parts = {
        "label": label,
        "links": forward,
        "tenant": dialect.given("text"),
        "key": dialect.given("bigint"),
    }
    selects = [_ONE.format(**parts)] * bool(forward) + [_ONES_GROUPS.format(**parts)] * groups
    return " UNION ALL ".join(selects) + dialect.as_listed, path, len(selects)


def _kinds(wanted: Collection[Link]) -> tuple[str, bool]:
    """The links that are stored as they are, as literals, and whether groups are wanted, the other end of members."""
    return ", ".join(f"'{link}'" for link in sorted(wanted) if link != "groups"), "groups" in wanted


async def _held(
    connection: Connection, tenant: str, keys: Collection[int], wanted: Collection[Link]
) -> Sequence[Held]:
    first, last = min(keys), max(keys)
    selects: list[str] = []
    parameters: list[Any] = []
    for select, column, sparse in _selects(frozenset(wanted)):
        if connection.dialect.by_kind and last - first < sparse * len(
            keys
        ):  # the links of a page lie side by side
            held, more = f"links l WHERE l.{column} BETWEEN ? AND ?", [first, last]
        else:
            held, more = connection.dialect.keyed("links l", f"l.{column}", keys)
        selects.append(select.format(held=held))
        parameters += [*more, tenant]
    rows = await connection.rows(
        " UNION ALL ".join(selects) + connection.dialect.as_listed, parameters
    )
    if last - first < len(keys):
        return rows
    asked = set(keys)
    return [row for row in rows if row[0] in asked]


@lru_cache
def _selects(wanted: frozenset[Link]) -> Selects:
    """What finds the links that are wanted."""
    forward, groups = _kinds(wanted)
    # a group that nobody asked for may have 50,000 members
    selects = [
        (_FORWARD.format(links=forward), "source", 1 if "members" in wanted else _SPARSE)
    ] * bool(forward)
    return selects + [(_GROUPS, "target", _SPARSE)] * groups


async def _above(
    connection: Connection, tenant: str, groups: Collection[int]
) -> dict[int, set[int]]:
    """The groups that each group is in, as far up as there are any; a circle ends."""
    parents: dict[int, set[int]] = {}
    level = set(groups)
    while level:
        members, parameters = connection.dialect.keyed("links l", "l.target", level)
        rows = await connection.rows(_ABOVE.format(members=members), [*parameters, tenant])
        for child, parent in rows:
            parents.setdefault(child, set()).add(parent)
        level = {parent for _, parent in rows} - parents.keys()
    return {group: found for group in groups if (found := _reached(parents, group))}


def _reached(parents: Mapping[int, set[int]], group: int) -> set[int]:
    reached: set[int] = set()
    waiting = [group]
    while waiting:
        for parent in parents.get(waiting.pop(), set()) - reached:
            reached.add(parent)
            waiting.append(parent)
    return reached


def _with_nested(rows: Sequence[Held], above: Mapping[int, set[int]]) -> Iterable[Held]:
    """The rows, and one for each group that somebody is in through another; these have a part more."""
    direct = {(row[0], row[2]) for row in rows if row[1] == "groups"}
    indirect = {
        (row[0], group)
        for row in rows
        if row[1] == "groups"
        for group in above.get(row[2], ())
        if group != row[0] and (row[0], group) not in direct
    }
    yield from rows
    for holder, group in sorted(indirect):
        yield holder, "groups", group, 0, "indirect"


async def _targets(connection: Connection, tenant: str, keys: Collection[int]) -> dict[int, Target]:
    targets, parameters = connection.dialect.keyed("resources t", "t.key", keys)
    label, path = connection.dialect.text("t.folded", ["$type"])
    rows = await connection.rows(
        _TARGETS.format(targets=targets, label=label), [*path, *parameters, tenant]
    )
    return {row[0]: Target(*row) for row in rows}
