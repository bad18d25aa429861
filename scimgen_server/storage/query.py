"""Filters and sort keys compiled to parameterised SQL: no value ever stands in the text of a statement.

An attribute is looked up where it is kept: in a column, in the index of folded values, among the links, or else in the
folded document. What differs between databases stands in `Dialect`, a handful of expressions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ..filters.nodes import (
    Comparison,
    Filter,
    Logical,
    Not,
    Nothing,
    Present,
    ValuePath,
    matches,
    mentions,
)
from ..ports.resources import Query
from ..schema.attributes import LINKED_KINDS, Attribute, Link, Tree
from ..schema.folding import fold
from .dialect import Clause, Dialect, marks, test_value

NONE: Clause = ("0 = 1", [])
COLUMNS = {
    "id": "r.id",
    "meta.created": "r.created",
    "meta.lastmodified": "r.modified",
    "meta.version": "'W/\"' || r.version || '\"'",
}


@dataclass
class Compiler:
    """Compiles the filters of one query; `r` is the resource in question."""

    tenant: str
    query: Query
    dialect: Dialect
    aliases: int = 0

    def where(self) -> Clause:
        """The condition of the whole query."""
        conditions = [self._of_type(tree, node) for tree, node in self.query.conditions]
        text, parameters = _join(" OR ", conditions)
        return f"r.tenant = ? AND {text}", [self.tenant, *parameters]

    def order(self) -> Clause:
        """Unassigned values come last, or first when descending (RFC 7644 section 3.4.2.3)."""
        if not self.query.sort_by:
            return "r.key", []
        cases: list[Clause] = []
        for tree, _ in self.query.conditions:
            attribute = self.query.sort_by.get(tree.name)
            if attribute:
                text, parameters = self._sort_value(tree, attribute)
                cases.append((f"WHEN ? THEN {text}", [tree.name, *parameters]))
        if not cases:
            return "r.key", []
        text = f"(CASE r.type {' '.join(text for text, _ in cases)} END)"
        parameters = [parameter for _, case in cases for parameter in case]
        direction = "DESC" if self.query.descending else "ASC"
        return f"{text} IS NULL {direction}, {text} {direction}, r.key", parameters * 2

    def _of_type(self, tree: Tree, node: Filter | None) -> Clause:
        if node is None:
            return "r.type = ?", [tree.name]
        text, parameters = self._compile(tree, node)
        return f"(r.type = ? AND {text})", [tree.name, *parameters]

    def _compile(self, tree: Tree, node: Filter) -> Clause:
        match node:
            case Logical(operator, terms):
                return _join(f" {operator.upper()} ", [self._compile(tree, term) for term in terms])
            case Not(term):
                text, parameters = self._compile(tree, term)
                return f"NOT {text}", parameters
            case Comparison(attribute, "ne", value, operand):
                return self._compile(tree, Not(Comparison(attribute, "eq", value, operand)))
            case Nothing():
                return NONE
            case ValuePath(attribute, inner):
                return self._value_path(tree, attribute, inner)
            case Present(attribute) | Comparison(attribute):
                return self._attribute(tree, attribute, node)

    def _attribute(self, tree: Tree, attribute: Attribute, node: Comparison | Present) -> Clause:
        holder = attribute if attribute.link else attribute.parent
        if holder is not None and holder.link:
            return self._linked(holder, node if attribute.parent else None)
        if attribute.key in COLUMNS:
            return test_value(COLUMNS[attribute.key], [], node, self.dialect)
        if attribute.key == "meta.location":
            text, parameters = self._location("r")
            return test_value(text, parameters, node, self.dialect)
        if attribute.key == "meta.resourcetype":
            return _truth(_is(node, fold(attribute, tree.name)))
        if attribute.key == "meta":
            return _truth(True)
        if attribute.indexed:
            return self._indexed(tree, attribute, node)
        return self._in_document("r.folded", _chain(attribute), node)

    def _indexed(self, tree: Tree, attribute: Attribute, node: Comparison | Present) -> Clause:
        text, parameters = test_value("v.value", [], node, self.dialect)
        parameters = [self.tenant, tree.name, attribute.key, *parameters]
        select = "SELECT v.key FROM attribute_values v WHERE v.tenant = ? AND v.type = ? AND v.attribute = ?"
        if attribute.type == "boolean":  # half of all resources: look it up for each instead
            return f"EXISTS ({select} AND {text} AND v.key = r.key)", parameters
        return f"r.key IN ({select} AND {text})", parameters

    def _value_path(self, tree: Tree, attribute: Attribute, inner: Filter) -> Clause:
        if attribute.link:
            return self._linked(attribute, inner)
        alias = self._alias()
        chain = _chain(attribute)
        source, parameters = self._each("r.folded", chain, alias)
        text, more = self._of_value(alias, attribute, inner)
        clauses: list[Clause] = [
            (f"EXISTS (SELECT 1 FROM {source} WHERE {text})", [*parameters, *more])
        ]
        for term in (
            inner.terms if isinstance(inner, Logical) and inner.operator == "and" else (inner,)
        ):
            if isinstance(term, Comparison) and term.operator == "eq" and term.attribute.indexed:
                clauses.insert(0, self._indexed(tree, term.attribute, term))  # narrows the search
        return _join(" AND ", clauses)

    def _of_value(self, alias: str, attribute: Attribute, node: Filter) -> Clause:
        """A filter on one value of an attribute."""
        match node:
            case Logical(operator, terms):
                return _join(
                    f" {operator.upper()} ",
                    [self._of_value(alias, attribute, term) for term in terms],
                )
            case Not(term):
                text, parameters = self._of_value(alias, attribute, term)
                return f"NOT {text}", parameters
            case Comparison(sub, "ne", value, operand):
                return self._of_value(alias, attribute, Not(Comparison(sub, "eq", value, operand)))
            case Present(sub) | Comparison(sub):
                if sub is attribute:
                    return test_value(*self.dialect.text(f"{alias}.value", []), node, self.dialect)
                return self._in_document(f"{alias}.value", [sub], node)
            case _:
                return NONE

    def _in_document(
        self, document: str, chain: list[Attribute], node: Comparison | Present
    ) -> Clause:
        """A test of what stands at a path of a JSON document; on a list, of any of its values."""
        if not any(attribute.multi_valued for attribute in chain):
            text, parameters = self.dialect.text(document, [one.name.lower() for one in chain])
            return test_value(text, parameters, node, self.dialect)
        alias = self._alias()
        head = next(position for position, one in enumerate(chain) if one.multi_valued) + 1
        source, parameters = self._each(document, chain[:head], alias)
        element = f"{alias}.value"
        if chain[head:]:
            text, more = self._in_document(element, chain[head:], node)
        else:
            text, more = test_value(*self.dialect.text(element, []), node, self.dialect)
        return f"EXISTS (SELECT 1 FROM {source} WHERE {text})", [*parameters, *more]

    def _each(self, document: str, chain: list[Attribute], alias: str) -> Clause:
        return self.dialect.each(document, [one.name.lower() for one in chain], alias)

    def _alias(self) -> str:
        self.aliases += 1
        return f"e{self.aliases}"

    def _linked(self, attribute: Attribute, node: Filter | None) -> Clause:
        """Resources by what they link to, from the side of the target; None asks for any link."""
        if attribute.link == "groups":
            return self._in_groups(node)
        names = self._names(attribute.link or "groups")
        text, parameters = self._of_link(node) if node else _truth(True)
        links = self.dialect.followed("links l", "l.tenant = ? AND l.target = t.key AND l.link = ?")
        select = f"SELECT l.source FROM {self._targets(names)} {links} WHERE {text}"
        return (
            self.dialect.within("r.key", select),
            [self.tenant, *names, self.tenant, attribute.link, *parameters],
        )

    def _targets(self, names: Sequence[str]) -> str:
        """What links lead to: far less than there are links, so the search begins there."""
        return f"(SELECT * FROM resources WHERE tenant = ? AND type IN ({marks(names)})) t"

    def _names(self, link: Link) -> list[str]:
        return [
            tree.name for tree in self.query.trees if tree.resource_type.kind in LINKED_KINDS[link]
        ]

    def _in_groups(self, node: Filter | None) -> Clause:
        """Users by their groups: down from the groups meant, through nested ones."""
        text, parameters = self._of_link(node) if node else _truth(True)
        by_type, names = node is not None and mentions(node, "type"), self._names("groups")
        none = _truth(True)
        seed, outer = (none, (text, parameters)) if by_type else ((text, parameters), none)
        followed = self.dialect.followed
        members = "l.tenant = ? AND l.link = 'members' AND l.source = "
        select = (
            "WITH RECURSIVE down(holder, member, kind) AS (SELECT l.source, l.target, 'direct'"
            f" FROM {self._targets(names)} {followed('links l', members + 't.key')} WHERE {seed[0]}"
            f" UNION SELECT d.holder, l.target, 'indirect' FROM down d {followed('links l', members + 'd.member')})"
            " SELECT d.member FROM down d"
            f" {followed('resources t', 't.tenant = ? AND t.key = d.holder')} WHERE {outer[0]}"
        )
        return (
            self.dialect.within("r.key", select),
            [self.tenant, *names, self.tenant, *seed[1], self.tenant, self.tenant, *outer[1]],
        )

    def _of_link(self, node: Filter) -> Clause:
        """A filter on one link `l` to its target `t`; what a link shows is the target's."""
        match node:
            case Logical(operator, terms):
                return _join(f" {operator.upper()} ", [self._of_link(term) for term in terms])
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
                parameters = [self.tenant, node.value, self.tenant, node.value]
                return "(t.tenant = ? AND t.id = ? OR t.tenant = ? AND t.reference = ?)", parameters
            case "value":
                return test_value("coalesce(t.reference, t.id)", [], _exact(node), self.dialect)
            case "display":
                text, parameters = self.dialect.text("t.folded", ["$display"])
                return test_value(text, parameters, node, self.dialect)
            case "$ref":
                text, parameters = self._location("t")
                return test_value(text, parameters, node, self.dialect)
            case "type" if attribute.parent and attribute.parent.link == "groups":
                return test_value("d.kind", [], node, self.dialect)
            case "type":
                return self._of_target_type(attribute, node)
            case "primary" if isinstance(node, Comparison):
                return "l.is_primary = ?", [1 if node.value else 0]
            case "primary":
                return "l.is_primary = 1", []
            case _:
                return NONE

    def _of_target_type(self, attribute: Attribute, node: Comparison | Present) -> Clause:
        """The name of the target's resource type, or in the draft's dialect the target's own `type`."""
        own = [tree for tree in self.query.trees if tree.resource_type.dialect == "ietf"]
        named = [
            tree.name
            for tree in self.query.trees
            if tree not in own and _is(node, fold(attribute, tree.name))
        ]
        clauses: list[Clause] = [(f"t.type IN ({marks(named)})", list(named))]
        if own:
            text, parameters = test_value(
                *self.dialect.text("t.folded", ["type"]), node, self.dialect
            )
            names = [tree.name for tree in own]
            clauses.append((f"(t.type IN ({marks(names)}) AND {text})", [*names, *parameters]))
        return _join(" OR ", clauses)

    def _location(self, alias: str) -> Clause:
        cases = " ".join("WHEN ? THEN ?" for _ in self.query.trees)
        parameters = [
            part for tree in self.query.trees for part in (tree.name, tree.resource_type.endpoint)
        ]
        return f"(? || CASE {alias}.type {cases} END || '/' || {alias}.id)", [
            self.query.location,
            *parameters,
        ]

    def _sort_value(self, tree: Tree, attribute: Attribute) -> Clause:
        """Of several values the primary one counts, or else the first (RFC 7644 section 3.4.2.3)."""
        if attribute.type == "complex":
            attribute = attribute.sub_attribute("value") or attribute
        if attribute.key in COLUMNS:
            return COLUMNS[attribute.key], []
        chain = _chain(attribute)
        if chain[0].link:
            return self._sort_linked(chain[0])
        if attribute.key == "meta.location":
            return self._location("r")
        head = next((position for position, one in enumerate(chain) if one.multi_valued), None)
        if head is None:
            return self.dialect.text("r.folded", [one.name.lower() for one in chain])
        alias = self._alias()
        source, parameters = self._each("r.folded", chain[: head + 1], alias)
        element = f"{alias}.value"
        if not chain[head + 1 :]:
            text, more = self.dialect.text(element, [])
            return f"(SELECT {text} FROM {source} LIMIT 1)", [*more, *parameters]
        text, more = self.dialect.text(element, [one.name.lower() for one in chain[head + 1 :]])
        primary, last = (
            self.dialect.text(element, ["primary"])
            if chain[head].sub_attribute("primary")
            else ("''", [])
        )
        order = f"coalesce({primary}, '') = 'true' DESC"
        return f"(SELECT {text} FROM {source} ORDER BY {order} LIMIT 1)", [
            *more,
            *parameters,
            *last,
        ]

    def _sort_linked(self, attribute: Attribute) -> Clause:
        ends = ("target", "source") if attribute.link == "groups" else ("source", "target")
        text, parameters = self.dialect.text("t.folded", ["$display"])
        return (
            f"(SELECT min({text}) FROM links l JOIN resources t ON t.tenant = l.tenant AND t.key = l.{ends[1]}"
            f" WHERE l.tenant = ? AND l.link = ? AND l.{ends[0]} = r.key)",
            [*parameters, self.tenant, "members" if attribute.link == "groups" else attribute.link],
        )


def _chain(attribute: Attribute) -> list[Attribute]:
    return [*_chain(attribute.parent), attribute] if attribute.parent else [attribute]


def _join(operator: str, clauses: Sequence[Clause]) -> Clause:
    parameters = [parameter for _, more in clauses for parameter in more]
    return f"({operator.join(text for text, _ in clauses)})", parameters


def _truth(value: bool) -> Clause:
    return ("0 = 0", []) if value else NONE


def _is(node: Comparison | Present, found: str) -> bool:
    """A test on what is known before the query runs."""
    return matches(node, found)


def _exact(node: Comparison | Present) -> Comparison | Present:
    """Ids compare exactly, whatever the schema says of the values that name them."""
    return (
        Comparison(node.attribute, node.operator, node.value, str(node.value))
        if isinstance(node, Comparison)
        else node
    )
