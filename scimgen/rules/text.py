"""Rules about the text itself: JSON syntax, member names, and the kind of document."""

from scimgen.diagnostics import Severity
from scimgen.documents import urns
from scimgen.documents.recognise import Shape, is_discovery_array, strings
from scimgen.documents.spelling import nearest_known_urn
from scimgen.fixes.edit import BOM, wrap_in_list_response
from scimgen.rules.nodes import Schema, Spot, View, Whole
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, Layout, rule
from scimgen.rules.schema import is_unmarked
from scimgen.source import Array, Object, Scalar


@rule(
    "json-syntax",
    Severity.ERROR,
    Kind.TEXT,
    "RFC 8259 section 2; RFC 7643 section 3",
    bad='{"name": "A "b""}',
    good='{"name": "A \\"b\\""}',
)
def json_syntax(text: Whole, report: Report) -> None:
    """A document is one JSON text

    It has no comments, no commas before a closing bracket, and no unescaped quotes. Clients cannot
    read any part of an invalid text. Only descriptions of scimgen are YAML.
    """
    for fault in text.document.faults:
        report(Spot(text.document, fault.start, fault.end, ""), fault.message, fault.fix)
    if text.document.root and not text.document.faults and text.document.language == "yaml":
        spot = Spot(text.document, text.document.root.start, text.document.root.start + 1, "")
        report(
            spot,
            "a SCIM document is JSON, not YAML",
            "write it as JSON, or begin a description with scimgen: 1",
        )


@rule("json-bom", Severity.INFO, Kind.TEXT, "RFC 8259 section 8.1", bad="\\uFEFF{…}", good="{…}")
def json_bom(text: Whole, report: Report) -> None:
    """A text has no byte order mark

    "Implementations MUST NOT add a byte order mark", and a parser may treat one as an error.
    """
    if text.document.had_bom:
        report(
            Spot(text.document, 0, 1, ""),
            "the text begins with a byte order mark",
            "remove it",
            edits=(BOM,),
        )


def _has_duplicates(kind: Kind, layout: Layout) -> bool:
    return len({name.lower() for name in layout}) < len(layout)


def _never(kind: Kind, layout: Layout) -> bool:
    """For a rule that only checks objects with null, which have no layout."""
    return False


@rule(
    "json-duplicate-key",
    Severity.WARNING,
    Kind.OBJECT,
    "RFC 8259 section 4",
    bad='{"type": "string", "type": "complex"}',
    good='{"type": "complex"}',
    applies=_has_duplicates,
)
def json_duplicate_key(view: View, report: Report) -> None:
    """The names of an object are unique

    Most readers keep the last of two equal names without a message, some keep the first, and some
    refuse the text.
    """
    if len(view.members) == len(view.node.members):
        return
    seen = set()
    for member in view.node.members:
        if member.key in seen:
            report(
                view.key(member),
                f'"{member.key}" occurs twice; most readers keep the last',
                "remove one of them",
            )
        seen.add(member.key)


@rule(
    "null-value",
    Severity.INFO,
    Kind.OBJECT,
    "RFC 7643 section 2.5",
    bad='"canonicalValues": null',
    good="leave it out",
    applies=_never,
)
def null_value(view: View, report: Report) -> None:
    """A member without a value is left out

    Null is legal and means "unassigned", but strict clients such as Entra fail on it.
    """
    for member in view.node.members:
        if isinstance(member.value, Scalar) and member.value.value is None:
            report(
                view.at(member.key),
                f'"{member.key}" is null, which means unassigned',
                "leave it out",
            )


@rule(
    "doc-unrecognised-shape",
    Severity.ERROR,
    (Kind.UNRECOGNISED, Kind.SCHEMA),
    "RFC 7643 sections 5 to 7; RFC 7644 section 4",
    bad='{"$schema": "http://json-schema.org/draft-07/schema#"}',
    good=(
        '{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"], "id": "urn:…", "attributes":'
        " […]}"
    ),
)
def doc_unrecognised_shape(node: Whole | Schema, report: Report) -> None:
    """A document is a Schema, ResourceType or ServiceProviderConfig, an array of them, or a
    ListResponse

    A SCIM client cannot read JSON Schema, OpenAPI, an array of attributes or the wrapper of a
    vendor. A Schema is recognised by its attributes or its `schemas`.
    """
    if isinstance(node, Schema):
        if is_unmarked(node):
            report(
                node.here,
                f"{node.called} has neither attributes nor schemas",
                'add "attributes": [{…}]',
            )
        return
    fix = (
        "give it the schemas and members of a Schema, ResourceType, ServiceProviderConfig or"
        " ListResponse"
    )
    if isinstance(node.node, Array):
        fix = 'put attribute definitions into "attributes" of a Schema'
    elif isinstance(node.node, Scalar):
        fix = "a document must be an object or an array of objects"
    what = "this is not a document of SCIM discovery"
    if node.shape is Shape.DESCRIPTION or node.shape is Shape.LIST_RESPONSE:
        what, fix = f"a {node.shape} cannot be an item of a list", "take it out of the list"
    root = node.node
    listed = strings(root.get("schemas")) if isinstance(root, Object) else []
    near = next(filter(None, map(nearest_known_urn, listed)), "")
    report(node.here, what, f'did you mean "{near}" in schemas?' if near else fix)


@rule(
    "bare-array",
    Severity.INFO,
    Kind.ARRAY,
    "RFC 7644 section 4",
    bad="[{…}, {…}]",
    good=(
        '{"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 2,'
        ' "Resources": […]}'
    ),
)
def bare_array(array: Whole, report: Report) -> None:
    """/Schemas and /ResourceTypes return a ListResponse

    An array is valid in a file that an app reads (RFC 7643 section 8.7 has arrays), but not as a
    response body.
    """
    if not isinstance(array.node, Array) or not is_discovery_array(array.node):
        return
    edits = wrap_in_list_response(array.document, array.node, urns.LIST_RESPONSE)
    report(
        array.here,
        "an array is not a valid response body",
        'wrap it: {"schemas": […ListResponse], …}',
        edits=edits,
    )


@rule(
    "scim1-document",
    Severity.ERROR,
    Kind.SCIM1,
    "RFC 7643 section 10.2.1; SCIM 1.1",
    bad=(
        '{"id": "urn:scim:schemas:core:1.0:User", "attributes": [{"name": "x", "readOnly": false}]}'
    ),
    good=(
        '{"id": "urn:ietf:params:scim:schemas:core:2.0:User", "attributes": [{"name": "x",'
        ' "mutability": …}]}'
    ),
)
def scim1_document(node: Whole, report: Report) -> None:
    """A document is SCIM 2.0, not 1.x

    SCIM 1.1 has other URNs, other members (readOnly, schema, endpoint) and other rules. Clients of
    2.0 cannot use it. No other rules are checked.
    """
    report(
        node.here,
        "this is a SCIM 1 document",
        "convert it to RFC 7643, with its URNs and mutability instead of readOnly",
    )
