"""Compiles filters and sort keys to SQL with parameters. The SQL text never contains a value.

Each attribute is tested where it is stored: in a column of `resources`, in the index
`attribute_values`, in `links`, or else in the folded document. See `Dialect` for the SQL that
differs between databases.
"""

from dataclasses import dataclass, field

from ..filters.nodes import (
    Comparison,
    Filter,
    Logical,
    Not,
    Nothing,
    Present,
    ValuePath,
    matches,
)
from ..ports.resources import Query
from ..schema.attributes import Attribute, Tree
from ..schema.folding import fold
from .clauses import ALL, NONE, constant, join, value_condition
from .dialect import Clause, Dialect
from .link_query import LinkCompiler, location

COLUMNS = {
    "id": "r.id",
    "meta.created": "r.created",
    "meta.lastmodified": "r.modified",
    "meta.version": "'W/\"' || r.version || '\"'",
}
"""The attributes that are stored in columns of `resources`, by their `key`."""


@dataclass
class Compiler:
    """Compiles one query. In its SQL, `r` is the resource.

    Args:
        tenant: the tenant.
        query: the query.
        dialect: the dialect of the database.
    """

    tenant: str
    query: Query
    dialect: Dialect
    _links: LinkCompiler = field(init=False)
    _aliases: int = 0

    def __post_init__(self) -> None:
        self._links = LinkCompiler(self.tenant, self.query, self.dialect)

    def where(self) -> Clause:
        """Return the condition for the matches of the query."""
        conditions = [self._of_type(tree, node) for tree, node in self.query.conditions]
        text, parameters = join(" OR ", conditions)
        return f"r.tenant = ? AND {text}", [self.tenant, *parameters]

    def order(self) -> Clause:
        """Return the text after ORDER BY.

        Resources without a value are last, or first in descending order (RFC 7644 section 3.4.2.3).
        """
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
                return join(f" {operator.upper()} ", [self._compile(tree, term) for term in terms])
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
        link = attribute if attribute.link else attribute.parent
        if link is not None and link.link:
            return self._links.where(link, node if attribute.parent else None)
        if attribute.key in COLUMNS:
            return value_condition(COLUMNS[attribute.key], [], node, self.dialect)
        if attribute.key == "meta.location":
            text, parameters = location(self.query, "r")
            return value_condition(text, parameters, node, self.dialect)
        if attribute.key == "meta.resourcetype":
            return constant(matches(node, fold(attribute, tree.name)))
        if attribute.key == "meta":
            return ALL
        if attribute.indexed:
            return self._indexed(tree, attribute, node)
        return self._in_document("r.folded", _chain(attribute), node)

    def _indexed(self, tree: Tree, attribute: Attribute, node: Comparison | Present) -> Clause:
        text, parameters = value_condition("v.value", [], node, self.dialect)
        parameters = [self.tenant, tree.name, attribute.key, *parameters]
        select = (
            "SELECT v.key FROM attribute_values v"
            " WHERE v.tenant = ? AND v.type = ? AND v.attribute = ?"
        )
        if attribute.type == "boolean":
            # A boolean can match half of all resources, so a list of the matches would be slow.
            return f"EXISTS ({select} AND {text} AND v.key = r.key)", parameters
        return f"r.key IN ({select} AND {text})", parameters

    def _value_path(self, tree: Tree, attribute: Attribute, inner: Filter) -> Clause:
        """Return the condition for `attribute[inner]`: one value satisfies the whole filter."""
        if attribute.link:
            return self._links.where(attribute, inner)
        if not attribute.multi_valued:
            return self._compile(tree, Logical("and", (Present(attribute), inner)))
        alias = self._alias()
        source, parameters = self._items("r.folded", _chain(attribute), alias)
        text, more = self._of_item(alias, attribute, inner)
        exists = f"EXISTS (SELECT 1 FROM {source} WHERE {text})", [*parameters, *more]
        terms: tuple[Filter, ...] = (inner,)
        if isinstance(inner, Logical) and inner.operator == "and":
            terms = inner.terms
        # A condition on the index comes first: it leaves few documents to read.
        clauses: list[Clause] = [exists]
        for term in terms:
            if isinstance(term, Comparison) and term.operator == "eq" and term.attribute.indexed:
                clauses.insert(0, self._indexed(tree, term.attribute, term))
        return join(" AND ", clauses)

    def _of_item(self, alias: str, attribute: Attribute, node: Filter) -> Clause:
        """Return the condition of a filter on one value of a multi-valued attribute."""
        match node:
            case Logical(operator, terms):
                conditions = [self._of_item(alias, attribute, term) for term in terms]
                return join(f" {operator.upper()} ", conditions)
            case Not(term):
                text, parameters = self._of_item(alias, attribute, term)
                return f"NOT {text}", parameters
            case Comparison(sub, "ne", value, operand):
                return self._of_item(alias, attribute, Not(Comparison(sub, "eq", value, operand)))
            case Present(sub) | Comparison(sub):
                if sub is attribute:
                    text, parameters = self.dialect.text(f"{alias}.value", [])
                    return value_condition(text, parameters, node, self.dialect)
                return self._in_document(f"{alias}.value", [sub], node)
            case _:
                return NONE

    def _in_document(
        self, document: str, chain: list[Attribute], node: Comparison | Present
    ) -> Clause:
        """Return the condition on the value at a path of a JSON document.

        If an attribute of the path is multi-valued, any of its values can satisfy the condition.
        """
        head = _first_multi_valued(chain)
        if head is None:
            text, parameters = self.dialect.text(document, _path(chain))
            return value_condition(text, parameters, node, self.dialect)
        alias = self._alias()
        source, parameters = self._items(document, chain[: head + 1], alias)
        item, rest = f"{alias}.value", chain[head + 1 :]
        if rest:
            text, more = self._in_document(item, rest, node)
        else:
            value, path = self.dialect.text(item, [])
            text, more = value_condition(value, path, node, self.dialect)
        return f"EXISTS (SELECT 1 FROM {source} WHERE {text})", [*parameters, *more]

    def _items(self, document: str, chain: list[Attribute], alias: str) -> Clause:
        return self.dialect.list_items(document, _path(chain), alias)

    def _alias(self) -> str:
        self._aliases += 1
        return f"e{self._aliases}"

    def _sort_value(self, tree: Tree, attribute: Attribute) -> Clause:
        """Return the value to sort by.

        Of several values it is the primary one, or else the first (RFC 7644 section 3.4.2.3).
        """
        if attribute.type == "complex":
            attribute = attribute.sub_attribute("value") or attribute
        if attribute.key in COLUMNS:
            return COLUMNS[attribute.key], []
        if attribute.key == "meta.resourcetype":
            return "r.type", []
        chain = _chain(attribute)
        if chain[0].link:
            return self._links.sort_value(chain[0])
        if attribute.key == "meta.location":
            return location(self.query, "r")
        head = _first_multi_valued(chain)
        if head is None:
            return self.dialect.text("r.folded", _path(chain))
        alias = self._alias()
        source, parameters = self._items("r.folded", chain[: head + 1], alias)
        item, rest = f"{alias}.value", chain[head + 1 :]
        text, more = self.dialect.text(item, _path(rest))
        if not rest:
            return f"(SELECT {text} FROM {source} LIMIT 1)", [*more, *parameters]
        primary: Clause = ("''", [])
        if chain[head].sub_attribute("primary"):
            primary = self.dialect.text(item, ["primary"])
        order = f"coalesce({primary[0]}, '') = 'true' DESC"
        select = f"(SELECT {text} FROM {source} ORDER BY {order} LIMIT 1)"
        return select, [*more, *parameters, *primary[1]]


def _chain(attribute: Attribute) -> list[Attribute]:
    """Return the attribute and those that contain it, from the outside in."""
    return [*_chain(attribute.parent), attribute] if attribute.parent else [attribute]


def _path(chain: list[Attribute]) -> list[str]:
    return [attribute.name.lower() for attribute in chain]


def _first_multi_valued(chain: list[Attribute]) -> int | None:
    for position, attribute in enumerate(chain):
        if attribute.multi_valued:
            return position
    return None
