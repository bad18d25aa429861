"""Queries whose order and total come from one index. Only the resources of the page are read.

These are the lists that clients read page by page: all resources of a type, the resources with one
indexed value (`active eq true`), the holders of one role or entitlement, and all resources sorted
by one indexed attribute. `query` compiles every other query.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..filters.nodes import Comparison, ValuePath
from ..ports.resources import Query, Target
from ..schema.attributes import Attribute, Tree
from .counters import equal_total, held_total
from .query import COLUMNS


@dataclass(frozen=True, slots=True)
class IndexRange:
    """A range of an index with one row for each match.

    Args:
        source: the text after FROM, with its WHERE clause.
        parameters: the parameters of `source`. The first is the tenant.
        key: the column that holds the resource's key.
        sort: the column to sort by before the key, or None. Resources without a value are not in
            the range.
        complete: whether every resource of the type is in the range.
        total: the name of the counter in `totals` for the number of rows, or None.
    """

    source: str
    parameters: Sequence[Any]
    key: str
    sort: str | None = None
    complete: bool = False
    total: str | None = None

    def order(self, *, descending: bool) -> str:
        """Return the text after ORDER BY. It is the order of the index, but for equal values."""
        if not self.sort:
            return self.key
        direction = "DESC" if descending else "ASC"
        return f"{self.sort} {direction}, {self.key}"


def index_range(tenant: str, query: Query) -> IndexRange | None:
    """Return the range of an index that has the matches of a query, or None if there is none."""
    if len(query.conditions) != 1:
        return None
    tree, node = query.conditions[0]
    if query.sort_by:
        if node is not None:
            return None
        return _sorted(tenant, tree, query.sort_by.get(tree.name))
    if isinstance(node, Comparison) and node.operator == "eq" and _has_values(node.attribute):
        source, parameters = _values(tenant, tree, node.attribute)
        parameters = [*parameters, node.operand]
        total = None
        if node.attribute.type == "boolean":
            total = equal_total(tree.name, node.attribute.key, str(node.operand))
        return IndexRange(f"{source} AND v.value = ?", parameters, "v.key", total=total)
    return None


def held_value(query: Query) -> tuple[Attribute, str] | None:
    """Return the link and the value of a query for the holders of one role or entitlement.

    Such a query has only the filter `entitlements[value eq "lic-pro"]` or `roles.value eq "admin"`.

    Returns:
        The link attribute and the value; None for any other query.
    """
    if len(query.conditions) != 1 or query.sort_by:
        return None
    node = query.conditions[0][1]
    if isinstance(node, ValuePath) and node.attribute.link in ("roles", "entitlements"):
        node = node.filter
    if not isinstance(node, Comparison) or node.operator != "eq":
        return None
    attribute = node.attribute.parent
    if node.attribute.name.lower() != "value" or attribute is None:
        return None
    if attribute.link not in ("roles", "entitlements"):
        return None
    # The index has no resource type, so it serves the query only if one type has the attribute.
    holding = [tree for tree in query.trees if attribute.link in tree.by_link]
    return (attribute, str(node.value)) if len(holding) == 1 else None


def holders_range(tenant: str, attribute: Attribute, target: Target) -> IndexRange:
    """Return the range with the holders of one role or entitlement."""
    source = "links l WHERE l.tenant = ? AND l.target = ? AND l.link = ?"
    total = held_total(attribute.link or "entitlements", target.key)
    return IndexRange(source, [tenant, target.key, attribute.link], "l.source", total=total)


def _sorted(tenant: str, tree: Tree, attribute: Attribute | None) -> IndexRange | None:
    if attribute is None:
        return None
    if attribute.key == "meta.lastmodified":
        source = "resources r WHERE r.tenant = ? AND r.type = ?"
        return IndexRange(source, [tenant, tree.name], "r.key", "r.modified", complete=True)
    parent = attribute.parent
    if attribute.multi_valued or (parent is not None and parent.multi_valued):
        # A resource would have several rows.
        return None
    if not _has_values(attribute):
        return None
    source, parameters = _values(tenant, tree, attribute)
    return IndexRange(source, parameters, "v.key", "v.value")


def _values(tenant: str, tree: Tree, attribute: Attribute) -> tuple[str, list[Any]]:
    source = "attribute_values v WHERE v.tenant = ? AND v.type = ? AND v.attribute = ?"
    return source, [tenant, tree.name, attribute.key]


def _has_values(attribute: Attribute) -> bool:
    """Return whether `attribute_values` has the attribute's values; a column or link has others."""
    root = attribute.path[0].lower()
    linked = attribute.link or (attribute.parent and attribute.parent.link)
    return (
        attribute.indexed
        and not linked
        and attribute.key not in COLUMNS
        and root not in ("meta", "schemas")
    )
