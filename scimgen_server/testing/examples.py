"""Example resources, built from the attributes of their type."""

import itertools
from typing import Any

from ..schema.attributes import Attribute, Tree

_numbers = itertools.count(1)


def minimal(tree: Tree) -> dict[str, Any]:
    """Only what is required."""
    return _resource(tree, every=False)


def complete(tree: Tree) -> dict[str, Any]:
    """Everything that a client may write, but for links to other resources."""
    return _resource(tree, every=True)


def _resource(tree: Tree, *, every: bool) -> dict[str, Any]:
    required = {urn.lower() for urn in tree.resource_type.required_extensions}
    resource: dict[str, Any] = {"schemas": [tree.urn]}
    for attribute in tree.children():
        if attribute.name in ("schemas", "id", "meta") or attribute.link:
            continue
        if attribute.default is not None:
            resource[attribute.name] = attribute.default
        elif attribute.extension and (every or attribute.name.lower() in required):
            resource["schemas"].append(attribute.name)
            resource[attribute.name] = _object(attribute, every=every) or _object(
                attribute, every=True
            )
        elif not attribute.extension and _is_due(attribute, every=every):
            resource[attribute.name] = value_of(attribute, every=every)
    return resource


def _is_due(attribute: Attribute, *, every: bool) -> bool:
    is_written = not is_hollow(attribute) and not attribute.read_only
    return is_written and (every or attribute.scim.required)


def is_hollow(attribute: Attribute) -> bool:
    """Whether an attribute is complex without sub-attributes: it has no value to store."""
    return attribute.type == "complex" and not attribute.sub_attributes


def _object(attribute: Attribute, *, every: bool) -> dict[str, Any]:
    parts = [part for part in attribute.sub_attributes.values() if _is_due(part, every=every)]
    return {part.name: value_of(part, every=every) for part in parts}


def value_of(attribute: Attribute, *, every: bool = True) -> Any:
    """A valid value, another one at every call where it has to be unique."""
    one = _object(attribute, every=every) if attribute.type == "complex" else _simple(attribute)
    return [one] if attribute.multi_valued else one


def _simple(attribute: Attribute) -> Any:
    number = next(_numbers)
    match attribute.type:
        case "boolean":
            return True
        case "integer":
            return number
        case "decimal":
            return number + 0.5
        case "dateTime":
            return f"2026-01-31T09:30:00.{number % 1_000_000:06d}Z"
        case "binary":
            return "c2NpbQ=="
        case "reference":
            return f"https://example.com/{number}"
        case _:
            return attribute.closed[0] if attribute.closed else f"{attribute.name} {number}"
