"""Convert the values of both sides to a form that can be compared: as a server returns them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from scimgen.documents import urns
from scimgen.model import (
    Attribute,
    AttributeType,
    Managed,
    Mutability,
    ResourceType,
    Returned,
    Value,
)

_DRAFT = (urns.DRAFT_ROLE.lower(), urns.DRAFT_ENTITLEMENT.lower())
_TOLD = (Mutability.READ_WRITE, Mutability.IMMUTABLE)


def values_in_common(
    old: tuple[ResourceType, ...], new: tuple[ResourceType, ...]
) -> tuple[tuple[ResourceType, ...], tuple[ResourceType, ...]]:
    """Convert the values of resource types.

    A type whose values come from the app's catalogue gets none.
    """
    unknown = {type_.name for type_ in (*old, *new) if type_.managed is Managed.CATALOG}

    def served(types: tuple[ResourceType, ...]) -> tuple[ResourceType, ...]:
        return tuple(
            replace(type_, values=() if type_.name in unknown else _served(type_))
            for type_ in types
        )

    return served(old), served(new)


def _served(type_: ResourceType) -> tuple[Value, ...]:
    """The values sorted by id, because the order of a server is arbitrary."""
    ordered = sorted(type_.values, key=lambda value: value.id)
    return tuple(replace(value, resource=_resource(value.resource, type_)) for value in ordered)


def _resource(resource: Mapping[str, Any], type_: ResourceType) -> Mapping[str, Any]:
    """The members of a value that both sides define.

    Returned by default, and not set by the server itself.
    """
    members = {name.lower(): part for name, part in resource.items()}
    attributes = type_.schema.attributes
    if (
        type_.schema.id.lower() in _DRAFT
    ):  # readOnly for clients, but the description defines all of them except the counters
        written = (a for a in attributes if a.name != "totalAssignmentsUsed")
        attributes = tuple(
            replace(attribute, mutability=Mutability.READ_WRITE) for attribute in written
        )
    found = _shown(members, attributes)
    for extension in type_.extensions:
        part = members.get(extension.schema.id.lower())
        shown = (
            _shown({name.lower(): item for name, item in part.items()}, extension.schema.attributes)
            if part
            else {}
        )
        if shown:
            found[extension.schema.id] = shown
    return found


def _shown(members: Mapping[str, Any], attributes: Iterable[Attribute]) -> dict[str, Any]:
    shown = {}
    for attribute in attributes:
        value = members.get(attribute.name.lower())
        hidden = attribute.returned in (Returned.NEVER, Returned.REQUEST)
        # An empty list counts as unassigned (RFC 7643 section 2.5).
        if not hidden and attribute.mutability in _TOLD and value is not None and value != []:
            shown[attribute.name] = _plain(value, attribute)
    return shown


def _plain(value: Any, attribute: Attribute) -> Any:
    """Normalise a value.

    Items of a list without duplicates and sorted (RFC 7643 section 2.4: order has no meaning).
    """
    if attribute.multi_valued and isinstance(value, list):
        items = [_item(item, attribute) for item in value]
        return sorted(
            (item for index, item in enumerate(items) if item not in items[:index]), key=repr
        )
    return _item(value, attribute)


def _item(value: Any, attribute: Attribute) -> Any:
    if attribute.type is AttributeType.COMPLEX and isinstance(value, Mapping):
        return _shown(
            {name.lower(): part for name, part in value.items()}, attribute.sub_attributes
        )
    return value
