"""Links in memory."""

from collections.abc import Collection, Iterable

from ...ports.resources import Linked, LinkUpdate, Target
from ...schema.attributes import Link
from .tables import MemoryRow, Tables


def read_links(tables: Tables, key: int, wanted: Collection[Link]) -> list[Linked]:
    """The links of one resource: by the name of the link, then by the key of the target."""
    found: list[Linked] = []
    for link in sorted(wanted):
        if link == "groups":
            continue
        targets = tables.targets.get((link, key)) or {}
        for target, primary in sorted(targets.items()):
            found += _linked(tables, link, target, primary=primary)
    if "groups" in wanted:
        direct = tables.sources.get(("members", key)) or frozenset[int]()
        nested = groups_above(tables, direct) - direct - {key}
        for group in sorted(direct):
            found += _linked(tables, "groups", group)
        for group in sorted(nested):
            found += _linked(tables, "groups", group, direct=False)
    return found


def groups_above(tables: Tables, groups: Iterable[int]) -> set[int]:
    """The groups that some groups are in, directly or through other groups."""
    reached: set[int] = set()
    waiting = [*groups]
    while waiting:
        parents = tables.sources.get(("members", waiting.pop())) or frozenset[int]()
        waiting += parents - reached
        reached |= parents
    return reached


def target_of(key: int, row: MemoryRow) -> Target:
    """A resource as a link can point to it."""
    label = str(row.folded.get("$type", "")) if row.reference else ""
    value = row.reference or row.stored.id
    return Target(key, row.stored.type, row.stored.id, row.display, value, label)


def change_links(tables: Tables, key: int, update: LinkUpdate) -> None:
    """Change the values of one link attribute of a resource, on both sides."""
    link = update.link
    targets = {**(tables.targets.get((link, key)) or {}), **update.added}
    for target in update.removed:
        targets.pop(target, None)
        _change_sources(tables, link, target, removed=key)
    for target in update.added:
        _change_sources(tables, link, target, added=key)
    tables.targets.put((link, key), targets)


def _change_sources(
    tables: Tables, link: Link, target: int, *, added: int | None = None, removed: int | None = None
) -> None:
    sources = tables.sources.get((link, target)) or frozenset[int]()
    if added is not None:
        sources |= {added}
    tables.sources.put((link, target), sources - {removed})


def _linked(
    tables: Tables, link: Link, key: int, *, primary: bool = False, direct: bool = True
) -> list[Linked]:
    """The link to a resource; nothing if the resource does not exist."""
    row = tables.resources.get(key)
    if row is None:
        return []
    target = target_of(key, row)
    linked = Linked(
        link=link,
        key=key,
        value=target.value,
        type=target.type,
        id=target.id,
        display=target.display,
        primary=primary,
        direct=direct,
        label=target.label,
    )
    return [linked]
