"""Rules that need all files of a service provider together."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from scimgen.diagnostics import Severity
from scimgen.documents.spelling import nearest_known_urn, nearest_urn
from scimgen.rules import uris
from scimgen.rules.nodes import ResourceType, SchemaExtension, ServiceProvider, View
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, rule

_MOST_SUGGESTED = 3
_MOST_SUGGESTIONS = 20
_MOST_COMPARED = 1000
_NO_SUGGESTION = "add the Schema, or correct the URN"
_MISSPELLED = {"user": "User", "users": "User", "group": "Group", "groups": "Group"}


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


def used_schemas(provider: ServiceProvider) -> set[str]:
    """The case-folded URNs of the schemas and extensions of all resource types."""
    views: list[View] = [*provider.resource_types]
    views.extend(extension for _, extension in _extensions(provider))
    return {view.string("schema").lower() for view in views}


def is_whole(provider: ServiceProvider) -> bool:
    """Whether both schemas and resource types were read.

    Otherwise nothing can be reported as missing.
    """
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


@rule(
    "rt-name-duplicate",
    Severity.ERROR,
    Kind.SET,
    "RFC 7643 section 6",
    bad='"User", "user"',
    good='"User", "Group"',
)
def rt_name_duplicate(provider: ServiceProvider, report: Report) -> None:
    """Resource types have different names

    meta.resourceType and referenceTypes refer to them by name.
    """
    for resource_type, first in _twice([*provider.resource_types], "name"):
        message = (
            f'the name "{resource_type.string("name")}" is already used at {_beside(first, "name")}'
        )
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
        message = (
            f'the endpoint "{resource_type.string("endpoint")}" is already used at'
            f" {_beside(first, 'endpoint')}"
        )
        report(resource_type.at("endpoint"), message, "give it another endpoint")


def _suggestion(provider: ServiceProvider, urn: str) -> str:
    """The fix for a `schema` that is not the id of a schema.

    The id that it means, or those without a resource type.
    """
    ids = [schema.id for schema in provider.schemas[:_MOST_COMPARED]]
    near = nearest_urn(urn, ids) or nearest_known_urn(urn)
    if not near:
        similar = get_close_matches(urn.lower(), [id.lower() for id in ids], n=1, cutoff=0.8)
        near = next((id for id in ids if id.lower() in similar), "")
    if near:
        return f'did you mean "{near}"?'
    used = used_schemas(provider) | uris.DISCOVERY
    unused = [id for id in ids if id and id.lower() not in used]
    if 0 < len(unused) <= _MOST_SUGGESTED:
        return f"write {' or '.join(unused)}, which no resource type uses, or add the Schema"
    return _NO_SUGGESTION


def _check_resolved(provider: ServiceProvider, views: Iterable[View], report: Report) -> None:
    """Report every `schema` that is not the id of a schema.

    The first ones have a suggestion, which takes time.
    """
    known = {schema.id.lower() for schema in provider.schemas} | uris.known_by(provider.clients)
    suggested = 0
    for view in views:
        urn = view.string("schema")
        if not urn or urn.lower() in known:
            continue
        message, fix, severity = (
            f'no schema here has the id "{urn}"',
            "add its Schema to /Schemas",
            Severity.WARNING,
        )
        if urn.lower() not in uris.WELL_KNOWN:
            severity = Severity.ERROR
            fix = _suggestion(provider, urn) if suggested < _MOST_SUGGESTIONS else _NO_SUGGESTION
            suggested += 1
        report(view.at("schema"), message, fix, severity=severity)


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

    It "MUST be equal". For the schemas of the RFC and of Okta, which clients know, this is a
    warning.
    """
    if is_whole(provider):
        _check_resolved(provider, provider.resource_types, report)


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

    It "MUST be equal". For the schemas of the RFC and of Okta, which clients know, this is a
    warning.
    """
    if is_whole(provider):
        _check_resolved(provider, (extension for _, extension in _extensions(provider)), report)


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

    Names are compared exactly (caseExact is true, section 8.7.2). For User and Group, which clients
    know, this is a warning.
    """
    if not is_whole(provider):
        return
    names = {resource_type.string("name") for resource_type in provider.resource_types}
    names.discard("")

    def unresolved(value: str) -> bool:
        # Other rules report invalid names, and external in another case.
        special = value.lower() in ("external", "uri") or set(":/ ") & set(value)
        return not special and value not in names

    for attribute, index, value in provider.referring(unresolved):
        if attribute.schema.id.lower() in uris.DISCOVERY:
            continue
        folded = value.lower()
        near = next((name for name in names if name.lower() in (folded, folded.rstrip("s"))), "")
        fix = f'did you mean "{near}"?' if near else f"write one of {', '.join(sorted(names))}"
        severity = Severity.WARNING if value in ("User", "Group") else None
        spot = attribute.at("referenceTypes", index)
        report(spot, f'there is no resource type "{value}"', fix, severity=severity)


@rule(
    "reference-types-misspelled",
    Severity.WARNING,
    Kind.SET,
    "RFC 7643 sections 7 and 8.7.2",
    bad='"referenceTypes": ["Users"]',
    good='"referenceTypes": ["User"]',
)
def reference_types_misspelled(provider: ServiceProvider, report: Report) -> None:
    """A reference type is not a misspelling of User or Group

    It is the name of a resource type, not its endpoint, and names are compared exactly. This rule
    checks schemas without resource types; with them, `reference-types-unresolved` checks all names.
    """
    if is_whole(provider):
        return

    def misspelled(value: str) -> bool:
        return _MISSPELLED.get(value.lower(), value) != value

    for attribute, index, value in provider.referring(misspelled):
        message = f'"{value}" is not the name of a resource type of the RFC'
        near = _MISSPELLED[value.lower()]
        report(attribute.at("referenceTypes", index), message, f'did you mean "{near}"?')


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
    if not is_whole(provider):
        return
    used = used_schemas(provider) | uris.DISCOVERY
    for schema in provider.schemas:
        if schema.id and schema.id.lower() not in used:
            report(
                schema.at("id"),
                f'no resource type uses the schema "{schema.id}"',
                "add it to a ResourceType",
            )
