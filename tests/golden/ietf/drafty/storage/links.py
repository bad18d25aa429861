# Emitted by scimgen from drafty.scim.json: edit that and run `scimgen generate`, not this file.
"""Links of many resources at once: what each leads to, and the groups that it is in, through nested groups too."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from ..scim.attributes import Link
from .connection import Connection
from .interface import Linked


class Target(NamedTuple):
    """What links lead to, as they show it: see `Linked`; `nested` says whether it is itself in a group."""

    key: int
    value: str
    type: str
    id: str
    display: str
    label: str | None
    nested: bool


Held: TypeAlias = Sequence[Any]
"""A row: who holds, by which link, what, whether as the primary one. What follows the first part makes a link."""

_FORWARD = "SELECT l.source, l.link, l.target, l.is_primary FROM {held} AND l.tenant = ?{links}"
_GROUPS = " UNION ALL SELECT l.target, 'groups', l.source, 0 FROM {members} AND l.tenant = ? AND l.link = 'members'"
_ABOVE = "SELECT l.target, l.source FROM {members} AND l.tenant = ? AND l.link = 'members'"
_SHOWN = """coalesce(t.reference, t.id), t.type, t.id, t.display,
    CASE WHEN t.reference IS NULL THEN '' ELSE {label} END,
    EXISTS (SELECT 1 FROM links a WHERE a.tenant = t.tenant AND a.target = t.key AND a.link = 'members')"""
_TARGETS = f"SELECT t.key, {_SHOWN} FROM {{targets}} AND t.tenant = ?"
_ONE = f"""
SELECT l.source, l.link, l.target, l.is_primary, {_SHOWN} FROM links l CROSS JOIN resources t
WHERE l.tenant = ? AND l.source = ? AND t.tenant = ? AND t.key = l.target{{links}}"""
_ONES_GROUPS = f"""
UNION ALL SELECT l.target, 'groups', l.source, 0, {_SHOWN} FROM links l CROSS JOIN resources t
WHERE l.tenant = ? AND l.target = ? AND t.tenant = ? AND t.key = l.source AND l.link = 'members'"""


async def read_links(
    connection: Connection, tenant: str, keys: Collection[int], wanted: Collection[Link]
) -> dict[int, list[Linked]]:
    """The links of resources by their keys; those that many have are one and the same object."""
    if len(keys) == 1:
        rows, targets = await _of_one(connection, tenant, next(iter(keys)), wanted)
    else:
        rows = await _held(connection, tenant, keys, wanted)
        targets = await _targets(connection, tenant, {row[2] for row in rows}) if rows else {}
    if not rows:
        return {}
    nested = {row[2] for row in rows if row[1] == "groups" and row[2] in targets and targets[row[2]].nested}
    above = await _above(connection, tenant, nested) if nested else {}
    if above:
        targets |= await _targets(connection, tenant, set[int]().union(*above.values()))
    made: dict[tuple[Any, ...], Linked] = {}
    found: dict[int, list[Linked]] = {}
    for row in _with_nested(rows, above) if above else rows:
        same = tuple(row[1:])
        linked = made.get(same)
        if linked is None:
            link, key, primary, *indirect = same
            if link not in wanted or key not in targets:
                continue
            shown, label = targets[key][:5], targets[key].label or ""
            linked = made[same] = Linked(link, *shown, primary == 1, not indirect, label)
        holder = row[0]
        if holder in found:
            found[holder].append(linked)
        else:
            found[holder] = [linked]
    return found


async def _of_one(
    connection: Connection, tenant: str, key: int, wanted: Collection[Link]
) -> tuple[Sequence[Held], dict[int, Target]]:
    """The links of one resource with their targets: most requests are about one, and this is one statement."""
    label, path = connection.dialect.text("t.folded", ["$type"])
    statement = _ONE.format(label=label, links="" if "members" in wanted else " AND l.link <> 'members'")
    parameters: list[Any] = [*path, tenant, key, tenant]
    if "groups" in wanted:
        statement, parameters = statement + _ONES_GROUPS.format(label=label), [*parameters, *path, tenant, key, tenant]
    rows = await connection.rows(statement + connection.dialect.as_listed, parameters)
    return [row[:4] for row in rows], {row[2]: Target(row[2], *row[4:]) for row in rows}


async def _held(connection: Connection, tenant: str, keys: Collection[int], wanted: Collection[Link]) -> Sequence[Held]:
    keyed = connection.dialect.keyed
    held, parameters = keyed("links l", "l.source", keys)
    # who does not want members must not read 50,000 of them
    statement = _FORWARD.format(held=held, links="" if "members" in wanted else " AND l.link <> 'members'")
    parameters = [*parameters, tenant]
    if "groups" in wanted:
        members, more = keyed("links l", "l.target", keys)
        statement, parameters = statement + _GROUPS.format(members=members), [*parameters, *more, tenant]
    return await connection.rows(statement + connection.dialect.as_listed, parameters)


async def _above(connection: Connection, tenant: str, groups: Collection[int]) -> dict[int, set[int]]:
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
    rows = await connection.rows(_TARGETS.format(targets=targets, label=label), [*path, *parameters, tenant])
    return {row[0]: Target(*row) for row in rows}
