"""Searches in memory: each resource of the wanted types is evaluated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf
from time import monotonic

from ...filters.evaluate import LinkView, evaluate, sort_key
from ...messages.documents import Document
from ...ports.limits import Limits
from ...ports.resources import Page, Query, TimeLimit
from ...schema.attributes import LINKED_KINDS, Link, Tree
from .links import groups_above
from .tables import MemoryRow, Tables


def search(tables: Tables, query: Query, limits: Limits) -> Page:
    """The matches of a query.

    Raises:
        TimeLimit: it takes longer than the limit.
    """
    deadline = monotonic() + (limits.statement or inf)
    matches = [*_matches(tables, query, deadline)]
    if query.after is not None:
        items = [match.row.stored for match in matches if match.row.stored.key > query.after]
        return Page(len(matches), items[: query.count])
    items = [match.row.stored for match in _sorted(query, matches)]
    return Page(len(items), items[query.start : query.start + query.count])


@dataclass(frozen=True, slots=True)
class _Resource:
    """A stored resource, as `filters.evaluate` needs it.

    Args:
        trees: all resource types by name.
        base: scheme, host and base path.
    """

    tree: Tree
    row: MemoryRow
    tables: Tables
    trees: Mapping[str, Tree]
    base: str

    @property
    def id(self) -> str:
        return self.row.stored.id

    @property
    def reference(self) -> str | None:
        return self.row.reference

    @property
    def version(self) -> int:
        return self.row.stored.version

    @property
    def created(self) -> str:
        return self.row.stored.created

    @property
    def modified(self) -> str:
        return self.row.stored.modified

    @property
    def location(self) -> str:
        return f"{self.base}{self.tree.resource_type.endpoint}/{self.id}"

    @property
    def folded(self) -> Document:
        return self.row.folded

    def links(self, link: Link) -> Iterator[LinkView]:
        key = self.row.stored.key
        if link == "groups":
            direct = sorted(self.tables.sources.get(("members", key)) or ())
            found = [(group, False, True) for group in direct]
            above = sorted(groups_above(self.tables, direct))
            found += [(group, False, False) for group in above]
        else:
            targets = self.tables.targets.get((link, key)) or {}
            found = [(target, primary, True) for target, primary in sorted(targets.items())]
        for target, primary, is_direct in found:
            row = self.tables.resources.get(target)
            tree = self.trees.get(row.stored.type) if row else None
            if row and tree and tree.resource_type.kind in LINKED_KINDS[link]:
                other = _Resource(tree, row, self.tables, self.trees, self.base)
                yield LinkView(other, primary, is_direct)


def _matches(tables: Tables, query: Query, deadline: float) -> Iterator[_Resource]:
    conditions = {tree.name: (tree, node) for tree, node in query.conditions}
    trees = {tree.name: tree for tree in query.trees}
    for row in tables.resources.rows():
        condition = conditions.get(row.stored.type)
        if condition is None:
            continue
        if monotonic() > deadline:
            raise TimeLimit("the search took too long")
        tree, node = condition
        resource = _Resource(tree, row, tables, trees, query.location)
        if node is None or evaluate(node, resource):
            yield resource


def _sorted(query: Query, matches: list[_Resource]) -> list[_Resource]:
    """Sorted as RFC 7644 section 3.4.2.3: without a value last, or first in descending order."""
    if not query.sort_by:
        return matches
    with_value: list[tuple[str, _Resource]] = []
    without: list[_Resource] = []
    for match in matches:
        attribute = query.sort_by.get(match.tree.name)
        key = sort_key(attribute, match) if attribute else None
        if key is None:
            without.append(match)
        else:
            with_value.append((key, match))
    with_value.sort(key=lambda pair: pair[0], reverse=query.descending)
    ordered = [match for _, match in with_value]
    return without + ordered if query.descending else ordered + without
