"""Write a core schema that was read as changes to the schema of the RFC."""

from collections.abc import Iterator
from typing import Any

from scimgen.importing.attributes import AttributeWriter
from scimgen.model import Attribute, AttributeType, Schema
from scimgen.model.characteristics import CHARACTERISTICS

Json = dict[str, Any]


def changes_of(read: Schema, known: Schema, writer: AttributeWriter, pointer: str) -> Json:
    """Find the changes that convert the known schema to the one that was read.

    Args:
        read: The schema that was read.
        known: The schema of the RFC.
        writer: Writes the attributes that the known schema does not have.
        pointer: The pointer of the changes in the description.

    Returns:
        The changes. Empty if the schemas are equal.
    """
    changes: Json = {}
    for key in ("name", "description"):
        if getattr(read, key) != getattr(known, key):
            changes[key] = getattr(read, key)
    without = list(_without(read.attributes, known.attributes, ""))
    if without:
        changes["without"] = without
    attributes = _changed(read.attributes, known.attributes, writer, pointer)
    if attributes:
        changes["attributes"] = attributes
    return changes


def _without(read: tuple[Attribute, ...], known: tuple[Attribute, ...], path: str) -> Iterator[str]:
    found = {attribute.name.lower(): attribute for attribute in read}
    for attribute in known:
        other = found.get(attribute.name.lower())
        if other is None:
            yield f"{path}{attribute.name}"
        elif other.type is AttributeType.COMPLEX:
            yield from _without(
                other.sub_attributes, attribute.sub_attributes, f"{attribute.name}."
            )


def _changed(
    read: tuple[Attribute, ...], known: tuple[Attribute, ...], writer: AttributeWriter, pointer: str
) -> Json:
    """The content of `attributes`: changed characteristics and new attributes."""
    of_rfc = {attribute.name.lower(): attribute for attribute in known}
    forms: Json = {}
    for attribute in read:
        other = of_rfc.get(attribute.name.lower())
        if other is None:
            forms |= writer.write([attribute], pointer)
            continue
        form = _form(attribute, other, writer, f"{pointer}/attributes/{attribute.name}")
        if form:
            forms[attribute.name] = form
    return forms


def _form(read: Attribute, known: Attribute, writer: AttributeWriter, pointer: str) -> Json:
    form: Json = {}
    # The language cannot change a complex attribute to a simple one. The difference is reported
    # instead.
    if read.type is not known.type and AttributeType.COMPLEX not in (read.type, known.type):
        form["type"] = str(read.type)
    for entry in CHARACTERISTICS:
        ours, theirs = entry.of(read), entry.of(known)
        same = sorted(ours) == sorted(theirs) if isinstance(ours, tuple) else ours == theirs
        if not same:
            form[entry.key] = entry.to_json(ours)
    if read.type is known.type is AttributeType.COMPLEX:
        subs = _changed(read.sub_attributes, known.sub_attributes, writer, pointer)
        if subs:
            form["attributes"] = subs
    return form
