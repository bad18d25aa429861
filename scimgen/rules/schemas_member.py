"""Rules about the `schemas` of a discovery document."""

from scimgen.diagnostics import Severity
from scimgen.documents.recognise import strings
from scimgen.fixes.edit import Edit, add_first_member, written
from scimgen.rules.nodes import Entry
from scimgen.rules.report import Report
from scimgen.rules.rule import DISCOVERY, Kind, rule
from scimgen.source import Array, Scalar

_RIGHT = '"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"]'


def _missing(entry: Entry, report: Report) -> None:
    if entry.value("schemas") is None:
        edits = (
            () if entry.member("schemas") else add_first_member(entry.document, entry.node, "schemas", [entry.own_uri])
        )
        mend = f'add "schemas": [{written(entry.own_uri)}]'
        report(entry.here, f"{entry.called} without schemas", mend, edits=edits)


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

    It is REQUIRED of every resource, a Schema among them; the RFC's own section 8.7 prints Schemas without it, so this
    is a warning.
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

    It is REQUIRED of every resource: a client tells by it what it reads.
    """
    _missing(resource_type, report)


@rule(
    "schemas-missing-spc",
    Severity.ERROR,
    Kind.SERVICE_PROVIDER_CONFIG,
    "RFC 7644 section 4",
    bad='{"patch": {…}, …}',
    good='{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"], "patch": {…}, …}',
)
def schemas_missing_spc(config: Entry, report: Report) -> None:
    """A ServiceProviderConfig has schemas

    "… SHALL return a JSON structure": that of section 5, whose schemas is REQUIRED.
    """
    _missing(config, report)


@rule(
    "schemas-not-array",
    Severity.ERROR,
    DISCOVERY,
    "RFC 7643 section 3",
    bad='"schemas": "urn:ietf:params:scim:schemas:core:2.0:Schema"',
    good=_RIGHT,
)
def schemas_not_array(entry: Entry, report: Report) -> None:
    """schemas is an array of URIs

    It is multi-valued, also where it has one value.
    """
    node = entry.value("schemas")
    if node is None:
        return
    if not isinstance(node, Array):
        text = entry.string("schemas")
        edits = (Edit(node.start, node.end, f"[{written(text)}]"),) if text else ()
        mend = f"write [{written(text or entry.own_uri)}]"
        report(entry.at("schemas"), f"schemas is {entry.text('schemas')}, not an array", mend, edits=edits)
        return
    for index, item in enumerate(node.items):
        if not isinstance(item, Scalar) or not isinstance(item.value, str):
            report(entry.at("schemas", index), "an item of schemas is no string", "write the schema's URN")


@rule(
    "schemas-wrong-uri",
    Severity.ERROR,
    DISCOVERY,
    "RFC 7643 sections 3 and 5 to 7",
    bad='"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"]',
    good=_RIGHT,
)
def schemas_wrong_uri(entry: Entry, report: Report) -> None:
    """schemas names the kind of the document itself

    Not the schema that it describes: a Schema's is …:core:2.0:Schema, whatever its id.
    """
    node = entry.value("schemas")
    found = strings(node)
    if node is None or entry.own_uri.lower() in (uri.lower() for uri in found):
        return
    mend = f"write [{written(entry.own_uri)}]"
    edits = (Edit(node.start, node.end, f"[{written(entry.own_uri)}]"),) if len(found) == 1 else ()
    report(entry.at("schemas"), f"schemas does not say that this is a {entry.shape}", mend, edits=edits)


@rule(
    "schemas-duplicate", Severity.ERROR, DISCOVERY, "RFC 7643 section 3", bad='"schemas": [X, X]', good='"schemas": [X]'
)
def schemas_duplicate(entry: Entry, report: Report) -> None:
    """schemas names each URI once

    "Duplicate values MUST NOT be included."
    """
    seen = set()
    for index, item in enumerate(entry.items("schemas")):
        if isinstance(item, Scalar) and isinstance(item.value, str):
            if item.value.lower() in seen:
                report(entry.at("schemas", index), f'"{item.value}" stands in schemas twice', "remove it")
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
    """The URI of the document's kind is written as the RFC writes it

    URNs compare in any case, but clients often compare the text.
    """
    for index, item in enumerate(entry.items("schemas")):
        if isinstance(item, Scalar) and isinstance(item.value, str):
            same = item.value.lower() == entry.own_uri.lower()
            if same and item.value != entry.own_uri:
                edits = (Edit(item.start, item.end, written(entry.own_uri)),)
                message = f'"{item.value}" is written in another case'
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
    """schemas names the document's own kind and its extensions, nothing else

    The attribute "MUST only contain" the schema and schemaExtensions of its resource type; an extension that the
    document has data of (a member named by the URI) is fine.
    """
    own = entry.own_uri.lower()
    listed = entry.items("schemas")
    if not any(isinstance(item, Scalar) and str(item.value).lower() == own for item in listed):
        return
    for index, item in enumerate(listed):
        uri = item.value if isinstance(item, Scalar) and isinstance(item.value, str) else own
        folded = uri.lower()
        if folded != own and folded not in entry.members and ":extension:" not in folded:
            report(entry.at("schemas", index), f'"{uri}" is no schema of a {entry.shape}', "remove it")
