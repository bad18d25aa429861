"""PATCH paths (RFC 7644 section 3.5.2, figure 7): `attr`, `attr.sub`, `attr[filter]`, `attr[filter].sub`, `urn`."""

from dataclasses import dataclass

from ..filters.nodes import Filter, ValuePath
from ..filters.parser import Parser
from ..messages.errors import ScimError, bad_request
from ..schema.attributes import Attribute, Tree


@dataclass(frozen=True, slots=True)
class Path:
    """What an operation aims at.

    Args:
        attribute: an attribute of a schema, or a whole extension.
        filter: which of its values.
        sub_attribute: which part of them.
    """

    attribute: Attribute
    filter: Filter | None = None
    sub_attribute: Attribute | None = None

    @property
    def target(self) -> Attribute:
        """The attribute that is written in the end."""
        return self.sub_attribute or self.attribute


def parse_path(text: str, tree: Tree) -> Path:
    """Read a path, or refuse it as invalidPath (its filter as invalidFilter)."""
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
        raise bad_request("invalidPath", f"The path {text[:200]!r} lacks its closing bracket.")
    if (not attribute.multi_valued and not attribute.sub_attributes) or attribute.extension:
        raise bad_request("invalidPath", f"{attribute} has no values to select from.")
    sub_attribute = attribute.sub_attribute(sub_name[1:]) if sub_name else None
    if sub_name and sub_attribute is None:
        raise unknown_path(text)
    parser = Parser(rest[: end + 1])
    node = parser.value_path(attribute)
    parser.end()
    assert isinstance(node, ValuePath)
    return node.filter, sub_attribute
