"""The walk over a document: what the rules of each kind are called with, and in which order."""

import json
from typing import Any

import pytest

from scimgen.diagnostics import Severity
from scimgen.documents import urns
from scimgen.documents.recognise import Shape
from scimgen.rules.nodes import Attribute, ResourceType, Schema, ServiceProvider
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, Rule, RuleTable
from scimgen.rules.walk import Walk
from scimgen.source import Document, deferred, read_text
from scimgen.source import json as reader

Visit = tuple[str, str, str]


def walked(text: str, language: str = "json") -> tuple[Shape, list[Visit], ServiceProvider]:
    """Walk over a text with one rule for each kind. Returns the shape, the calls of the rules, and the views."""
    visits: list[Visit] = []
    rules = {kind: recording(kind, visits) for kind in Kind}
    provider = ServiceProvider(frozenset())
    document: Document = read_text("a.json", text.encode(), language)
    shape = Walk(RuleTable(rules.values()), Report(), provider).document(document)
    return shape, visits, provider


def recording(kind: Kind, visits: list[Visit]) -> Rule:
    """A rule that records its calls."""

    def check(node: Any, report: Report) -> None:
        """Record the call."""
        assert report.rule is rule
        parent = getattr(node, "parent", None)
        visits.append((kind.value, node.pointer, "" if parent is None else parent.pointer or "/"))

    rule = Rule(kind.value, Severity.ERROR, (kind,), "", "", "", check)
    return rule


SCHEMA = {
    "schemas": [urns.SCHEMA],
    "id": "urn:a",
    "meta": {"location": "x"},
    "attributes": [
        {"name": "a", "subAttributes": [{"name": "b"}, 5, {"name": "c"}]},
        [{"name": "in an array"}],
        {"name": "d", "more": {"deep": [{"x": {}}]}},
    ],
}
TYPE = {
    "schemas": [urns.RESOURCE_TYPE],
    "name": "T",
    "endpoint": "/Ts",
    "schema": "urn:a",
    "SchemaExtensions": [{"schema": "urn:b"}],
    "meta": {},
    "patch": {},
}
CONFIG = {
    "schemas": [urns.SERVICE_PROVIDER_CONFIG],
    **{name: {} for name in ("patch", "bulk", "filter", "changePassword", "sort", "etag", "pagination", "unknown")},
    "authenticationSchemes": [{"name": "x"}],
    "meta": {},
}
USER = {
    "schemas": [urns.USER],
    "id": "1",
    "meta": {"x": {}},
    "roles": [{"value": "x"}],
    "more": {"Resources": [{}]},
}
ROOT = "/"
SCHEMA_VISITS = [
    ("Schema", "", ""),
    ("object", "", ""),
    ("meta", "/meta", ROOT),
    ("object", "/meta", ROOT),
    ("attribute", "/attributes/0", ROOT),
    ("object", "/attributes/0", ROOT),
    ("attribute", "/attributes/0/subAttributes/0", "/attributes/0"),
    ("object", "/attributes/0/subAttributes/0", "/attributes/0"),
    ("attribute", "/attributes/0/subAttributes/2", "/attributes/0"),
    ("object", "/attributes/0/subAttributes/2", "/attributes/0"),
    ("attribute", "/attributes/2", ROOT),
    ("object", "/attributes/2", ROOT),
    ("object", "/attributes/2/more", "/attributes/2"),
    ("object", "/attributes/2/more/deep/0", "/attributes/2/more"),
    ("object", "/attributes/2/more/deep/0/x", "/attributes/2/more/deep/0"),
]
TYPE_VISITS = [
    ("ResourceType", "", ""),
    ("object", "", ""),
    ("schemaExtensions item", "/SchemaExtensions/0", ROOT),
    ("object", "/SchemaExtensions/0", ROOT),
    ("meta", "/meta", ROOT),
    ("object", "/meta", ROOT),
    ("object", "/patch", ROOT),
]
FEATURES = ("patch", "bulk", "filter", "changePassword", "sort", "etag", "pagination")
CONFIG_VISITS = [
    ("ServiceProviderConfig", "", ""),
    ("object", "", ""),
    *((kind, f"/{name}", ROOT) for name in FEATURES for kind in ("ServiceProviderConfig feature", "object")),
    ("object", "/unknown", ROOT),
    ("authenticationSchemes item", "/authenticationSchemes/0", ROOT),
    ("object", "/authenticationSchemes/0", ROOT),
    ("meta", "/meta", ROOT),
    ("object", "/meta", ROOT),
]
USER_VISITS = [
    ("resource", "", ""),
    ("object", "", ""),
    ("object", "/meta", ROOT),
    ("object", "/meta/x", "/meta"),
    ("object", "/roles/0", ROOT),
    ("object", "/more", ROOT),
    ("object", "/more/Resources/0", "/more"),
]


def below(visits: list[Visit], pointer: str, parent: str = "") -> list[Visit]:
    """The visits of a document that is inside another one."""
    moved = []
    for kind, at, of in visits:
        moved.append((kind, pointer + at, parent if not of else pointer + of.rstrip("/")))
    return moved


@pytest.fixture(params=["a small text", "a large text"])
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """In a large text, members are read when they are used."""
    if request.param == "a large text":
        monkeypatch.setattr(reader, "LARGE", 0)
        monkeypatch.setattr(deferred, "_WHOLE", 330)  # a document, but not a list of them
    return str(request.param)


@pytest.mark.parametrize(
    ("document", "shape", "visits"),
    [
        (SCHEMA, Shape.SCHEMA, SCHEMA_VISITS),
        (TYPE, Shape.RESOURCE_TYPE, TYPE_VISITS),
        (CONFIG, Shape.SERVICE_PROVIDER_CONFIG, CONFIG_VISITS),
        (USER, Shape.RESOURCE, USER_VISITS),
    ],
)
def test_every_object_is_checked_once_after_its_parent(
    document: dict[str, Any], shape: Shape, visits: list[Visit], size: str
) -> None:
    """Members are visited in the order of the text, each by the rules of its kind and then by those of objects."""
    found, visited, _ = walked(json.dumps(document))
    assert found is shape
    assert visited == [("text", "", ""), *visits]


def test_the_items_of_a_list_are_recognised(size: str) -> None:
    """A list inside a list is not; a value that is no document is checked as such."""
    inner = {"schemas": [urns.LIST_RESPONSE], "totalResults": 0, "Resources": [{"x": {}}]}
    resources = [SCHEMA, 5, TYPE, inner, {"x": {"y": 1}}, USER]
    listed = {"schemas": [urns.LIST_RESPONSE], "totalResults": 6, "more": [{}], "Resources": resources}
    shape, visited, provider = walked(json.dumps(listed))
    assert shape is Shape.LIST_RESPONSE
    assert visited == [
        ("text", "", ""),
        ("ListResponse", "", ""),
        ("object", "", ""),
        ("object", "/more/0", ROOT),
        *below(SCHEMA_VISITS, "/Resources/0", ROOT),
        ("unrecognised document", "/Resources/1", ""),
        *below(TYPE_VISITS, "/Resources/2", ROOT),
        ("unrecognised document", "/Resources/3", ""),
        ("unrecognised document", "/Resources/4", ""),
        *below(USER_VISITS, "/Resources/5", ROOT),
    ]
    assert [len(part) for part in (provider.schemas, provider.resource_types, provider.resources)] == [1, 1, 1]


def test_the_items_of_an_array_of_documents_are_recognised(size: str) -> None:
    shape, visited, provider = walked(json.dumps([TYPE, SCHEMA, {"x": 1}]))
    assert shape is Shape.ARRAY
    assert visited == [
        ("text", "", ""),
        ("array of documents", "", ""),
        *below(TYPE_VISITS, "/0"),
        *below(SCHEMA_VISITS, "/1"),
        ("unrecognised document", "/2", ""),
    ]
    assert [schema.pointer for schema in provider.schemas] == ["/1"]


def test_the_views_have_their_attributes_and_extensions(size: str) -> None:
    """Attributes are in their schema or attribute, and extensions in their resource type."""
    _, _, provider = walked(json.dumps([SCHEMA, TYPE]))
    (schema,), (resource_type,) = provider.schemas, provider.resource_types
    assert isinstance(schema, Schema) and isinstance(resource_type, ResourceType)

    def names(attributes: list[Attribute]) -> list[Any]:
        return [(attribute.string("name"), names(attribute.attributes)) for attribute in attributes]

    assert names(schema.attributes) == [("a", [("b", []), ("c", [])]), ("d", [])]
    assert [extension.string("schema") for extension in resource_type.extensions] == ["urn:b"]
    is_released = [type(view).__name__.startswith("Released") for view in (schema, resource_type)]
    assert is_released == [size == "a large text"] * 2, "the members of a large text are not kept"


@pytest.mark.parametrize(
    ("text", "shape", "kinds"),
    [
        ("{", Shape.UNKNOWN, ["text"]),
        ("", Shape.UNKNOWN, ["text"]),
        ("5", Shape.UNKNOWN, ["text", "unrecognised document"]),
        ("{}", Shape.UNKNOWN, ["text", "unrecognised document"]),
        ('{"schemas": ["urn:scim:schemas:core:1.0"], "a": {}}', Shape.SCIM1, ["text", "SCIM 1 document"]),
    ],
)
def test_what_is_no_document_is_checked_as_a_text(text: str, shape: Shape, kinds: list[str]) -> None:
    found, visited, _ = walked(text)
    assert found is shape
    assert [kind for kind, _, _ in visited if kind != "object"] == kinds


def test_the_objects_of_a_scim_1_document_are_checked() -> None:
    _, visited, _ = walked('{"schemas": ["urn:scim:schemas:core:1.0"], "a": [{"b": {}}]}')
    objects = [(pointer, parent) for kind, pointer, parent in visited if kind == "object"]
    assert objects == [("", ""), ("/a/0", ROOT), ("/a/0/b", "/a/0")]


def test_a_text_with_a_fault_and_a_description_are_not_walked() -> None:
    """The rules of documents do not apply to them."""
    repeated = json.dumps(SCHEMA)[:-1] + ', "id": "urn:b"}'
    for text, language in ((repeated + "}", "json"), ("schemas: []\nid: {a: 1}\n", "yaml")):
        _, visited, provider = walked(text, language)
        assert visited == [("text", "", "")]
        assert provider.schemas == []
