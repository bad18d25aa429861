"""Rules about misspelled URNs of known schemas."""

from collections.abc import Iterator

from scimgen.diagnostics import Severity
from scimgen.documents import urns
from scimgen.documents.recognise import strings
from scimgen.documents.spelling import nearest_known_urn
from scimgen.fixes.edit import Edit, written
from scimgen.rules import uris
from scimgen.rules.nodes import Entry, Schema, ServiceProvider, Spot, View
from scimgen.rules.report import Report
from scimgen.rules.rule import DISCOVERY, Kind, rule
from scimgen.rules.schema_id import is_squatting
from scimgen.rules.service_provider import is_whole
from scimgen.source import Array, Scalar

_KNOWN = {urn.lower(): urn for urn in urns.ALL}


def _with_schema(provider: ServiceProvider) -> Iterator[View]:
    """The resource types and extensions, whose `schema` is the id of a schema."""
    for resource_type in provider.resource_types:
        yield resource_type
        yield from resource_type.extensions


def _listed(view: View) -> Iterator[tuple[str, Spot]]:
    """The URIs in `schemas` that no other rule reports."""
    node = view.value("schemas")
    if not isinstance(node, Array):
        return
    found = [uri.lower() for uri in strings(node)]
    if isinstance(view, Entry) and view.own_uri.lower() not in found:
        return  # schemas-wrong-uri reports the whole array
    for index, item in enumerate(node.items):
        if isinstance(item, Scalar) and isinstance(item.value, str):
            extra = isinstance(view, Entry) and ":extension:" not in item.value.lower()
            if not extra:  # schemas-extra-uri reports the others
                yield item.value, view.at("schemas", index)


def _has_other_finding(urn: str) -> bool:
    """Whether another rule reports the URN as the id of a schema."""
    of_scim = uris.scim_type(urn)
    odd_type = of_scim is not None and of_scim.lower() not in ("schemas", "api")
    malformed = not uris.is_urn(urn) or bool(uris.urn_fault(urn))
    return odd_type or malformed or uris.is_old_namespace(urn) or is_squatting(urn)


def _candidates(node: View | ServiceProvider) -> Iterator[tuple[str, Spot]]:
    """The URNs of a node with their ranges."""
    if isinstance(node, ServiceProvider):
        ids = {schema.id.lower() for schema in node.schemas}
        for view in _with_schema(node):
            urn = view.string("schema")
            unresolved = is_whole(node) and urn.lower() not in ids
            if (
                not unresolved
            ):  # rt-schema-unresolved and rt-extension-unresolved have the suggestion
                yield urn, view.at("schema")
        return
    if isinstance(node, Schema) and not _has_other_finding(node.id):
        yield node.id, node.at("id")
    yield from _listed(node)
    for member in node.node.members:
        if ":" in member.key:
            yield member.key, node.key(member)


@rule(
    "urn-misspelled",
    Severity.WARNING,
    (*DISCOVERY, Kind.RESOURCE, Kind.SET),
    "RFC 7643 sections 3, 6 and 10.3; RFC 7644 section 3.1",
    bad='"schema": "urn:ietf:params:scim:schemas:core:2.0:Users"',
    good='"schema": "urn:ietf:params:scim:schemas:core:2.0:User"',
)
def urn_misspelled(node: View | ServiceProvider, report: Report) -> None:
    """A URN is not a misspelling of the URN of a known schema

    Known are the schemas and messages of the RFCs and the IANA registry, of Okta and of the draft.
    A client finds nothing under a misspelled URN, so it ignores the type, the schema or the
    extension.
    """
    for urn, spot in _candidates(node):
        near = nearest_known_urn(urn)
        if near:
            report(spot, f'"{urn}" is not a known URN', f'did you mean "{near}"?')


def _case_faults(provider: ServiceProvider) -> Iterator[tuple[str, str, Spot]]:
    """The URNs in another case: as written, as they should be, and their ranges."""
    spelled = dict(_KNOWN)
    for schema in provider.schemas:
        folded = schema.id.lower()
        right = spelled.setdefault(folded, schema.id)
        if folded in _KNOWN and right != schema.id:
            yield schema.id, right, schema.at("id")
    for view in _with_schema(provider):
        urn = view.string("schema")
        right = spelled.get(urn.lower(), urn)
        if right != urn:
            yield urn, right, view.at("schema")


@rule(
    "urn-case",
    Severity.WARNING,
    Kind.SET,
    "RFC 7643 section 6; RFC 8141 section 3.1",
    bad='"schema": "urn:ietf:params:scim:schemas:core:2.0:user"',
    good='"schema": "urn:ietf:params:scim:schemas:core:2.0:User"',
)
def urn_case(provider: ServiceProvider, report: Report) -> None:
    """The same URN has the same case everywhere

    The schema of a resource type "MUST be equal" to the id of its Schema. Only filters and paths
    ignore the case (RFC 7644 section 3.10), and many clients compare exactly.
    """
    for urn, right, spot in _case_faults(provider):
        edits = (Edit(spot.start, spot.end, written(right)),)
        report(spot, f'"{urn}" has another case than "{right}"', f'write "{right}"', edits=edits)


@rule(
    "rt-schema-not-urn",
    Severity.WARNING,
    (Kind.RESOURCE_TYPE, Kind.SCHEMA_EXTENSION),
    "RFC 7644 section 3.10; RFC 7643 section 10.2",
    bad='"schema": "https://x.example/schemas/Badge"',
    good='"schema": "urn:acme:scim:Badge"',
)
def rt_schema_not_urn(view: View, report: Report) -> None:
    """The schema of a resource type or of an extension is a URN

    Any URI is allowed, but filters and PATCH paths have the "schema URN" before attribute names.
    The `schemas` of a resource contains it as well.
    """
    text = view.string("schema")
    if uris.is_uri(text) and not uris.is_urn(text):
        fix = uris.meant(
            text,
            "write a URN, such as urn:acme:scim:schemas:crm:1.0:Badge, also as the id of the"
            " Schema",
        )
        report(view.at("schema"), f'"{text}" is a URI, but not a URN', fix)
