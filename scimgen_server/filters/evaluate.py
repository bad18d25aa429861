"""Filters and sort keys evaluated in Python, for stores without a query language.

The results are the same as those of the SQL store. A test with random filters compares the two.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from ..messages.documents import Document, dump, is_array, is_object
from ..schema.attributes import Attribute, Link, Tree
from ..schema.folding import fold
from .nodes import Comparison, Filter, Logical, Not, Nothing, Present, ValuePath, compare


class LinkView(NamedTuple):
    """One value of a link attribute, as a filter needs it.

    Args:
        target: the resource that the link points to.
        primary: whether this is the primary value.
        direct: False for a group that the resource is in through a nested group.
    """

    target: "ResourceView"
    primary: bool = False
    direct: bool = True


class ResourceView(Protocol):
    """A stored resource, as a filter needs it."""

    @property
    def tree(self) -> Tree: ...

    @property
    def id(self) -> str: ...

    @property
    def reference(self) -> str | None:
        """The `value` of links to the resource, if that is not its id."""
        ...

    @property
    def version(self) -> int: ...

    @property
    def created(self) -> str: ...

    @property
    def modified(self) -> str: ...

    @property
    def location(self) -> str:
        """`meta.location`."""
        ...

    @property
    def folded(self) -> Document:
        """The folded document, see `schema.records.Record`."""
        ...

    def links(self, link: Link) -> Iterable[LinkView]:
        """The values of a link attribute. A group is listed twice if it is direct and indirect."""
        ...


def evaluate(node: Filter, resource: ResourceView) -> bool:
    """Whether a resource matches a filter (RFC 7644 section 3.4.2.2).

    A comparison with a multi-valued attribute is true if one of the values satisfies it. `ne` is
    `not eq`, so it is true for an attribute without a value.

    Args:
        node: the filter, parsed for the type of the resource.
        resource: the resource.
    """
    return _combine(node, lambda leaf: _match_resource(leaf, resource))


def sort_key(attribute: Attribute, resource: ResourceView) -> str | None:
    """The text to sort a resource by (RFC 7644 section 3.4.2.3). None if it has no value.

    The primary value of a multi-valued attribute counts, or else the first. A link attribute is
    sorted by the least of the names that it shows.
    """
    if attribute.type == "complex":
        attribute = attribute.sub_attribute("value") or attribute
    root = _root(attribute)
    if root.link:
        shown = [
            link.target.folded["$display"] for link in resource.links(root.link) if link.direct
        ]
        return min(shown, default=None)
    if attribute.key == "id" or (attribute is not root and root.name == "meta"):
        return next(iter(_values(attribute, resource)), None)
    value: Any = resource.folded
    for name in attribute.folded_path:
        value = value.get(name) if is_object(value) else None
        if is_array(value):
            value = _first(value)
    if value is None or isinstance(value, str):
        return value
    return dump(value).decode()


def _combine(node: Filter, match_leaf: Callable[[Filter], bool]) -> bool:
    """Evaluate the logical operators; `match_leaf` evaluates the rest."""
    match node:
        case Logical("and", terms):
            return all(_combine(term, match_leaf) for term in terms)
        case Logical(_, terms):
            return any(_combine(term, match_leaf) for term in terms)
        case Not(term):
            return not _combine(term, match_leaf)
        case Comparison(attribute, "ne", value, operand):
            return not match_leaf(Comparison(attribute, "eq", value, operand))
        case Nothing():
            return False
        case _:
            return match_leaf(node)


def _match_resource(node: Filter, resource: ResourceView) -> bool:
    match node:
        case ValuePath(attribute, inner) if attribute.link:
            links = resource.links(attribute.link)
            return any(_match_link_filter(inner, link) for link in links)
        case ValuePath(attribute, inner) if not attribute.multi_valued:
            return evaluate(Logical("and", (Present(attribute), inner)), resource)
        case ValuePath(attribute, inner):
            items = _found(resource.folded, attribute.folded_path)
            return any(_match_item_filter(inner, attribute, item) for item in items)
        case Present(attribute) if attribute.link:
            return any(True for _ in resource.links(attribute.link))
        case Present(attribute) | Comparison(attribute):
            if attribute.parent and attribute.parent.link:
                links = resource.links(attribute.parent.link)
                return any(_match_link(node, link) for link in links)
            return _test(node, _values(attribute, resource))
        case _:
            return False


def _match_item_filter(node: Filter, attribute: Attribute, item: Any) -> bool:
    """Whether one value of an attribute satisfies the filter of a value path."""
    return _combine(node, lambda leaf: _match_item(leaf, attribute, item))


def _match_item(node: Filter, attribute: Attribute, item: Any) -> bool:
    match node:
        case Present(sub) | Comparison(sub) if sub is attribute:
            return _test(node, [item])
        case Present(sub) | Comparison(sub):
            return _test(node, _found(item, [sub.name.lower()]))
        case _:
            return False


def _match_link_filter(node: Filter, link: LinkView) -> bool:
    """Whether one value of a link attribute satisfies the filter of a value path."""
    return _combine(node, lambda leaf: _match_link(leaf, link))


def _match_link(node: Filter, link: LinkView) -> bool:
    """A test of one sub-attribute of a link. What a link shows belongs to its target."""
    if not isinstance(node, Present | Comparison):
        return False
    target = link.target
    match node.attribute.name.lower():
        case "value" if isinstance(node, Comparison) and node.operator == "eq":
            return node.value in (target.id, target.reference)
        case "value":
            return _test(_exact(node), [target.reference or target.id])
        case "display":
            return _test(node, [target.folded["$display"]])
        case "$ref":
            return _test(node, [target.location])
        case "type":
            return _test(node, _link_type(node.attribute, link))
        case "primary" if isinstance(node, Comparison):
            return link.primary == bool(node.value)
        case "primary":
            return link.primary
        case _:
            return False


def _link_type(attribute: Attribute, link: LinkView) -> list[str]:
    """`type` of a link: direct or indirect for groups, else what the target is.

    In the dialect of the IETF draft a role or entitlement has its own `type`.
    """
    if attribute.parent and attribute.parent.link == "groups":
        return ["direct" if link.direct else "indirect"]
    tree = link.target.tree
    if tree.resource_type.dialect == "ietf":
        return _found(link.target.folded, ["type"])
    return [fold(attribute, tree.name)]


def _values(attribute: Attribute, resource: ResourceView) -> list[Any]:
    """The folded values that a resource has for an attribute."""
    match attribute.key:
        case "id":
            return [resource.id]
        case "meta":
            return [resource.location]
        case "meta.created":
            return [resource.created]
        case "meta.lastmodified":
            return [resource.modified]
        case "meta.version":
            return [f'W/"{resource.version}"']
        case "meta.location":
            return [resource.location]
        case "meta.resourcetype":
            return [fold(attribute, resource.tree.name)]
        case _:
            return _found(resource.folded, attribute.folded_path)


def _found(document: Any, path: Sequence[str]) -> list[Any]:
    """What a folded document has at a path, through every list on the way."""
    found: list[Any] = [document]
    for name in path:
        inside = [one[name] for one in found if is_object(one) and name in one]
        found = []
        for one in inside:
            found += one if is_array(one) else [one]
    return found


def _test(node: Present | Comparison, values: Iterable[Any]) -> bool:
    """Whether one of the folded values satisfies a test."""
    if isinstance(node, Present):
        return any(True for _ in values)
    texts = [value for value in values if isinstance(value, str)]
    return any(compare(node.operator, text, node.operand) for text in texts)


def _exact(node: Present | Comparison) -> Present | Comparison:
    """Ids are compared exactly, whatever the schema defines for the attribute that holds them."""
    if isinstance(node, Present):
        return node
    return Comparison(node.attribute, node.operator, node.value, str(node.value))


def _first(items: list[Any]) -> Any:
    """The primary value in a folded list, or else the first."""
    primary = [item for item in items if is_object(item) and item.get("primary") == "true"]
    return next(iter(primary or items), None)


def _root(attribute: Attribute) -> Attribute:
    return _root(attribute.parent) if attribute.parent else attribute
