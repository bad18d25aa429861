"""Rules about a Schema as a whole."""

from scimgen.diagnostics import Severity
from scimgen.documents.recognise import strings
from scimgen.rules.members import addition, meant
from scimgen.rules.nodes import Owner, Schema
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, having, rule
from scimgen.source import Array, Object, Scalar


@rule(
    "schema-name-missing",
    Severity.INFO,
    Kind.SCHEMA,
    "RFC 7643 section 7",
    bad='{"id": "urn:…"}',
    good='{"id": "urn:…", "name": "Badge"}',
)
def schema_name_missing(schema: Schema, report: Report) -> None:
    """A Schema has a name

    It is OPTIONAL, but people see it.
    """
    if schema.value("name") is None:
        report(
            schema.here,
            f"{schema.called} without a name",
            addition(schema, "name", 'add "name": "…"'),
        )


@rule(
    "schema-description-missing",
    Severity.INFO,
    Kind.SCHEMA,
    "RFC 7643 section 7",
    bad='{"id": "urn:…"}',
    good='{"id": "urn:…", "description": "…"}',
)
def schema_description_missing(schema: Schema, report: Report) -> None:
    """A Schema has a description

    It is OPTIONAL, but people read it.
    """
    if schema.value("description") is None or schema.scalar("description") == "":
        fix = addition(schema, "description", 'add "description": "…"')
        report(schema.here, f"{schema.called} without a description", fix)


def is_unmarked(schema: Schema) -> bool:
    """Whether a schema has neither the URI of schemas nor attributes.

    Only its id and name show that it is one.
    """
    listed = {uri.lower() for uri in strings(schema.value("schemas"))}
    return (
        schema.member("attributes") is None
        and schema.own_uri.lower() not in listed
        and not meant(schema)
    )


@rule(
    "schema-attributes-missing",
    Severity.ERROR,
    Kind.SCHEMA,
    "RFC 7643 sections 7 and 8.7.2",
    bad='"attributes": "all"',
    good='"attributes": [{…}]',
)
def schema_attributes_missing(schema: Schema, report: Report) -> None:
    """A Schema has an array of attributes

    A schema without attributes has no purpose.
    """
    node = schema.value("attributes")
    if is_unmarked(schema):
        return  # doc-unrecognised-shape reports it
    if node is None:
        fix = addition(schema, "attributes", 'add "attributes": [{…}]')
        report(schema.at("attributes"), f"{schema.called} has no array of attributes", fix)
    elif not isinstance(node, Array):
        report(schema.at("attributes"), "attributes is not an array", 'write [{"name": "…", …}, …]')


@rule(
    "schema-attributes-empty",
    Severity.WARNING,
    Kind.SCHEMA,
    "RFC 7643 sections 2.5 and 7",
    bad='"attributes": []',
    good='"attributes": [{…}]',
)
def schema_attributes_empty(schema: Schema, report: Report) -> None:
    """A Schema has at least one attribute

    An empty array is equivalent to no value.
    """
    node = schema.value("attributes")
    if isinstance(node, Array) and not node.items:
        report(
            schema.at("attributes"),
            f"{schema.called} has no attributes",
            "list them, or remove the schema",
        )


@rule(
    "attr-not-object",
    Severity.ERROR,
    (Kind.SCHEMA, Kind.ATTRIBUTE),
    "RFC 7643 section 7",
    bad='"attributes": ["badge"]',
    good='"attributes": [{"name": "badge", …}]',
    applies=having("attributes", "subAttributes"),
)
def attr_not_object(owner: Owner, report: Report) -> None:
    """An item of attributes or subAttributes is an object

    Each item is a definition with a name, a type and so on.
    """
    for index, item in enumerate(owner.items(owner.attributes_key)):
        if not isinstance(item, Object):
            report(
                owner.at(owner.attributes_key, index),
                "an attribute definition must be an object",
                'write {"name": "…", "type": …}',
            )


@rule(
    "attr-name-duplicate",
    Severity.ERROR,
    (Kind.SCHEMA, Kind.ATTRIBUTE),
    "RFC 7643 section 2.1",
    bad='"badge", "Badge"',
    good='"badge", "badgeType"',
    applies=having("attributes", "subAttributes"),
)
def attr_name_duplicate(owner: Owner, report: Report) -> None:
    """Attributes at the same level have different names

    Names are case-insensitive, so badge and Badge are the same name.
    """
    seen: dict[str, str] = {}
    for index, item in enumerate(owner.items(owner.attributes_key)):
        name = item.get("name") if isinstance(item, Object) else None
        if isinstance(name, Scalar) and isinstance(name.value, str) and name.value:
            first = seen.get(name.value.lower())
            if first is not None:
                spot = owner.at(owner.attributes_key, index, "name")
                report(spot, f'"{name.value}" is a duplicate of "{first}"', "rename one of them")
            seen.setdefault(name.value.lower(), name.value)
