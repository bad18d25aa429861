# Emitted by scimgen from okta-guide.scim.yaml: edit that and run `scimgen generate`, not this file.
"""Links of many resources at once: what each leads to, and the groups that it is in, through nested groups too."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from ..scim.attributes import Link
from .connection import Connection
from .interface import Linked

Held: TypeAlias = Sequence[Any]
"""A row: who holds, by which link, what, whether as the primary one."""

_FORWARD = "SELECT l.source, l.link, l.target, l.is_primary FROM {held} AND l.tenant = ?{links}"
_GROUPS = " UNION ALL SELECT l.target, 'groups', l.source, 0 FROM {members} AND l.tenant = ? AND l.link = 'members'"
_ABOVE = "SELECT l.target, l.source FROM {members} AND l.tenant = ? AND l.link = 'members'"
_TARGETS = "SELECT t.key, coalesce(t.reference, t.id), t.type, t.id, t.display FROM {targets} AND t.tenant = ?"


async def read_links(
    connection: Connection, tenant: str, keys: Collection[int], wanted: Collection[Link]
) -> dict[int, list[Linked]]:
    """The links of resources by their keys; those that many have are one and the same object."""
    rows = await _held(connection, tenant, keys, wanted)
    if not rows:
        return {}
    direct = {row[2] for row in rows if row[1] == "groups"}
    above = await _above(connection, tenant, direct) if direct else {}
    targets = await _targets(connection, tenant, {row[2] for row in rows}.union(*above.values()))
    made: dict[tuple[Any, ...], Linked] = {}
    found: dict[int, list[Linked]] = {}
    for holder, *held in _with_nested(rows, above) if above else rows:
        same = tuple(held)
        linked = made.get(same)
        if linked is None:
            link, key, primary, *indirect = held
            if link not in wanted or key not in targets:
                continue
            linked = made[same] = Linked(link, *targets[key], primary == 1, not indirect)
        if holder in found:
            found[holder].append(linked)
        else:
            found[holder] = [linked]
    for several in found.values():
        if len(several) > 1:
            several.sort(key=lambda one: (one.link, one.key))
    return found


async def _held(connection: Connection, tenant: str, keys: Collection[int], wanted: Collection[Link]) -> Sequence[Held]:
    keyed = connection.dialect.keyed
    held, parameters = keyed("links l", "l.source", keys)
    # who does not want members must not read 50,000 of them
    statement = _FORWARD.format(held=held, links="" if "members" in wanted else " AND l.link <> 'members'")
    parameters = [*parameters, tenant]
    if "groups" in wanted:
        members, more = keyed("links l", "l.target", keys)
        statement, parameters = statement + _GROUPS.format(members=members), [*parameters, *more, tenant]
    return await connection.rows(statement, parameters)


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
    for holder, group in indirect:
        yield holder, "groups", group, 0, "indirect"


async def _targets(
    connection: Connection, tenant: str, keys: Collection[int]
) -> dict[int, tuple[int, str, str, str, str]]:
    targets, parameters = connection.dialect.keyed("resources t", "t.key", keys)
    rows = await connection.rows(_TARGETS.format(targets=targets), [*parameters, tenant])
    return {key: (key, value, type_name, resource_id, display) for key, value, type_name, resource_id, display in rows}
