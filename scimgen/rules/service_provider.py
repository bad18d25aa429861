"""Rules that need all files of a service provider together."""

from collections.abc import Iterator

from scimgen.diagnostics import Severity
from scimgen.rules import uris
from scimgen.rules.nodes import ResourceType, SchemaExtension, ServiceProvider, Spot, View
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, rule
from scimgen.source import Scalar


def _twice(views: list[View], name: str) -> Iterator[tuple[View, View]]:
    """The views with a duplicate member, each with the first one. Case and slashes are ignored."""
    first: dict[str, View] = {}
    for view in views:
        value = view.string(name).strip("/").lower()
        if value and value in first:
            yield view, first[value]
        first.setdefault(value, view)


def _beside(view: View, name: str) -> str:
    """The place of a member, for a message about another one."""
    spot = view.at(name)
    return str(spot.document.source.place(spot.start, spot.end))


def _is_whole(provider: ServiceProvider) -> bool:
    """Whether both schemas and resource types were read. Otherwise nothing can be reported as missing."""
    return bool(provider.resource_types and provider.schemas)


@rule(
    "schema-id-duplicate",
    Severity.ERROR,
    Kind.SET,
    "RFC 7643 section 3.1; RFC 7644 section 3.10",
    bad="two schemas urn:acme:scim:Badge and urn:acme:scim:badge",
    good="two ids",
)
def schema_id_duplicate(provider: ServiceProvider, report: Report) -> None:
    """Schemas have different ids

    An id is unique, and URNs are compared without regard to case.
    """
    for schema, first in _twice([*provider.schemas], "id"):
        message = f'the id "{schema.string("id")}" is already used at {_beside(first, "id")}'
        report(schema.at("id"), message, "give it another id, or remove one of them")


@rule("rt-name-duplicate", Severity.ERROR, Kind.SET, "RFC 7643 section 6", bad='"User", "user"', good='"User", "Group"')
def rt_name_duplicate(provider: ServiceProvider, report: Report) -> None:
    """Resource types have different names

    meta.resourceType and referenceTypes refer to them by name.
    """
    for resource_type, first in _twice([*provider.resource_types], "name"):
        message = f'the name "{resource_type.string("name")}" is already used at {_beside(first, "name")}'
        report(resource_type.at("name"), message, "give it another name")


@rule(
    "rt-endpoint-duplicate",
    Severity.ERROR,
    Kind.SET,
    "RFC 7643 section 6; RFC 7644 section 3.2",
    bad='"/Users", "Users/"',
    good='"/Users", "/Groups"',
)
def rt_endpoint_duplicate(provider: ServiceProvider, report: Report) -> None:
    """Resource types have different endpoints

    A client could not distinguish their resources.
    """
    for resource_type, first in _twice([*provider.resource_types], "endpoint"):
        message = f'the endpoint "{resource_type.string("endpoint")}" is already used at {_beside(first, "endpoint")}'
        report(resource_type.at("endpoint"), message, "give it another endpoint")


def _unresolved(provider: ServiceProvider, view: View, report: Report) -> None:
    """Report a `schema` that is not the id of a schema."""
    urn = view.string("schema")
    known = {schema.id.lower() for schema in provider.schemas}
    if not urn or urn.lower() in known:
        return
    severity = Severity.WARNING if urn.lower() in uris.WELL_KNOWN else None
    from difflib import get_close_matches

    near = get_close_matches(urn.lower(), known, n=1, cutoff=0.8) if severity is None else []
    right = next((schema.id for schema in provider.schemas if near and schema.id.lower() == near[0]), "")
    fix = f"did you mean {right}?" if right else "add the Schema, or correct the URN"
    report(view.at("schema"), f'no schema here has the id "{urn}"', fix, severity=severity)


@rule(
    "rt-schema-unresolved",
    Severity.ERROR,
    Kind.SET,
    "RFC 7643 section 6",
    bad='"schema": "urn:acme:scim:Badges", and a schema urn:acme:scim:Badge',
    good='"schema": "urn:acme:scim:Badge"',
)
def rt_schema_unresolved(provider: ServiceProvider, report: Report) -> None:
    """The schema of a resource type is the id of a Schema

    It "MUST be equal". For the schemas of the RFC and of Okta, which clients know, this is a warning.
    """
    if _is_whole(provider):
        for resource_type in provider.resource_types:
            _unresolved(provider, resource_type, report)


def _extensions(provider: ServiceProvider) -> Iterator[tuple[ResourceType, SchemaExtension]]:
    for resource_type in provider.resource_types:
        for extension in resource_type.extensions:
            yield resource_type, extension


@rule(
    "rt-extension-unresolved",
    Severity.ERROR,
    Kind.SET,
    "RFC 7643 section 6",
    bad="an extension …:crm:1.0:User, and a schema …:crm:1.0:Users",
    good="the same URN in both",
)
def rt_extension_unresolved(provider: ServiceProvider, report: Report) -> None:
    """The schema of an extension is the id of a Schema

    It "MUST be equal". For the schemas of the RFC and of Okta, which clients know, this is a warning.
    """
    if _is_whole(provider):
        for _, extension in _extensions(provider):
            _unresolved(provider, extension, report)


@rule(
    "reference-types-unresolved",
    Severity.ERROR,
    Kind.SET,
    "RFC 7643 section 7",
    bad='"referenceTypes": ["Users"]',
    good='"referenceTypes": ["User"]',
)
def reference_types_unresolved(provider: ServiceProvider, report: Report) -> None:
    """A reference type is a resource type of the service provider

    Names are compared exactly (caseExact is true, section 8.7.2). For User and Group, which clients know, this is a
    warning.
    """
    if not _is_whole(provider):
        return
    names = {resource_type.string("name") for resource_type in provider.resource_types}
    passed = names | {"external", "uri"}
    for attribute in provider.attributes():
        for index, item in enumerate(attribute.items("referenceTypes")):
            value = item.value if isinstance(item, Scalar) else None
            # Other rules report invalid names, and external in another case.
            odd = not isinstance(value, str) or value.lower() in ("external", "uri") or set(":/ ") & set(value)
            if odd or value in passed or attribute.schema.id.lower() in uris.DISCOVERY:
                continue
            near = next(
                (name for name in names if name.lower() in (f"{value}".lower(), f"{value}".lower().rstrip("s"))), ""
            )
            fix = f'did you mean "{near}"?' if near else f"write one of {', '.join(sorted(filter(None, names)))}"
            severity = Severity.WARNING if value in ("User", "Group") else None
            spot: Spot = attribute.at("referenceTypes", index)
            report(spot, f'there is no resource type "{value}"', fix, severity=severity)


@rule(
    "schema-unreferenced",
    Severity.INFO,
    Kind.SET,
    "RFC 7643 section 6",
    bad="a schema that no resource type uses",
    good="a resource type with it",
)
def schema_unreferenced(provider: ServiceProvider, report: Report) -> None:
    """A schema is used by a resource type

    Otherwise no resource has its attributes.
    """
    if not _is_whole(provider):
        return
    used = {resource_type.string("schema").lower() for resource_type in provider.resource_types}
    used |= {extension.string("schema").lower() for _, extension in _extensions(provider)}
    for schema in provider.schemas:
        if schema.id and schema.id.lower() not in used | uris.DISCOVERY:
            report(schema.at("id"), f'no resource type uses the schema "{schema.id}"', "add it to a ResourceType")
