"""Convert valid discovery documents to the model."""

from collections.abc import Mapping
from typing import Any

from scimgen.model import Attribute, AttributeType, Schema
from scimgen.model.characteristics import DEFAULTS, IN_DOCUMENTS


def attribute_from_json(document: Mapping[str, Any]) -> Attribute:
    """Convert one attribute definition (RFC 7643 section 7).

    Missing characteristics get the defaults of section 2.2.

    >>> attribute_from_json({"name": "tier"}).returned
    <Returned.DEFAULT: 'default'>
    """
    given = {
        entry.field: entry.from_json(document[entry.name])
        for entry in IN_DOCUMENTS
        if entry.name in document
    }
    return Attribute(
        name=document["name"],
        type=AttributeType(document.get("type", DEFAULTS["type"])),
        sub_attributes=tuple(attribute_from_json(sub) for sub in document.get("subAttributes", ())),
        **given,
    )


def schema_from_json(document: Mapping[str, Any]) -> Schema:
    """Convert one Schema document (RFC 7643 section 7)."""
    return Schema(
        id=document["id"],
        name=document.get("name", ""),
        description=document.get("description", ""),
        attributes=tuple(
            attribute_from_json(attribute) for attribute in document.get("attributes", ())
        ),
    )
