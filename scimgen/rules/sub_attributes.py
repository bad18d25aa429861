"""Rules about sub-attributes, references and canonical values."""

import re

from scimgen.diagnostics import Severity
from scimgen.documents import urns
from scimgen.fixes.edit import Edit, written
from scimgen.rules.nodes import Attribute
from scimgen.rules.registered import known_attribute
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, rule
from scimgen.source import Array, Scalar

_SPECIAL = {"external": "external", "uri": "uri"}
_NO_TYPE_NAME = re.compile(r"^\s*$|[:/]|^urn|^\s|\s$", re.IGNORECASE)


@rule(
    "subattributes-on-simple",
    Severity.ERROR,
    Kind.ATTRIBUTE,
    "RFC 7643 section 7",
    bad='"type": "string", "subAttributes": [{…}]',
    good='"type": "complex", "subAttributes": [{…}]',
)
def subattributes_on_simple(attribute: Attribute, report: Report) -> None:
    """Only a complex attribute has subAttributes

    Clients rely on the type and send a simple value.
    """
    if attribute.type != "complex" and attribute.items("subAttributes"):
        message = f"{attribute.called} is a {attribute.type} with subAttributes"
        report(attribute.at("subAttributes"), message, 'write "type": "complex", or remove subAttributes')


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

    "There SHOULD be a corresponding schema attribute subAttributes". Without it, clients do not know what to send.
    """
    node = attribute.value("subAttributes")
    definition = known_attribute(attribute)
    if definition is not None and definition.type != "complex":
        return  # core-attr-changed reports the type
    if attribute.type == "complex" and (node is None or (isinstance(node, Array) and not node.items)):
        report(attribute.here, f"{attribute.called} is complex, without subAttributes", 'add "subAttributes": [{…}]')


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

    "A complex attribute MUST NOT contain sub-attributes that have sub-attributes". Only the schema of Schema itself
    is an exception (section 7).
    """
    if (
        attribute.is_sub_attribute
        and attribute.type == "complex"
        and attribute.schema.id.lower() != urns.SCHEMA.lower()
    ):
        report(
            attribute.here,
            f"{attribute.called} is a complex sub-attribute",
            "flatten it, or make it a separate attribute",
        )


@rule(
    "reference-types-missing",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 sections 2.3.7 and 7",
    bad='{"type": "reference"}',
    good='{"type": "reference", "referenceTypes": ["User"]}',
)
def reference_types_missing(attribute: Attribute, report: Report) -> None:
    """A reference defines what it may refer to

    The values are names of resource types, "external" for any URL, or "uri" for an identifier.
    """
    if attribute.type == "reference" and attribute.value("referenceTypes") is None:
        report(
            attribute.here,
            f"{attribute.called} is a reference without referenceTypes",
            'add "referenceTypes": ["User"], ["external"] or ["uri"]',
        )


@rule(
    "reference-types-inapplicable",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 section 7",
    bad='"type": "string", "referenceTypes": ["User"]',
    good='"type": "reference", "referenceTypes": ["User"]',
)
def reference_types_inapplicable(attribute: Attribute, report: Report) -> None:
    """Only a reference has referenceTypes

    "This attribute is only applicable for attributes that are of type reference".
    """
    node = attribute.value("referenceTypes")
    if attribute.type != "reference" and node is not None and not (isinstance(node, Array) and not node.items):
        message = f"{attribute.called} is a {attribute.type} with referenceTypes"
        report(attribute.at("referenceTypes"), message, 'remove them, or write "type": "reference"')


@rule(
    "reference-types-invalid",
    Severity.ERROR,
    Kind.ATTRIBUTE,
    "RFC 7643 section 7",
    bad='"referenceTypes": ["urn:ietf:params:scim:schemas:core:2.0:User"]',
    good='"referenceTypes": ["User"]',
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
        edits = (Edit(node.start, node.end, f"[{written(text)}]"),) if text and not _NO_TYPE_NAME.search(text) else ()
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
            report(attribute.at("referenceTypes", index), f"{shown} is not the name of a resource type", fix)


@rule(
    "reference-types-case",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 section 8.7.2",
    bad='"referenceTypes": ["URI"]',
    good='"referenceTypes": ["uri"]',
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
                report(spot, f'"{item.value}" is spelled "{right}"', f'write "{right}"', edits=edits)


@rule(
    "canonical-values-type",
    Severity.ERROR,
    Kind.ATTRIBUTE,
    "RFC 7643 sections 7 and 8.7.2",
    bad='"canonicalValues": [1, 2]',
    good='"canonicalValues": ["1", "2"]',
)
def canonical_values_type(attribute: Attribute, report: Report) -> None:
    """canonicalValues is an array of strings

    A typed client cannot read the schema otherwise.
    """
    node = attribute.value("canonicalValues")
    if node is None:
        return
    if not isinstance(node, Array):
        report(
            attribute.at("canonicalValues"),
            f"canonicalValues is {attribute.text('canonicalValues')}, not an array",
            'write ["…"]',
        )
        return
    for index, item in enumerate(node.items):
        if not isinstance(item, Scalar) or not isinstance(item.value, str):
            report(
                attribute.at("canonicalValues", index),
                "an item of canonicalValues is not a string",
                "put it in double quotes",
            )


@rule(
    "canonical-values-duplicate",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    "RFC 7643 section 7",
    bad='"canonicalValues": ["work", "Work"]',
    good='"canonicalValues": ["work"]',
)
def canonical_values_duplicate(attribute: Attribute, report: Report) -> None:
    """A canonical value occurs once

    Without caseExact, "work" and "Work" are the same value.
    """
    exact = attribute.scalar("caseExact") is True
    seen = set()
    for index, item in enumerate(attribute.items("canonicalValues")):
        if isinstance(item, Scalar) and isinstance(item.value, str):
            value = item.value if exact else item.value.lower()
            if value in seen:
                report(attribute.at("canonicalValues", index), f'"{item.value}" occurs twice', "remove it")
            seen.add(value)


@rule(
    "canonical-values-inapplicable",
    Severity.INFO,
    Kind.ATTRIBUTE,
    "RFC 7643 section 2.3.1",
    bad='"type": "boolean", "canonicalValues": ["true"]',
    good='"type": "boolean"',
)
def canonical_values_inapplicable(attribute: Attribute, report: Report) -> None:
    """canonicalValues only apply to strings

    Only section 2.3.1 mentions them.
    """
    if attribute.type != "string" and attribute.items("canonicalValues"):
        report(attribute.at("canonicalValues"), f"a {attribute.type} cannot have canonical values", "drop them")


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
    is_primary = isinstance(owner, Attribute) and owner.multi_valued and attribute.name.lower() == "primary"
    if is_primary and attribute.type != "boolean":
        report(attribute.here, f"{attribute.called} is a {attribute.type}, not a boolean", 'write "type": "boolean"')


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
    due = {"$ref": "reference", "display": "string", "type": "string"}.get(attribute.name.lower())
    if due and isinstance(owner, Attribute) and owner.multi_valued and attribute.type != due:
        report(attribute.here, f"{attribute.called} is a {attribute.type}, not a {due}", f'write "type": "{due}"')
