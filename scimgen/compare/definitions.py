"""Read schemas and attributes of documents as parts of a model, and report what has the wrong
type.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from scimgen.documents.read import attribute_from_json
from scimgen.model import Attribute, AttributeType, Schema
from scimgen.model.characteristics import allowed_values, with_kind
from scimgen.source import Array, Document, JsonValue, Node, Object, Scalar, plain

FaultHandler = Callable[[Document, Node, str], None]
"""Called with a node and what is wrong with it. The member is left out if the function returns."""

_ENUMS = {"type": tuple(map(str, AttributeType)), **allowed_values()}
_TEXTS = ("id", "name", *_ENUMS, *with_kind(str), "endpoint", "schema")
_BOOLEANS = (*with_kind(bool), "supported", "cursor")
_NUMBERS = ("maxOperations", "maxPayloadSize", "maxResults")
_LISTS = with_kind(tuple)
_NAMES = {name.lower(): name for name in (*_TEXTS, *_BOOLEANS, *_NUMBERS, *_LISTS)}
_TYPES = {name.lower(): str(name) for name in AttributeType}


def member_value(node: Object, name: str) -> Node | None:
    """The value of a member, by its name without regard to case (RFC 7643 section 2.1), or None."""
    found = node.get(name)
    if found is not None:
        return found
    folded = name.lower()
    return next((member.value for member in node.members if member.key.lower() == folded), None)


def sound_members(document: Document, node: Object, fault: FaultHandler) -> dict[str, Any]:
    """Read the members of a definition that have the right type, except lists of objects.

    Null and unassigned are equivalent (RFC 7643 section 2.5), so a member that is null is left out.
    """
    found: dict[str, Any] = {}
    for member in node.members:
        name = _NAMES.get(member.key.lower())
        value = plain(member.value) if name else None
        if name is None or value is None:
            continue
        if name == "type" and isinstance(value, str):
            value = _TYPES.get(
                value.lower(), value
            )  # RFC 7643 section 8.7.2: caseExact is false for `type`
        wrong = _wrong(name, value)
        if wrong:
            fault(document, member.value, f"{name} must be {wrong} (RFC 7643 section 7)")
        else:
            found[name] = value
    return found


def _wrong(name: str, value: JsonValue) -> str:
    """What the value of a member must be, or "" if it is that."""
    if name in _TEXTS and not isinstance(value, str):
        return "text"
    if name in _ENUMS and value not in _ENUMS[name]:
        return f"one of {', '.join(_ENUMS[name])}"
    if name in _BOOLEANS and not isinstance(value, bool):
        return "true or false"
    if name in _NUMBERS and (not isinstance(value, int) or isinstance(value, bool)):
        return "a whole number"
    if name in _LISTS and not (
        isinstance(value, list) and all(isinstance(item, str) for item in value)
    ):
        return "a list of text"
    return ""


def objects(document: Document, node: Object, name: str, fault: FaultHandler) -> list[Object]:
    """The items of a member that is a list of objects.

    Other items, and a member of another type, are faults.
    """
    value = member_value(node, name)
    if value is None or (isinstance(value, Scalar) and value.value is None):
        return []
    message = f"{name} must be a list of objects (RFC 7643 section 7)"
    if not isinstance(value, Array):
        fault(document, value, message)
        return []
    found = []
    for item in value.items:
        if isinstance(item, Object):
            found.append(item)
        else:
            fault(document, item, message)
    return found


def read_schema(document: Document, node: Object, fault: FaultHandler) -> Schema | None:
    """Read one Schema with places (RFC 7643 section 7), or None if it has no id."""
    members = sound_members(document, node, fault)
    if "id" not in members:
        fault(document, node, "a schema needs an id (RFC 7643 section 7)")
        return None
    return Schema(
        id=members["id"],
        name=members.get("name", ""),
        description=members.get("description", ""),
        attributes=_attributes(document, node, "attributes", fault),
        place=document.place(node.member("id") or node),
    )


def _attributes(
    document: Document, node: Object, name: str, fault: FaultHandler
) -> tuple[Attribute, ...]:
    """Attributes with their places.

    Of several with the same name, the first is kept (RFC 7643 section 2.1).
    """
    found: dict[str, Attribute] = {}
    for item in objects(document, node, name, fault):
        members = sound_members(document, item, fault)
        if "name" not in members:
            fault(document, item, "an attribute has no name (RFC 7643 section 7)")
            continue
        subs = _attributes(document, item, "subAttributes", fault)
        place = document.place(member_value(item, "name") or item)
        attribute = replace(attribute_from_json(members), sub_attributes=subs, place=place)
        found.setdefault(attribute.name.lower(), attribute)
    return tuple(found.values())
