"""Convert valid discovery documents to the model."""

from collections.abc import Mapping
from typing import Any

from scimgen.model import Attribute, AttributeType, Mutability, Returned, Schema, Uniqueness


def attribute_from_json(document: Mapping[str, Any]) -> Attribute:
    """Convert one attribute definition (RFC 7643 section 7). Missing characteristics get the
    defaults of section 2.2.

    >>> attribute_from_json({"name": "tier"}).returned
    <Returned.DEFAULT: 'default'>
    """
    return Attribute(
        name=document["name"],
        type=AttributeType(document.get("type", "string")),
        multi_valued=document.get("multiValued", False),
        description=document.get("description", ""),
        required=document.get("required", False),
        canonical_values=tuple(document.get("canonicalValues", ())),
        case_exact=document.get("caseExact", False),
        mutability=Mutability(document.get("mutability", "readWrite")),
        returned=Returned(document.get("returned", "default")),
        uniqueness=Uniqueness(document.get("uniqueness", "none")),
        reference_types=tuple(document.get("referenceTypes", ())),
        sub_attributes=tuple(attribute_from_json(sub) for sub in document.get("subAttributes", ())),
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
