"""Read schemas and attributes of documents as parts of a model, and report wrong types."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from scimgen.documents.read import attribute_from_json
from scimgen.model import Attribute, AttributeType, Schema
from scimgen.model.characteristics import IN_DOCUMENTS, allowed_values, with_kind
from scimgen.source import Array, Document, JsonValue, Node, Object, Scalar, plain

FaultHandler = Callable[[Document, Node, str], None]
"""Called with a node and what is wrong with it. The member is left out if the function returns."""

LeftOut = dict[tuple[str, ...], set[str]]
"""The fields of the model that are left out because their members are absent or have a wrong type.

The keys are `("app",)`, `("provider",)`, `("type", name)`, `("extension", name, URN)`, `("schema",
URN)` and `("schema", URN, attribute, sub-attribute)`. URNs and names of attributes are case-folded.
"""

_ENUMS = {"type": tuple(map(str, AttributeType)), **allowed_values()}
_TEXTS = ("id", "name", *_ENUMS, *with_kind(str), "endpoint", "schema")
_BOOLEANS = (*with_kind(bool), "supported", "cursor")
_NUMBERS = ("maxOperations", "maxPayloadSize", "maxResults")
_LISTS = with_kind(tuple)
_NAMES = {name.lower(): name for name in (*_TEXTS, *_BOOLEANS, *_NUMBERS, *_LISTS)}
_FIELDS = {entry.name: entry.field for entry in IN_DOCUMENTS} | {"subAttributes": "sub_attributes"}
_SECTIONS = {"authenticationSchemes": 5, "schemaExtensions": 6}
_TYPES = {name.lower(): str(name) for name in AttributeType}


def member_value(node: Object, name: str) -> Node | None:
    """The value of a member, by its name without regard to case (RFC 7643 section 2.1), or None."""
    found = node.get(name)
    if found is not None:
        return found
    folded = name.lower()
    return next((member.value for member in node.members if member.key.lower() == folded), None)


def sound_members(
    document: Document, node: Object, fault: FaultHandler
) -> tuple[dict[str, Any], set[str]]:
    """Read the members of a definition that have the right type, except lists of objects.

    Null and unassigned are equivalent (RFC 7643 section 2.5), so a member that is null is absent.

    Returns:
        The members, and the fields of the model whose members have a wrong type.
    """
    found: dict[str, Any] = {}
    left_out: set[str] = set()
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
            left_out.add(_FIELDS.get(name, name))
        else:
            found[name] = value
    return found, left_out


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


def objects(
    document: Document, node: Object, name: str, fault: FaultHandler
) -> list[Object] | None:
    """The items of a member that is a list of objects, or None if it has another type.

    Other items, and a member of another type, are faults.
    """
    value = member_value(node, name)
    if value is None or (isinstance(value, Scalar) and value.value is None):
        return []
    section = _SECTIONS.get(name, 7)
    message = f"{name} must be a list of objects (RFC 7643 section {section})"
    if not isinstance(value, Array):
        fault(document, value, message)
        return None
    found = []
    for item in value.items:
        if isinstance(item, Object):
            found.append(item)
        else:
            fault(document, item, message)
    return found


def read_schema(
    document: Document, node: Object, fault: FaultHandler, left_out: LeftOut
) -> Schema | None:
    """Read one Schema with places (RFC 7643 section 7), or None if it has no id.

    Args:
        document: The document of the schema.
        node: The schema.
        fault: Called with what is wrong.
        left_out: Gets the members that are left out.
    """
    members, wrong = sound_members(document, node, fault)
    if "id" not in members:
        fault(document, node, "a schema needs an id (RFC 7643 section 7)")
        return None
    key = ("schema", members["id"].lower())
    left_out[key] = wrong
    return Schema(
        id=members["id"],
        name=members.get("name", ""),
        description=members.get("description", ""),
        attributes=_Attributes(document, fault, left_out).read(node, "attributes", key),
        place=document.place(node.member("id") or node),
    )


class _Attributes:
    """Reads the attributes of a schema. See `read_schema` for the arguments."""

    def __init__(self, document: Document, fault: FaultHandler, left_out: LeftOut) -> None:
        self.document = document
        self.fault = fault
        self.left_out = left_out

    def read(self, node: Object, member: str, owner: tuple[str, ...]) -> tuple[Attribute, ...]:
        """Read the attributes in a member of a schema or of a complex attribute.

        Of several with the same name, the first is kept (RFC 7643 section 2.1).
        """
        items = objects(self.document, node, member, self.fault)
        if items is None:
            self.left_out[owner].add(_FIELDS.get(member, member))
            return ()
        found: dict[str, Attribute] = {}
        for item in items:
            attribute = self._attribute(item, owner)
            if attribute is not None:
                found.setdefault(attribute.name.lower(), attribute)
        return tuple(found.values())

    def _attribute(self, node: Object, owner: tuple[str, ...]) -> Attribute | None:
        members, wrong = sound_members(self.document, node, self.fault)
        if "name" not in members:
            self.fault(self.document, node, "an attribute has no name (RFC 7643 section 7)")
            return None
        key = (*owner, members["name"].lower())
        self.left_out.setdefault(key, wrong)
        subs = self.read(node, "subAttributes", key)
        place = self.document.place(member_value(node, "name") or node)
        return replace(attribute_from_json(members), sub_attributes=subs, place=place)
