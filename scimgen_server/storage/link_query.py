"""Compiles filters and sort keys on links: `members`, `groups`, `roles` and `entitlements`.

The value of a link shows its target: `display` is the target's name, `type` and `$ref` follow from
its resource type. So a filter on a link is a condition on its target.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ..filters.nodes import (
    Comparison,
    Filter,
    Logical,
    Not,
    Present,
    matches,
    mentions,
)
from ..ports.resources import Query
from ..schema.attributes import LINKED_KINDS, Attribute, Link
from ..schema.folding import fold
from .clauses import ALL, NONE, join, placeholders, value_condition
from .dialect import Clause, Dialect


@dataclass(frozen=True)
class LinkCompiler:
    """Compiles the filters on links of one query.

    In the SQL, `r` is the resource, `l` a row of `links`, and `t` the target: the resource that the
    link shows.

    Args:
        tenant: the tenant.
        query: the query.
        dialect: the dialect of the database.
    """

    tenant: str
    query: Query
    dialect: Dialect

    def where(self, attribute: Attribute, node: Filter | None) -> Clause:
        """Return the condition for resources that have a matching link.

        Args:
            attribute: the link attribute.
            node: the filter on its values, or None for any value.
        """
        if attribute.link == "groups":
            return self._in_groups(node)
        types = self._target_types(attribute.link or "groups")
        text, parameters = self._of_link(node) if node else ALL
        links = self.dialect.ordered_join(
            "links l", "l.tenant = ? AND l.target = t.key AND l.link = ?"
        )
        select = f"SELECT l.source FROM {self._targets(types)} {links} WHERE {text}"
        return (
            self.dialect.in_select("r.key", select),
            [self.tenant, *types, self.tenant, attribute.link, *parameters],
        )

    def sort_value(self, attribute: Attribute) -> Clause:
        """Return the value to sort by for a link attribute: the first `display` of its targets."""
        text, parameters = self.dialect.text("t.folded", ["$display"])
        link, holder, target = attribute.link, "source", "target"
        if attribute.link == "groups":
            link, holder, target = "members", "target", "source"
        return (
            f"(SELECT min({text}) FROM links l"
            f" JOIN resources t ON t.tenant = l.tenant AND t.key = l.{target}"
            f" WHERE l.tenant = ? AND l.link = ? AND l.{holder} = r.key)",
            [*parameters, self.tenant, link],
        )

    def _targets(self, types: Sequence[str]) -> str:
        """Return the table of targets. It is smaller than `links`, so the search starts there."""
        return f"(SELECT * FROM resources WHERE tenant = ? AND type IN ({placeholders(types)})) t"

    def _target_types(self, link: Link) -> list[str]:
        kinds = LINKED_KINDS[link]
        return [tree.name for tree in self.query.trees if tree.resource_type.kind in kinds]

    def _in_groups(self, node: Filter | None) -> Clause:
        """Return the condition for users in matching groups, also through nested groups.

        The search starts at the groups and follows their members. A filter on `type` (direct or
        indirect) applies to its result; any other filter applies to the groups at its start.
        """
        condition = self._of_link(node) if node else ALL
        start, result = condition, ALL
        if node is not None and mentions(node, "type"):
            start, result = ALL, condition
        types = self._target_types("groups")
        ordered_join = self.dialect.ordered_join
        members = "l.tenant = ? AND l.link = 'members' AND l.source = "
        groups = f"{self._targets(types)} {ordered_join('links l', members + 't.key')}"
        nested = f"down d {ordered_join('links l', members + 'd.member')}"
        select = (
            "WITH RECURSIVE down(holder, member, kind) AS"
            f" (SELECT l.source, l.target, 'direct' FROM {groups} WHERE {start[0]}"
            f" UNION SELECT d.holder, l.target, 'indirect' FROM {nested})"
            " SELECT d.member FROM down d"
            f" {ordered_join('resources t', 't.tenant = ? AND t.key = d.holder')} WHERE {result[0]}"
        )
        parameters = [self.tenant, *types, self.tenant, *start[1], self.tenant]
        return self.dialect.in_select("r.key", select), [*parameters, self.tenant, *result[1]]

    def _of_link(self, node: Filter) -> Clause:
        """Return the condition of a filter on one link."""
        match node:
            case Logical(operator, terms):
                return join(f" {operator.upper()} ", [self._of_link(term) for term in terms])
            case Not(term):
                text, parameters = self._of_link(term)
                return f"NOT {text}", parameters
            case Comparison(attribute, "ne", value, operand):
                return self._of_link(Not(Comparison(attribute, "eq", value, operand)))
            case Present(attribute) | Comparison(attribute):
                return self._of_target(attribute, node)
            case _:
                return NONE

    def _of_target(self, attribute: Attribute, node: Comparison | Present) -> Clause:
        match attribute.name.lower():
            case "value" if isinstance(node, Comparison) and node.operator == "eq":
                # An index serves each side of the OR. It is never NULL, so that NOT works.
                by_reference = "t.tenant = ? AND t.reference IS NOT NULL AND t.reference = ?"
                parameters = [self.tenant, node.value, self.tenant, node.value]
                return f"(t.tenant = ? AND t.id = ? OR {by_reference})", parameters
            case "value":
                exact = _exact(node)
                return value_condition("coalesce(t.reference, t.id)", [], exact, self.dialect)
            case "display":
                text, parameters = self.dialect.text("t.folded", ["$display"])
                return value_condition(text, parameters, node, self.dialect)
            case "$ref":
                text, parameters = location(self.query, "t")
                return value_condition(text, parameters, node, self.dialect)
            case "type" if attribute.parent and attribute.parent.link == "groups":
                return value_condition("d.kind", [], node, self.dialect)
            case "type":
                return self._of_target_type(attribute, node)
            case "primary" if isinstance(node, Comparison):
                return "l.is_primary = ?", [1 if node.value else 0]
            case "primary":
                return "l.is_primary = 1", []
            case _:
                return NONE

    def _of_target_type(self, attribute: Attribute, node: Comparison | Present) -> Clause:
        """Return the condition on the `type` of a link.

        It is the name of the target's resource type. In the dialect of the IETF draft it is the
        target's attribute `type`.
        """
        by_attribute: list[str] = []
        by_name: list[str] = []
        for tree in self.query.trees:
            if tree.resource_type.dialect == "ietf":
                by_attribute.append(tree.name)
            elif matches(node, fold(attribute, tree.name)):
                by_name.append(tree.name)
        clauses: list[Clause] = [NONE]
        if by_name:
            clauses.append((f"t.type IN ({placeholders(by_name)})", list(by_name)))
        if by_attribute:
            value, path = self.dialect.text("t.folded", ["type"])
            text, parameters = value_condition(value, path, node, self.dialect)
            of_types = f"t.type IN ({placeholders(by_attribute)})"
            clauses.append((f"({of_types} AND {text})", [*by_attribute, *parameters]))
        return join(" OR ", clauses)


def location(query: Query, alias: str) -> Clause:
    """Return the SQL expression for the URL of a resource.

    Args:
        query: the query, with its resource types and the base of all locations.
        alias: the alias of the table `resources`.
    """
    cases = " ".join("WHEN ? THEN ?" for _ in query.trees)
    parameters = [query.location]
    for tree in query.trees:
        parameters += [tree.name, tree.resource_type.endpoint]
    return f"(? || CASE {alias}.type {cases} END || '/' || {alias}.id)", parameters


def _exact(node: Comparison | Present) -> Comparison | Present:
    """Replace the folded operand by the exact value, because ids are always case-sensitive."""
    if isinstance(node, Present):
        return node
    return Comparison(node.attribute, node.operator, node.value, str(node.value))
