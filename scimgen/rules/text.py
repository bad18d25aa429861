"""Rules about the text itself: JSON, its member names, and what it is meant to be."""

from scimgen.diagnostics import Severity
from scimgen.documents import urns
from scimgen.documents.recognise import Shape, is_discovery_array
from scimgen.fixes.edit import BOM, wrap_in_list_response
from scimgen.rules.nodes import Spot, View, Whole
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, rule
from scimgen.source import Array, Scalar


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

    No comments, no commas before a closing bracket, no unescaped quotes: clients read nothing of a text that they
    cannot parse. Only scimgen's own descriptions are YAML.
    """
    for fault in text.document.faults:
        report(Spot(text.document, fault.start, fault.end, ""), fault.message, fault.mend)
    if text.document.root and not text.document.faults and text.document.language == "yaml":
        spot = Spot(text.document, text.document.root.start, text.document.root.start + 1, "")
        report(spot, "a SCIM document is JSON, not YAML", "write it as JSON, or begin a description with scimgen: 1")


@rule("json-bom", Severity.INFO, Kind.TEXT, "RFC 8259 section 8.1", bad="\\uFEFF{…}", good="{…}")
def json_bom(text: Whole, report: Report) -> None:
    """A text has no byte order mark

    "Implementations MUST NOT add a byte order mark", and a parser may treat one as an error.
    """
    if text.document.had_bom:
        report(Spot(text.document, 0, 1, ""), "the text begins with a byte order mark", "remove it", edits=(BOM,))


@rule(
    "json-duplicate-key",
    Severity.WARNING,
    Kind.OBJECT,
    "RFC 8259 section 4",
    bad='{"type": "string", "type": "complex"}',
    good='{"type": "complex"}',
)
def json_duplicate_key(view: View, report: Report) -> None:
    """The names of an object are unique

    Of two equal names most readers keep the last in silence, some the first, some refuse the text.
    """
    if len(view.members) == len(view.node.members):
        return
    seen = set()
    for member in view.node.members:
        if member.key in seen:
            report(view.key(member), f'"{member.key}" stands here twice; readers keep the last', "remove one of them")
        seen.add(member.key)


@rule(
    "null-value",
    Severity.INFO,
    Kind.OBJECT,
    "RFC 7643 section 2.5",
    bad='"canonicalValues": null',
    good="leave it out",
)
def null_value(view: View, report: Report) -> None:
    """A member without a value is left out

    Null is legal and means "unassigned", but clients that read strictly (Entra is one) stumble over it.
    """
    for member in view.node.members:
        if isinstance(member.value, Scalar) and member.value.value is None:
            report(view.at(member.key), f'"{member.key}" is null, which means unassigned', "leave it out")


@rule(
    "doc-unrecognised-shape",
    Severity.ERROR,
    Kind.UNRECOGNISED,
    "RFC 7643 sections 5 to 7; RFC 7644 section 4",
    bad='{"$schema": "http://json-schema.org/draft-07/schema#"}',
    good='{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"], "id": "urn:…", "attributes": […]}',
)
def doc_unrecognised_shape(node: Whole, report: Report) -> None:
    """A document is a Schema, ResourceType or ServiceProviderConfig, an array of them, or a ListResponse

    JSON Schema, OpenAPI, a bare array of attributes or a vendor's wrapper tell a SCIM client nothing.
    """
    mend = "give it the schemas and members of a Schema, ResourceType, ServiceProviderConfig or ListResponse"
    if isinstance(node.node, Array):
        mend = 'put attribute definitions into "attributes" of a Schema'
    elif isinstance(node.node, Scalar):
        mend = "a document is an object or an array of them"
    what = "this is none of the documents of SCIM discovery"
    if node.shape is Shape.DESCRIPTION or node.shape is Shape.LIST_RESPONSE:
        what, mend = f"a {node.shape} stands alone, not in a list", "take it out of the list"
    report(node.here, what, mend)


@rule(
    "bare-array",
    Severity.INFO,
    Kind.ARRAY,
    "RFC 7644 section 4",
    bad="[{…}, {…}]",
    good='{"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 2, "Resources": […]}',
)
def bare_array(array: Whole, report: Report) -> None:
    """/Schemas and /ResourceTypes answer with a ListResponse

    An array is fine as a file that an app reads (RFC 7643 section 8.7 prints arrays), but not as a response body.
    """
    if not isinstance(array.node, Array) or not is_discovery_array(array.node):
        return
    edits = wrap_in_list_response(array.document, array.node, urns.LIST_RESPONSE)
    report(array.here, "an array is no response body", 'wrap it: {"schemas": […ListResponse], …}', edits=edits)


@rule(
    "scim1-document",
    Severity.ERROR,
    Kind.SCIM1,
    "RFC 7643 section 10.2.1; SCIM 1.1",
    bad='{"id": "urn:scim:schemas:core:1.0:User", "attributes": [{"name": "x", "readOnly": false}]}',
    good='{"id": "urn:ietf:params:scim:schemas:core:2.0:User", "attributes": [{"name": "x", "mutability": …}]}',
)
def scim1_document(node: Whole, report: Report) -> None:
    """A document is SCIM 2.0, not 1.x

    SCIM 1.1 had other URNs, other members (readOnly, schema, endpoint) and other rules; clients of 2.0 cannot use it.
    Nothing else is checked in it.
    """
    report(node.here, "this is a SCIM 1 document", "write it by RFC 7643: its URNs, mutability instead of readOnly")
