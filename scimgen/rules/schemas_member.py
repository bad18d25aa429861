"""Rules about the `schemas` of a discovery document."""

from scimgen.diagnostics import Severity
from scimgen.documents.recognise import strings
from scimgen.fixes.edit import Edit, add_first_member, written
from scimgen.rules.members import addition, meant
from scimgen.rules.nodes import Entry, ListResponse
from scimgen.rules.report import Report
from scimgen.rules.rule import DISCOVERY, Kind, rule
from scimgen.source import Array, Scalar

_RIGHT = '"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"]'


def _missing(entry: Entry, report: Report) -> None:
    if entry.value("schemas") is None:
        edits: tuple[Edit, ...] = ()
        if entry.member("schemas") is None and "schemas" not in meant(entry):
            edits = add_first_member(entry.document, entry.node, "schemas", [entry.own_uri])
        fix = addition(entry, "schemas", f'add "schemas": [{written(entry.own_uri)}]')
        report(entry.here, f"{entry.called} without schemas", fix, edits=edits)


@rule(
    "schemas-missing",
    Severity.WARNING,
    Kind.SCHEMA,
    "RFC 7643 sections 3 and 7",
    bad='{"id": "urn:acme:scim:Badge", "attributes": […]}',
    good=f'{{{_RIGHT}, "id": "urn:acme:scim:Badge", "attributes": […]}}',
)
def schemas_missing(schema: Entry, report: Report) -> None:
    """A Schema has schemas

    It is REQUIRED for every resource, and a Schema is one. The Schemas in section 8.7 of the RFC do
    not have it, so this is a warning.
    """
    _missing(schema, report)


@rule(
    "schemas-missing-rt",
    Severity.ERROR,
    Kind.RESOURCE_TYPE,
    "RFC 7643 sections 3 and 6",
    bad='{"name": "User", …}',
    good='{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"], "name": "User", …}',
)
def schemas_missing_rt(resource_type: Entry, report: Report) -> None:
    """A ResourceType has schemas

    It is REQUIRED for every resource. Clients recognise the kind of a resource by it.
    """
    _missing(resource_type, report)


@rule(
    "schemas-missing-spc",
    Severity.ERROR,
    Kind.SERVICE_PROVIDER_CONFIG,
    "RFC 7644 section 4",
    bad='{"patch": {…}, …}',
    good=(
        '{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"], "patch":'
        " {…}, …}"
    ),
)
def schemas_missing_spc(config: Entry, report: Report) -> None:
    """A ServiceProviderConfig has schemas

    "… SHALL return a JSON structure". Section 5 defines it, and schemas is REQUIRED.
    """
    _missing(config, report)


@rule(
    "schemas-not-array",
    Severity.ERROR,
    (*DISCOVERY, Kind.LIST_RESPONSE),
    "RFC 7643 section 3",
    bad='"schemas": "urn:ietf:params:scim:schemas:core:2.0:Schema"',
    good=_RIGHT,
)
def schemas_not_array(entry: Entry | ListResponse, report: Report) -> None:
    """schemas is an array of URIs

    It is multi-valued, even with one value.
    """
    node = entry.value("schemas")
    if node is None:
        return
    if not isinstance(node, Array):
        text = entry.string("schemas")
        edits = (Edit(node.start, node.end, f"[{written(text)}]"),) if text else ()
        fix = f"write [{written(text or entry.own_uri)}]"
        report(
            entry.at("schemas"),
            f"schemas is {entry.text('schemas')}, not an array",
            fix,
            edits=edits,
        )
        return
    for index, item in enumerate(node.items):
        if not isinstance(item, Scalar) or not isinstance(item.value, str):
            report(
                entry.at("schemas", index),
                "an item of schemas is not a string",
                "write the schema's URN",
            )


@rule(
    "schemas-wrong-uri",
    Severity.ERROR,
    DISCOVERY,
    "RFC 7643 sections 3 and 5 to 7",
    bad='"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"]',
    good=_RIGHT,
)
def schemas_wrong_uri(entry: Entry, report: Report) -> None:
    """schemas contains the URI of the kind of document

    It is not the URI of the schema that the document defines. For a Schema it is always
    …:core:2.0:Schema.
    """
    node = entry.value("schemas")
    found = strings(node)
    if node is None or entry.own_uri.lower() in (uri.lower() for uri in found):
        return
    fix = f"write [{written(entry.own_uri)}]"
    edits = (Edit(node.start, node.end, f"[{written(entry.own_uri)}]"),) if len(found) == 1 else ()
    report(
        entry.at("schemas"),
        f"schemas does not contain the URI of a {entry.shape}",
        fix,
        edits=edits,
    )


@rule(
    "schemas-duplicate",
    Severity.ERROR,
    (*DISCOVERY, Kind.LIST_RESPONSE),
    "RFC 7643 section 3",
    bad='"schemas": [X, X]',
    good='"schemas": [X]',
)
def schemas_duplicate(entry: Entry | ListResponse, report: Report) -> None:
    """schemas contains each URI once

    "Duplicate values MUST NOT be included."
    """
    seen = set()
    for index, item in enumerate(entry.items("schemas")):
        if isinstance(item, Scalar) and isinstance(item.value, str):
            if item.value.lower() in seen:
                report(
                    entry.at("schemas", index),
                    f'"{item.value}" occurs twice in schemas',
                    "remove it",
                )
            seen.add(item.value.lower())


@rule(
    "schemas-case",
    Severity.INFO,
    DISCOVERY,
    "RFC 7643 section 3; RFC 8141 section 3",
    bad='"schemas": ["urn:ietf:params:scim:schemas:core:2.0:schema"]',
    good=_RIGHT,
)
def schemas_case(entry: Entry, report: Report) -> None:
    """The URI of the kind of document has the spelling of the RFC

    URNs are compared without regard to case, but clients often compare exactly.
    """
    for index, item in enumerate(entry.items("schemas")):
        if isinstance(item, Scalar) and isinstance(item.value, str):
            same = item.value.lower() == entry.own_uri.lower()
            if same and item.value != entry.own_uri:
                edits = (Edit(item.start, item.end, written(entry.own_uri)),)
                message = f'"{item.value}" has another case than in the RFC'
                report(entry.at("schemas", index), message, f'write "{entry.own_uri}"', edits=edits)


@rule(
    "schemas-extra-uri",
    Severity.WARNING,
    DISCOVERY,
    "RFC 7643 section 3",
    bad='"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema", "urn:x:y"]',
    good=_RIGHT,
)
def schemas_extra_uri(entry: Entry, report: Report) -> None:
    """schemas only contains the URIs of the kind of document and its extensions

    The attribute "MUST only contain" the schema and schemaExtensions of its resource type. An
    extension is valid if the document has data of it, which is a member with the URI as name.
    """
    own = entry.own_uri.lower()
    listed = entry.items("schemas")
    if not any(isinstance(item, Scalar) and str(item.value).lower() == own for item in listed):
        return
    for index, item in enumerate(listed):
        uri = item.value if isinstance(item, Scalar) and isinstance(item.value, str) else own
        folded = uri.lower()
        if folded != own and folded not in entry.members and ":extension:" not in folded:
            report(
                entry.at("schemas", index),
                f'"{uri}" is not a schema of a {entry.shape}',
                "remove it",
            )
