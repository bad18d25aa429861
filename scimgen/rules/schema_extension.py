"""Rules about the extensions of a ResourceType."""

from scimgen.diagnostics import Severity
from scimgen.fixes.edit import Edit
from scimgen.rules.members import addition
from scimgen.rules.nodes import ResourceType, SchemaExtension, Spot
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, rule
from scimgen.source import Array, Object, Scalar


def _listed(resource_type: ResourceType) -> list[tuple[str, Spot]]:
    """The case-folded URNs of the extensions with their ranges."""
    found = []
    for index, item in enumerate(resource_type.items("schemaExtensions")):
        node = item.get("schema") if isinstance(item, Object) else item
        if isinstance(node, Scalar) and isinstance(node.value, str):
            steps = (index, "schema") if isinstance(item, Object) else (index,)
            found.append((node.value.lower(), resource_type.at("schemaExtensions", *steps)))
    return found


@rule(
    "rt-extensions-not-array",
    Severity.ERROR,
    Kind.RESOURCE_TYPE,
    "RFC 7643 section 6",
    bad='"schemaExtensions": {"schema": …}',
    good='"schemaExtensions": [{"schema": …, "required": false}]',
)
def rt_extensions_not_array(resource_type: ResourceType, report: Report) -> None:
    """schemaExtensions is an array

    It is multi-valued, even with one extension.
    """
    node = resource_type.value("schemaExtensions")
    if node is not None and not isinstance(node, Array):
        schema = node.get("schema") if isinstance(node, Object) else None
        one = isinstance(schema, Scalar) and isinstance(schema.value, str)
        edits = (Edit(node.start, node.start, "["), Edit(node.end, node.end, "]")) if one else ()
        report(
            resource_type.at("schemaExtensions"),
            "schemaExtensions is not an array",
            "write [{…}]",
            edits=edits,
        )


@rule(
    "rt-extension-not-object",
    Severity.ERROR,
    Kind.RESOURCE_TYPE,
    "RFC 7643 section 6",
    bad='"schemaExtensions": ["urn:…"]',
    good='"schemaExtensions": [{"schema": "urn:…", "required": false}]',
)
def rt_extension_not_object(resource_type: ResourceType, report: Report) -> None:
    """An extension is an object with schema and required

    A URI alone does not define whether the extension is required.
    """
    for index, item in enumerate(resource_type.items("schemaExtensions")):
        if not isinstance(item, Object):
            spot = resource_type.at("schemaExtensions", index)
            report(
                spot,
                "an extension must be an object",
                'write {"schema": "urn:…", "required": false}',
            )


@rule(
    "rt-extension-schema-missing",
    Severity.ERROR,
    Kind.SCHEMA_EXTENSION,
    "RFC 7643 section 6",
    bad='{"required": true}',
    good='{"schema": "urn:…", "required": true}',
)
def rt_extension_schema_missing(extension: SchemaExtension, report: Report) -> None:
    """An extension has a schema

    REQUIRED.
    """
    if not extension.string("schema"):
        fix = addition(extension, "schema", 'add "schema": "urn:…"')
        report(extension.at("schema"), "an extension without a schema", fix)


@rule(
    "rt-extension-required-missing",
    Severity.ERROR,
    Kind.SCHEMA_EXTENSION,
    "RFC 7643 section 6",
    bad='{"schema": "urn:…"}',
    good='{"schema": "urn:…", "required": false}',
)
def rt_extension_required_missing(extension: SchemaExtension, report: Report) -> None:
    """An extension defines whether it is required

    REQUIRED. With true, a resource without data of the extension is refused.
    """
    if extension.value("required") is None:
        fix = addition(extension, "required", 'add "required": false')
        report(
            extension.here, f'the extension "{extension.string("schema")}" without required', fix
        )


@rule(
    "rt-extension-duplicate",
    Severity.ERROR,
    Kind.RESOURCE_TYPE,
    "RFC 7643 sections 3 and 6",
    bad='"schemaExtensions": [E, E]',
    good='"schemaExtensions": [E]',
)
def rt_extension_duplicate(resource_type: ResourceType, report: Report) -> None:
    """An extension is listed once

    URNs are compared without regard to case.
    """
    seen = set()
    for urn, spot in _listed(resource_type):
        if urn in seen:
            report(spot, "this extension is listed twice", "remove it")
        seen.add(urn)


@rule(
    "rt-extension-is-base",
    Severity.ERROR,
    Kind.RESOURCE_TYPE,
    "RFC 7643 sections 3.3 and 6",
    bad='"schema": X, "schemaExtensions": [{"schema": X, …}]',
    good="another schema as the extension",
)
def rt_extension_is_base(resource_type: ResourceType, report: Report) -> None:
    """An extension is not the base schema

    It adds to the base schema, so it cannot be that schema.
    """
    base = resource_type.string("schema").lower()
    for urn, spot in _listed(resource_type):
        if base and urn == base:
            report(spot, "this extension is the base schema itself", "remove it")
