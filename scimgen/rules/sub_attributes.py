"""Rules about sub-attributes and references."""

import re

from scimgen.diagnostics import Severity
from scimgen.documents import urns
from scimgen.fixes.edit import Edit, written
from scimgen.rules.members import addition
from scimgen.rules.nodes import TYPES, Attribute
from scimgen.rules.registered import known_attribute, type_fix
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, having, lacking, rule
from scimgen.source import Array, Scalar

_TYPES = {"$ref": "reference", "display": "string", "type": "string"}
_SPECIAL = {"external": "external", "uri": "uri"}
_NO_TYPE_NAME = re.compile(r"^\s*$|[:/]|^urn|^\s|\s$", re.IGNORECASE)


def _is_nested(attribute: Attribute) -> bool:
    """Whether it is a complex sub-attribute, outside of the schema of Schema itself."""
    complex_inside = attribute.type == "complex" and attribute.is_sub_attribute
    return complex_inside and attribute.schema.id.lower() != urns.SCHEMA.lower()


@rule(
    "subattributes-on-simple",
    Severity.ERROR,
    Kind.ATTRIBUTE,
    "RFC 7643 section 7",
    bad='"type": "string", "subAttributes": [{…}]',
    good='"type": "complex", "subAttributes": [{…}]',
    applies=having("subAttributes"),
)
def subattributes_on_simple(attribute: Attribute, report: Report) -> None:
    """Only a complex attribute has subAttributes

    Clients rely on the type and send a simple value.
    """
    if attribute.type != "complex" and attribute.type in TYPES and attribute.items("subAttributes"):
        message = f"{attribute.called} is a {attribute.type} with subAttributes"
        fix = type_fix(attribute, 'write "type": "complex", or remove subAttributes')
        report(attribute.at("subAttributes"), message, addition(attribute, "type", fix))


@rule(
    "complex-without-subattributes",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 section 7",
    bad='{"type": "complex"}',
    good='{"type": "complex", "subAttributes": [{…}]}',
)
def complex_without_subattributes(attribute: Attribute, report: Report) -> None:
    """A complex attribute has subAttributes

    "There SHOULD be a corresponding schema attribute subAttributes". Without it, clients do not
    know what to send.
    """
    if attribute.type != "complex":
        return
    node = attribute.value("subAttributes")
    definition = known_attribute(attribute)
    if definition is not None and definition.type != "complex":
        return  # core-attr-changed reports the type
    if _is_nested(attribute):
        return  # complex-nested reports it
    if node is None or (isinstance(node, Array) and not node.items):
        fix = addition(attribute, "subAttributes", 'add "subAttributes": [{…}]')
        if attribute.items("referenceTypes"):
            fix = 'write "type": "reference"'
        report(attribute.here, f"{attribute.called} is complex, without subAttributes", fix)


@rule(
    "complex-nested",
    Severity.ERROR,
    Kind.ATTRIBUTE,
    "RFC 7643 section 2.3.8",
    bad="a complex sub-attribute",
    good="its sub-attributes, one level up",
)
def complex_nested(attribute: Attribute, report: Report) -> None:
    """A sub-attribute is not complex

    "A complex attribute MUST NOT contain sub-attributes that have sub-attributes". Only the schema
    of Schema itself is an exception (section 7).
    """
    if _is_nested(attribute):
        report(
            attribute.here,
            f"{attribute.called} is a complex sub-attribute",
            type_fix(attribute, "flatten it, or make it a separate attribute"),
        )


@rule(
    "reference-types-missing",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 sections 2.3.7 and 7",
    bad='{"type": "reference"}',
    good='{"type": "reference", "referenceTypes": ["User"]}',
    applies=lacking("referenceTypes"),
)
def reference_types_missing(attribute: Attribute, report: Report) -> None:
    """A reference defines what it may refer to

    The values are names of resource types, "external" for any URL, or "uri" for an identifier.
    """
    if attribute.type != "reference":
        return
    has_parts = bool(attribute.items("subAttributes"))  # subattributes-on-simple reports the type
    if attribute.value("referenceTypes") is None and not has_parts:
        fix = 'add "referenceTypes": ["User"], ["external"] or ["uri"]'
        report(
            attribute.here,
            f"{attribute.called} is a reference without referenceTypes",
            type_fix(attribute, addition(attribute, "referenceTypes", fix)),
        )


@rule(
    "reference-types-inapplicable",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 section 7",
    bad='"type": "string", "referenceTypes": ["User"]',
    good='"type": "reference", "referenceTypes": ["User"]',
    applies=having("referenceTypes"),
)
def reference_types_inapplicable(attribute: Attribute, report: Report) -> None:
    """Only a reference has referenceTypes

    "This attribute is only applicable for attributes that are of type reference".
    """
    node = attribute.value("referenceTypes")
    empty = isinstance(node, Array) and not node.items
    if attribute.type != "reference" and attribute.type in TYPES and node is not None and not empty:
        message = f"{attribute.called} is a {attribute.type} with referenceTypes"
        fix = type_fix(attribute, 'remove them, or write "type": "reference"')
        report(attribute.at("referenceTypes"), message, addition(attribute, "type", fix))


@rule(
    "reference-types-invalid",
    Severity.ERROR,
    Kind.ATTRIBUTE,
    "RFC 7643 section 7",
    bad='"referenceTypes": ["urn:ietf:params:scim:schemas:core:2.0:User"]',
    good='"referenceTypes": ["User"]',
    applies=having("referenceTypes"),
)
def reference_types_invalid(attribute: Attribute, report: Report) -> None:
    """referenceTypes is an array of resource type names, "external" or "uri"

    The URN of a schema, a URL or a path is not valid.
    """
    node = attribute.value("referenceTypes")
    if node is None:
        return
    if not isinstance(node, Array):
        text = attribute.string("referenceTypes")
        edits = (
            (Edit(node.start, node.end, f"[{written(text)}]"),)
            if text and not _NO_TYPE_NAME.search(text)
            else ()
        )
        fix = f"write [{written(text or 'User')}]"
        report(
            attribute.at("referenceTypes"),
            f"referenceTypes is {attribute.text('referenceTypes')}, not an array",
            fix,
            edits=edits,
        )
        return
    for index, item in enumerate(node.items):
        value = item.value if isinstance(item, Scalar) else None
        if not isinstance(value, str) or _NO_TYPE_NAME.search(value):
            shown = f'"{value}"' if isinstance(value, str) else "this"
            fix = 'write the resource type\'s name, such as "User"'
            report(
                attribute.at("referenceTypes", index),
                f"{shown} is not the name of a resource type",
                fix,
            )


@rule(
    "reference-types-case",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 section 8.7.2",
    bad='"referenceTypes": ["URI"]',
    good='"referenceTypes": ["uri"]',
    applies=having("referenceTypes"),
)
def reference_types_case(attribute: Attribute, report: Report) -> None:
    """external and uri are written in lower case

    referenceTypes is caseExact, so "URI" is the name of a resource type.
    """
    for index, item in enumerate(attribute.items("referenceTypes")):
        if isinstance(item, Scalar) and isinstance(item.value, str):
            right = _SPECIAL.get(item.value.lower())
            if right and right != item.value:
                edits = (Edit(item.start, item.end, written(right)),)
                spot = attribute.at("referenceTypes", index)
                report(
                    spot, f'"{item.value}" is spelled "{right}"', f'write "{right}"', edits=edits
                )


@rule(
    "mv-primary-not-boolean",
    Severity.ERROR,
    Kind.ATTRIBUTE,
    "RFC 7643 section 2.4",
    bad='"name": "primary", "type": "string"',
    good='"name": "primary", "type": "boolean"',
)
def mv_primary_not_boolean(attribute: Attribute, report: Report) -> None:
    """primary in a multi-valued attribute is a boolean

    The default sub-attributes "MUST be used with the meanings defined".
    """
    owner = attribute.owner
    is_primary = (
        isinstance(owner, Attribute) and owner.multi_valued and attribute.name.lower() == "primary"
    )
    if is_primary and attribute.type != "boolean":
        report(
            attribute.here,
            f"{attribute.called} is a {attribute.type}, not a boolean",
            'write "type": "boolean"',
        )


@rule(
    "mv-subattr-type",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 section 2.4",
    bad='"name": "$ref", "type": "string"',
    good='"name": "$ref", "type": "reference"',
)
def mv_subattr_type(attribute: Attribute, report: Report) -> None:
    """$ref in a multi-valued attribute is a reference, display and type are strings

    They have the same meaning in every multi-valued attribute.
    """
    owner = attribute.owner
    due = _TYPES.get(attribute.name.lower())
    if (
        due
        and isinstance(owner, Attribute)
        and owner.multi_valued
        and attribute.type in TYPES
        and attribute.type != due
    ):
        fix = addition(attribute, "type", f'write "type": "{due}"')
        report(attribute.here, f"{attribute.called} is a {attribute.type}, not a {due}", fix)
