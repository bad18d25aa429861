"""Rules about the `meta` of a discovery document."""

import re
from urllib.parse import unquote, urlsplit

from scimgen.diagnostics import Severity
from scimgen.fixes.edit import Edit, written
from scimgen.rules.members import addition
from scimgen.rules.nodes import Entry, Meta, ResourceType, Schema
from scimgen.rules.report import Report
from scimgen.rules.rule import DISCOVERY, Kind, rule
from scimgen.source import Object

_DATE_TIME = re.compile(
    r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
    r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?\Z"
)


@rule(
    "meta-missing",
    Severity.INFO,
    DISCOVERY,
    "RFC 7643 section 3.1",
    bad="no meta",
    good='"meta": {"resourceType": "Schema", "location": "…/Schemas/urn:…"}',
)
def meta_missing(entry: Entry, report: Report) -> None:
    """A discovery document has meta

    The service provider assigns it. In a file that an app reads, it may be added later.
    """
    if entry.value("meta") is None:
        report(
            entry.here,
            f"{entry.called} without meta",
            f'add "meta": {{"resourceType": "{entry.shape}", "location": …}}',
        )


@rule(
    "meta-not-object",
    Severity.ERROR,
    DISCOVERY,
    "RFC 7643 section 3.1",
    bad='"meta": "Schema"',
    good='"meta": {…}',
)
def meta_not_object(entry: Entry, report: Report) -> None:
    """meta is an object

    It is a complex attribute: resourceType, created, lastModified, location, version.
    """
    node = entry.value("meta")
    if node is not None and not isinstance(node, Object):
        fix = f'write {{"resourceType": "{entry.shape}"}}'
        report(entry.at("meta"), f"meta is {entry.text('meta')}, not an object", fix)


@rule(
    "meta-resource-type-missing",
    Severity.WARNING,
    Kind.META,
    "RFC 7643 section 3.1",
    bad='"meta": {"location": "…"}',
    good='"meta": {"resourceType": "Schema", "location": "…"}',
)
def meta_resource_type_missing(meta: Meta, report: Report) -> None:
    """meta has resourceType

    It is the name of the type of the resource.
    """
    assert isinstance(meta.parent, Entry)
    if meta.value("resourceType") is None:
        fix = addition(meta, "resourceType", f'add "resourceType": "{meta.parent.shape}"')
        report(meta.here, "meta without resourceType", fix)


@rule(
    "meta-resource-type",
    Severity.ERROR,
    Kind.META,
    "RFC 7643 section 3.1",
    bad='"meta": {"resourceType": "schema"}',
    good='"meta": {"resourceType": "Schema"}',
)
def meta_resource_type(meta: Meta, report: Report) -> None:
    """meta.resourceType is exactly Schema, ResourceType or ServiceProviderConfig, as the document
    requires

    It is caseExact, so "schema" is another value.
    """
    assert isinstance(meta.parent, Entry)
    node, right = meta.value("resourceType"), str(meta.parent.shape)
    if node is not None and meta.scalar("resourceType") != right:
        edits = (Edit(node.start, node.end, written(right)),)
        message = f"meta.resourceType of a {right} is {meta.text('resourceType')}"
        report(meta.at("resourceType"), message, f'write "{right}"', edits=edits)


def _expected(entry: Entry) -> tuple[str, ...]:
    """The valid suffixes of the location of a document."""
    if isinstance(entry, Schema):
        return (f"/schemas/{entry.id}",) if entry.id else ()
    if isinstance(entry, ResourceType):
        return tuple(
            f"/resourcetypes/{entry.string(name)}" for name in ("id", "name") if entry.string(name)
        )
    return ("/serviceproviderconfig", "/serviceproviderconfigs")


@rule(
    "meta-location-mismatch",
    Severity.WARNING,
    Kind.META,
    "RFC 7643 section 3.1; RFC 7644 section 4",
    bad='"id": "urn:acme:scim:Badge", "meta": {"location": "/Schemas/Badge"}',
    good=(
        '"id": "urn:acme:scim:Badge", "meta": {"location": "/scim/v2/Schemas/urn:acme:scim:Badge"}'
    ),
)
def meta_location_mismatch(meta: Meta, report: Report) -> None:
    """meta.location ends with the path of the document

    /Schemas/{id}, /ResourceTypes/{id or name} or /ServiceProviderConfig. A client uses it to read
    the document again. A relative location and percent-encoding are valid.
    """
    assert isinstance(meta.parent, Entry)
    location, ends = meta.string("location"), _expected(meta.parent)
    if not location or not ends:
        return
    try:
        parts = urlsplit(location)
        path, query = unquote(parts.path), parts.query
    except ValueError:
        path, query = location, ""
    path = f"/{path.rstrip('/')}".lower()
    if query or not any(path.endswith(end.lower()) for end in ends):
        shown = meta.parent.string("id") or meta.parent.string("name")
        endpoint = {"Schema": f"/Schemas/{shown}", "ResourceType": f"/ResourceTypes/{shown}"}
        fix = f"end it with {endpoint.get(meta.parent.shape, '/ServiceProviderConfig')}"
        report(meta.at("location"), f"meta.location is not the path of {meta.parent.called}", fix)


@rule(
    "meta-datetime-invalid",
    Severity.ERROR,
    Kind.META,
    "RFC 7643 sections 2.3.5 and 3.1",
    bad='"created": "2023-04-26T00:00Z"',
    good='"created": "2023-04-26T00:00:00Z"',
)
def meta_datetime_invalid(meta: Meta, report: Report) -> None:
    """meta.created and meta.lastModified are xsd:dateTime

    They need seconds, such as 2008-01-23T04:56:22Z.
    """
    for name in ("created", "lastModified"):
        if meta.value(name) is not None and not _DATE_TIME.match(meta.string(name)):
            report(
                meta.at(name),
                f"meta.{name} is {meta.text(name)}, not an xsd:dateTime",
                "write it as 2023-04-26T00:00:00Z",
            )
