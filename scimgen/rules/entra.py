"""Rules from the documentation of Entra.

The pages are "Use SCIM to provision users and groups" and "Customize application attributes".
"""

import re

from scimgen.diagnostics import Severity
from scimgen.documents import urns
from scimgen.documents.recognise import Shape, recognise
from scimgen.fixes.edit import Edit, wrap_in_list_response, written
from scimgen.model.characteristics import allowed_values
from scimgen.rules import uris
from scimgen.rules.list_response import is_answer_to_list
from scimgen.rules.nodes import TYPES, Attribute, Resource, Schema, View, Whole
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, rule
from scimgen.source import Array, Object, Scalar

_USE = "Microsoft Entra: Use SCIM to provision users and groups"
_CUSTOMIZE = "Microsoft Entra: Customize application attributes"
_URN = re.compile(r"urn:ietf:params:scim:schemas:extension:[^:]+:2\.0:User\Z")
_KEYWORDS = {
    "type": TYPES,
    **allowed_values(),
}


@rule(
    "entra-list-response",
    Severity.ERROR,
    Kind.TEXT,
    _USE,
    bad="[{…}]",
    good='{"schemas": ["…ListResponse"], "totalResults": 1, "Resources": [{…}]}',
    client="entra",
)
def entra_list_response(text: Whole, report: Report) -> None:
    """Entra reads /Schemas as a ListResponse

    It "must return a list response". A file with one Schema is fine: it is the answer to
    /Schemas/{id}.
    """
    node = text.node
    schemas = isinstance(node, Array) and any(
        recognise(item) is Shape.SCHEMA for item in node.items
    )
    single = text.shape is Shape.SCHEMA and is_answer_to_list(text.document)
    if single or (text.shape is Shape.ARRAY and schemas):
        edits = (
            wrap_in_list_response(text.document, node, urns.LIST_RESPONSE)
            if isinstance(node, Array)
            else ()
        )
        report(
            text.here,
            "Entra expects a ListResponse",
            "put it into Resources of a ListResponse",
            edits=edits,
        )


@rule(
    "entra-null-value",
    Severity.ERROR,
    Kind.OBJECT,
    _USE,
    bad='"description": null',
    good="leave it out",
    client="entra",
)
def entra_null_value(view: View, report: Report) -> None:
    """No member is null

    "If a value isn't present, don't send null values."
    """
    for member in view.node.members:
        if isinstance(member.value, Scalar) and member.value.value is None:
            report(
                view.at(member.key),
                f'Entra refuses null values, such as "{member.key}"',
                "leave it out",
            )


@rule(
    "entra-keyword-case",
    Severity.ERROR,
    Kind.ATTRIBUTE,
    _USE,
    bad='"type": "datetime"',
    good='"type": "dateTime"',
    client="entra",
)
def entra_keyword_case(attribute: Attribute, report: Report) -> None:
    """Keywords are in camel case

    "Property values should be camel cased (for example, readWrite)."
    """
    for name, values in _KEYWORDS.items():
        text = attribute.string(name)
        right = next((value for value in values if value.lower() == text.lower()), text)
        if text != right:
            spot = attribute.at(name)
            edits = (Edit(spot.start, spot.end, written(right)),)
            report(spot, f'"{text}" is spelled "{right}"', f'write "{right}"', edits=edits)


@rule(
    "entra-extension-urn",
    Severity.INFO,
    Kind.SCHEMA,
    _CUSTOMIZE,
    bad='"id": "urn:acme:scim:schemas:1.0:User"',
    good='"id": "urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User"',
    client="entra",
)
def entra_extension_urn(schema: Schema, report: Report) -> None:
    """The URN of an extension has the form that the mapping of Entra supports

    urn:ietf:params:scim:schemas:extension:{Name}:2.0:User, for apps that are set up as SCIM apps.
    """
    if schema.id and schema.id.lower() not in uris.REGISTERED and not _URN.match(schema.id):
        fix = "write urn:ietf:params:scim:schemas:extension:{Name}:2.0:User"
        report(schema.at("id"), f'Entra cannot map attributes of "{schema.id}"', fix)


def _is_custom(attribute: Attribute) -> bool:
    """Whether an attribute is at the top level of a schema and not defined by the RFC."""
    return not attribute.is_sub_attribute and attribute.schema.id.lower() not in uris.REGISTERED


@rule(
    "entra-custom-attr-type",
    Severity.WARNING,
    Kind.ATTRIBUTE,
    _CUSTOMIZE,
    bad='a custom attribute with "multiValued": true',
    good="a simple one",
    client="entra",
)
def entra_custom_attr_type(attribute: Attribute, report: Report) -> None:
    """A custom attribute is simple

    "Custom attributes can't be referential, multi-value, or complex."
    """
    if _is_custom(attribute) and (
        attribute.multi_valued or attribute.type in ("complex", "reference")
    ):
        what = "multi-valued" if attribute.multi_valued else f"a {attribute.type}"
        report(
            attribute.here,
            f"Entra cannot fill {attribute.called}: it is {what}",
            "make it a simple attribute",
        )


@rule(
    "entra-complex-subattrs",
    Severity.INFO,
    Kind.ATTRIBUTE,
    _CUSTOMIZE,
    bad="a complex attribute with three sub-attributes",
    good="simple attributes",
    client="entra",
)
def entra_complex_subattrs(attribute: Attribute, report: Report) -> None:
    """A complex attribute has one or two sub-attributes

    Entra cannot fill an attribute with three or more.
    """
    if (
        _is_custom(attribute)
        and attribute.type == "complex"
        and len(attribute.items("subAttributes")) >= 3
    ):
        report(
            attribute.here,
            f"Entra cannot fill {attribute.called}: it has too many sub-attributes",
            "split it",
        )


@rule(
    "entra-entitlements-unsupported",
    Severity.INFO,
    Kind.ATTRIBUTE,
    _USE,
    bad='core User with "entitlements"',
    good='"roles"',
    client="entra",
)
def entra_entitlements_unsupported(attribute: Attribute, report: Report) -> None:
    """Entra does not fill entitlements

    "The entitlements attribute isn't supported": use roles.
    """
    if attribute.schema.id.lower() == urns.USER.lower() and attribute.path == ("entitlements",):
        report(attribute.here, "Entra does not support entitlements", "use roles for Entra")


@rule(
    "entra-group-displayname-unique",
    Severity.INFO,
    Kind.ATTRIBUTE,
    _USE,
    bad='core Group: "displayName" with "uniqueness": "none"',
    good='"uniqueness": "server"',
    client="entra",
)
def entra_group_displayname_unique(attribute: Attribute, report: Report) -> None:
    """A group's displayName is unique

    Entra matches groups by it.
    """
    is_name = attribute.schema.id.lower() == urns.GROUP.lower() and attribute.path == (
        "displayname",
    )
    if is_name and attribute.scalar("uniqueness") not in ("server", "global"):
        message = "Entra matches groups by displayName, which is not unique"
        report(attribute.here, message, 'write "uniqueness": "server"')


@rule(
    "entra-type-unique",
    Severity.INFO,
    Kind.RESOURCE,
    _USE,
    bad='"emails": [{"type": "work", …}, {"type": "work", …}]',
    good='"emails": [{"type": "work", …}, {"type": "home", …}]',
    client="entra",
)
def entra_type_unique(resource: Resource, report: Report) -> None:
    """The values of a multi-valued attribute have different types

    Entra maps emails[type eq "work"] to one value.
    """
    for member in resource.node.members:
        seen = set()
        for index, item in enumerate(member.value.items if isinstance(member.value, Array) else ()):
            node = item.get("type") if isinstance(item, Object) else None
            if isinstance(node, Scalar) and isinstance(node.value, str):
                if node.value in seen:
                    spot = resource.at(member.key, index, "type")
                    report(
                        spot,
                        f'the type "{node.value}" occurs twice in {member.key}',
                        "give each value another type",
                    )
                seen.add(node.value)
