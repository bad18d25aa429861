"""Lists whose order and total an index knows by itself: no resource is looked at but those of the page.

All other lists are `query`'s. What is served here is what clients page through: everything, everything that equals one
indexed value (`active eq true`), the holders of one role or entitlement, everything sorted by one indexed attribute.
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
    """Rows of one index, one for each match.

    Args:
        source: what stands behind FROM, up to the end of WHERE.
        key: the column that is the resource's key.
        sort: the column to sort by before the key, if any; the resources without a value are not in the range.
        complete: whether every resource of the type is in the range.
        total: by what `totals` knows how many rows there are, where it does.
    """

    source: str
    parameters: Sequence[Any]
    key: str
    sort: str | None = None
    complete: bool = False
    total: str | None = None

    def order(self, *, descending: bool) -> str:
        """What stands behind ORDER BY; the index has it in this order, whole or but for equal values."""
        return (
            f"{self.sort} {'DESC' if descending else 'ASC'}, {self.key}" if self.sort else self.key
        )


def index_range(tenant: str, query: Query) -> IndexRange | None:
    """The range that serves a query, if there is one."""
    if len(query.conditions) != 1:
        return None
    tree, node = query.conditions[0]
    if query.sort_by:
        return _sorted(tenant, tree, query.sort_by.get(tree.name)) if node is None else None
    if isinstance(node, Comparison) and node.operator == "eq" and _has_values(node.attribute):
        source, parameters = _values(tenant, tree, node.attribute)
        is_stored = node.attribute.type == "boolean"
        total = equal_total(tree.name, node.attribute.key, str(node.operand)) if is_stored else None
        return IndexRange(
            f"{source} AND v.value = ?", [*parameters, node.operand], "v.key", total=total
        )
    return None


def held_value(query: Query) -> tuple[Attribute, str] | None:
    """The link and the value of `entitlements[value eq "lic-pro"]` or `roles.value eq "admin"`, if that is all."""
    if len(query.conditions) != 1 or query.sort_by:
        return None
    node = query.conditions[0][1]
    if isinstance(node, ValuePath) and node.attribute.link in ("roles", "entitlements"):
        node = node.filter
    if (
        not isinstance(node, Comparison)
        or node.operator != "eq"
        or node.attribute.name.lower() != "value"
    ):
        return None
    holder = node.attribute.parent
    if holder is None or holder.link not in ("roles", "entitlements"):
        return None
    holding = [tree for tree in query.trees if any(one.link == holder.link for one in tree.links)]
    return (holder, str(node.value)) if len(holding) == 1 else None


def holders_range(tenant: str, attribute: Attribute, target: Target) -> IndexRange:
    """Everybody who holds one role or entitlement."""
    source = "links l WHERE l.tenant = ? AND l.target = ? AND l.link = ?"
    total = held_total(attribute.link or "entitlements", target.key)
    return IndexRange(source, [tenant, target.key, attribute.link], "l.source", total=total)


def _sorted(tenant: str, tree: Tree, attribute: Attribute | None) -> IndexRange | None:
    if attribute is None:
        return None
    if attribute.key == "meta.lastmodified":
        source = "resources r WHERE r.tenant = ? AND r.type = ?"
        return IndexRange(source, [tenant, tree.name], "r.key", "r.modified", complete=True)
    if not _has_values(attribute) or any(
        one.multi_valued for one in (attribute, attribute.parent) if one
    ):
        return None
    source, parameters = _values(tenant, tree, attribute)
    return IndexRange(source, parameters, "v.key", "v.value")


def _values(tenant: str, tree: Tree, attribute: Attribute) -> tuple[str, list[Any]]:
    source = "attribute_values v WHERE v.tenant = ? AND v.type = ? AND v.attribute = ?"
    return source, [tenant, tree.name, attribute.key]


def _has_values(attribute: Attribute) -> bool:
    """Whether the index has the attribute's values: neither a column of the store's nor a link has them there."""
    root = attribute.path[0].lower()
    linked = attribute.link or (attribute.parent and attribute.parent.link)
    return (
        attribute.indexed
        and not linked
        and attribute.key not in COLUMNS
        and root not in ("meta", "schemas")
    )
