"""PATCH paths (RFC 7644 section 3.5.2, figure 7).

Forms: `attr`, `attr.sub`, `attr[filter]`, `attr[filter].sub` and the `urn` of an extension.
"""

from dataclasses import dataclass

from ..filters.nodes import Filter, ValuePath
from ..filters.parser import Parser
from ..messages.errors import ScimError, bad_request
from ..schema.attributes import Attribute, Tree


@dataclass(frozen=True, slots=True)
class Path:
    """The target of an operation.

    Args:
        attribute: an attribute of a schema, or a whole extension.
        filter: the condition that selects some of its values; None for all of them.
        sub_attribute: the part of the values; None for the whole values.
    """

    attribute: Attribute
    filter: Filter | None = None
    sub_attribute: Attribute | None = None

    @property
    def target(self) -> Attribute:
        """The attribute that is written: the sub-attribute, if there is one."""
        return self.sub_attribute or self.attribute


def parse_path(text: str, tree: Tree) -> Path:
    """Read a path.

    Raises:
        ScimError: 400 invalidPath; invalidFilter if the fault is in the filter.
    """
    attribute = tree.find(text)
    if attribute:
        return _path(attribute)
    name, bracket, rest = text.partition("[")
    attribute = tree.find(name.strip())
    if attribute is None or not bracket:
        raise unknown_path(text)
    selected, sub_attribute = _selection(attribute, rest, text)
    return Path(attribute, selected, sub_attribute)


def unknown_path(text: str) -> ScimError:
    """Return the error 400 for a path to an attribute that does not exist."""
    return bad_request(
        "invalidPath", f"The path {text[:200]!r} names no attribute of this resource type."
    )


def _path(attribute: Attribute) -> Path:
    parent = attribute.parent
    return Path(parent, None, attribute) if parent and not parent.extension else Path(attribute)


def _selection(attribute: Attribute, rest: str, text: str) -> tuple[Filter, Attribute | None]:
    end = rest.rfind("]")
    sub_name = rest[end + 1 :].strip()
    if end < 0 or (sub_name and not sub_name.startswith(".")):
        raise bad_request("invalidPath", f"The path {text[:200]!r} has no closing bracket.")
    if (not attribute.multi_valued and not attribute.sub_attributes) or attribute.extension:
        raise bad_request("invalidPath", f"{attribute} has no values that a filter can select.")
    sub_attribute = attribute.sub_attribute(sub_name[1:]) if sub_name else None
    if sub_name and sub_attribute is None:
        raise unknown_path(text)
    parser = Parser(rest[: end + 1])
    node = parser.value_path(attribute)
    parser.end()
    assert isinstance(node, ValuePath)
    return node.filter, sub_attribute
