"""Rules about a ResourceType and its extensions."""

import re

from scimgen.diagnostics import Severity
from scimgen.fixes.edit import Edit, written
from scimgen.rules import uris
from scimgen.rules.members import addition
from scimgen.rules.nodes import ResourceType, View
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, rule

_RESERVED = {
    "schemas": uris.CORE + "2.0:schema",
    "resourcetypes": uris.CORE + "2.0:resourcetype",
    "serviceproviderconfig": uris.CORE + "2.0:serviceproviderconfig",
    "bulk": "",
    ".search": "",
}
_PLAIN_STEP = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_BASE_PATH = re.compile(r"/?(?:[^/]+/)*(?:scim|scim2|v[0-9](?:\.[0-9])?)/", re.IGNORECASE)


def _endpoint(resource_type: ResourceType) -> str:
    """The case-folded endpoint without slashes."""
    return resource_type.string("endpoint").strip("/").lower()


@rule(
    "rt-name-missing",
    Severity.ERROR,
    Kind.RESOURCE_TYPE,
    "RFC 7643 section 6",
    bad='{"id": "User", …}',
    good='{"id": "User", "name": "User", …}',
)
def rt_name_missing(resource_type: ResourceType, report: Report) -> None:
    """A ResourceType has a name

    REQUIRED. meta.resourceType and referenceTypes contain this name.
    """
    if resource_type.value("name") is None or resource_type.scalar("name") == "":
        report(
            resource_type.at("name"),
            f"{resource_type.called} without a name",
            addition(resource_type, "name", 'add "name": "…"'),
        )


@rule(
    "rt-endpoint-missing",
    Severity.ERROR,
    Kind.RESOURCE_TYPE,
    "RFC 7643 section 6",
    bad='{"name": "User", "schema": "…"}',
    good='{"name": "User", "endpoint": "/Users", "schema": "…"}',
)
def rt_endpoint_missing(resource_type: ResourceType, report: Report) -> None:
    """A ResourceType has an endpoint

    REQUIRED. Clients read the resources there.
    """
    if not resource_type.string("endpoint"):
        fix = addition(resource_type, "endpoint", 'add "endpoint": "/…"')
        report(resource_type.at("endpoint"), f"{resource_type.called} without an endpoint", fix)


@rule(
    "rt-endpoint-no-slash",
    Severity.INFO,
    Kind.RESOURCE_TYPE,
    "RFC 7643 section 6",
    bad='"endpoint": "Users"',
    good='"endpoint": "/Users"',
)
def rt_endpoint_no_slash(resource_type: ResourceType, report: Report) -> None:
    """An endpoint begins with a slash

    The text of the RFC has "Users", but its examples have "/Users". Clients that concatenate URLs
    need the slash.
    """
    endpoint = resource_type.string("endpoint")
    if endpoint and not endpoint.startswith("/") and not _ABSOLUTE.match(endpoint):
        spot = resource_type.at("endpoint")
        # Another endpoint may have a second fault, such as the base path or a backslash.
        edits = (
            (Edit(spot.start, spot.end, written(f"/{endpoint}")),)
            if _PLAIN_STEP.match(endpoint)
            else ()
        )
        report(spot, f'the endpoint "{endpoint}" has no slash', f'write "/{endpoint}"', edits=edits)


@rule(
    "rt-endpoint-absolute",
    Severity.WARNING,
    Kind.RESOURCE_TYPE,
    "RFC 7643 section 6",
    bad='"endpoint": "https://x.example/scim/v2/Users"',
    good='"endpoint": "/Users"',
)
def rt_endpoint_absolute(resource_type: ResourceType, report: Report) -> None:
    """An endpoint is relative to the base URL

    Clients add the base URL.
    """
    endpoint = resource_type.string("endpoint")
    if _ABSOLUTE.match(endpoint):
        last = endpoint.rstrip("/").rpartition("/")[2]
        report(
            resource_type.at("endpoint"),
            f'the endpoint "{endpoint}" is a whole URL',
            f'write "/{last}"',
        )


@rule(
    "rt-endpoint-shape",
    Severity.WARNING,
    Kind.RESOURCE_TYPE,
    "RFC 7643 section 6; RFC 7644 section 3.2",
    bad='"endpoint": "/Users/{id}"',
    good='"endpoint": "/Users"',
)
def rt_endpoint_shape(resource_type: ResourceType, report: Report) -> None:
    """An endpoint is a plain path

    It has no blanks, braces, "?", "#", backslashes or "//", because clients add the id and the
    query.
    """
    endpoint = resource_type.string("endpoint")
    if endpoint and not _ABSOLUTE.match(endpoint) and re.search(r"[\s{}?#\\]|//", endpoint):
        fix = f'write it as "{_plain_path(endpoint)}"'
        report(resource_type.at("endpoint"), f'the endpoint "{endpoint}" is not a plain path', fix)


def _plain_path(endpoint: str) -> str:
    """An endpoint without what clients add: a path with one slash before each segment."""
    path = re.split(r"[?#{]", endpoint)[0]
    segments = [segment for segment in re.split(r"[\s/\\]+", path) if segment]
    return f"/{'/'.join(segments) or 'Users'}"


@rule(
    "rt-endpoint-base-path",
    Severity.WARNING,
    Kind.RESOURCE_TYPE,
    "RFC 7643 section 6; RFC 7644 section 1.3",
    bad='"endpoint": "/scim/v2/Users"',
    good='"endpoint": "/Users"',
)
def rt_endpoint_base_path(resource_type: ResourceType, report: Report) -> None:
    """An endpoint does not repeat the path of the base URL

    It is relative to the base URL, such as https://crm.example/scim/v2. With "/scim/v2/Users", a
    client requests https://crm.example/scim/v2/scim/v2/Users.
    """
    endpoint = resource_type.string("endpoint")
    base = _BASE_PATH.match(endpoint)
    rest = endpoint[base.end() :].strip("/") if base else ""
    if base and rest and not _ABSOLUTE.match(endpoint):
        message = f'the endpoint "{endpoint}" repeats the path of the base URL'
        report(resource_type.at("endpoint"), message, f'write "/{rest}"')


@rule(
    "rt-endpoint-reserved",
    Severity.ERROR,
    Kind.RESOURCE_TYPE,
    "RFC 7644 section 3.2",
    bad='"endpoint": "/Schemas"',
    good='"endpoint": "/Badges"',
)
def rt_endpoint_reserved(resource_type: ResourceType, report: Report) -> None:
    """An endpoint is not one of the protocol

    /Schemas, /ResourceTypes, /ServiceProviderConfig, /Bulk and /.search belong to the protocol.
    Only the resource types of these resources may have them.
    """
    due = _RESERVED.get(_endpoint(resource_type))
    if due is not None and (not due or resource_type.string("schema").lower() != due):
        message = f'the endpoint "{resource_type.string("endpoint")}" belongs to the protocol'
        report(resource_type.at("endpoint"), message, "choose another")


@rule(
    "rt-me-endpoint",
    Severity.WARNING,
    Kind.RESOURCE_TYPE,
    "RFC 7644 section 3.11",
    bad='"endpoint": "/Me"',
    good="no such resource type",
)
def rt_me_endpoint(resource_type: ResourceType, report: Report) -> None:
    """/Me is not a resource type

    It is an alias for the authenticated User.
    """
    if _endpoint(resource_type) == "me":
        report(
            resource_type.at("endpoint"), "/Me is an alias, not a type", "remove this resource type"
        )


@rule(
    "rt-schema-missing",
    Severity.ERROR,
    Kind.RESOURCE_TYPE,
    "RFC 7643 section 6",
    bad='{"name": "User", "endpoint": "/Users"}',
    good=(
        '{"name": "User", "endpoint": "/Users", "schema":'
        ' "urn:ietf:params:scim:schemas:core:2.0:User"}'
    ),
)
def rt_schema_missing(resource_type: ResourceType, report: Report) -> None:
    """A ResourceType has a schema

    REQUIRED. It defines the attributes of the resources.
    """
    if not resource_type.string("schema"):
        fix = addition(resource_type, "schema", 'add "schema": "urn:…"')
        report(resource_type.at("schema"), f"{resource_type.called} without a schema", fix)


@rule(
    "rt-schema-not-uri",
    Severity.ERROR,
    (Kind.RESOURCE_TYPE, Kind.SCHEMA_EXTENSION),
    "RFC 7643 section 6; RFC 8141 section 2",
    bad='"schema": "User"',
    good='"schema": "urn:ietf:params:scim:schemas:core:2.0:User"',
)
def rt_schema_not_uri(view: View, report: Report) -> None:
    """schema is a URI

    It "MUST be equal to the id attribute of the associated Schema resource", and that is a URI.
    """
    text = view.string("schema")
    if not text:
        return
    if uris.is_urn(text):
        fault = uris.urn_fault(text)
    else:
        fault = "" if uris.is_uri(text) else "it has no scheme, or blanks"
    if fault:
        report(
            view.at("schema"),
            f'"{text}" is not a URI: {fault}',
            uris.meant(text, "write the schema's id"),
        )


@rule(
    "rt-description-missing",
    Severity.INFO,
    Kind.RESOURCE_TYPE,
    "RFC 7643 section 6",
    bad='{"name": "User", …}',
    good='{"name": "User", "description": "…", …}',
)
def rt_description_missing(resource_type: ResourceType, report: Report) -> None:
    """A ResourceType has a description

    OPTIONAL, but people read it.
    """
    if resource_type.value("description") is None:
        fix = addition(resource_type, "description", 'add "description": "…"')
        report(resource_type.here, f"{resource_type.called} without a description", fix)
