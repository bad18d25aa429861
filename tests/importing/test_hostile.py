"""Documents that no sound server gives: described as far as they go, never a crash."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimgen.importing import CannotImport, describe
from tests.importing.support import described, document, imported

ROOM = "urn:acme:scim:schemas:crm:1.0:Room"
_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_MEMBERS = ["name", "type", "multiValued", "canonicalValues", "mutability", "uniqueness", "caseExact", "referenceTypes"]
_SENSE = st.sampled_from(
    ["a", "b", "$ref", "id", "<<", "class", "complex", "reference", "string", "never", "server", "true"]
)
_ATTRIBUTES = st.lists(
    st.dictionaries(st.sampled_from([*_MEMBERS, "subAttributes", "x"]), _SENSE | _ANY | st.lists(_SENSE), max_size=6)
)
_URNS = st.sampled_from(
    [
        ROOM,
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "urn:okta:scim:schemas:core:1.0:Entitlement",
        "urn:okta:scim:schemas:core:1.0:Role",
        "urn:acme:scim:schemas:extension:crm:1.0:User",
        "nonsense",
        "",
    ]
)
_TYPES = st.fixed_dictionaries(
    {
        "schema": _URNS | _ANY,
        "endpoint": st.sampled_from(["/Users", "/a/b", "http://x/y", "", "/Me", "/Schemas"]) | _ANY,
    },
    optional={
        "name": st.sampled_from(["User", "A", "a", "<<", "x/y", "No\nway", "x" * 99]) | _ANY,
        "schemaExtensions": _ANY,
    },
)
_EXTENSIONS = st.lists(st.fixed_dictionaries({"schema": _URNS, "required": _ANY}), max_size=3)


@given(
    st.lists(st.fixed_dictionaries({"id": _URNS | _ANY, "attributes": _ATTRIBUTES | _ANY}), max_size=3),
    st.lists(st.tuples(_TYPES, _EXTENSIONS), max_size=3),
)
def test_whatever_comes_is_described_or_refused(schemas: list[Any], types: list[Any]) -> None:
    """The page that comes out always loads."""
    listed = [type_ | {"schemaExtensions": extensions} for type_, extensions in types]
    try:
        found = describe([document(schemas), document(listed)])
    except CannotImport:
        return
    assert described(found.text)


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        ({"type": "string"}, "without a usable name"),
        ("string", "that is not an object"),
        ({"name": "a", "type": "text"}, "has a type that RFC 7643 section 2.3 does not define"),
        ({"name": "a", "mutability": "sometimes"}, "mutability is not one of"),
        ({"name": "a", "canonicalValues": [{"value": "x"}]}, "that is not a text"),
        ({"name": "a", "minLength": 3}, "RFC 7643 defines no member minLength"),
        ({"name": "x" * 300}, "without a usable name"),
    ],
)
def test_what_cannot_be_read_is_noted(attribute: Any, expected: str) -> None:
    """On the page and in the notes; the rest is there."""
    found = imported({"id": ROOM, "name": "Room", "attributes": [{"name": "seats"}, attribute]})
    assert any(expected in note for note in found.notes)
    assert found.app.resource_types[-1].schema.attribute("seats")


@pytest.mark.parametrize("name", ["a b", "1a", "é"])
def test_names_that_are_none_are_left_out_with_their_reason(name: str) -> None:
    """The reason is a rule of the language."""
    found = imported({"id": ROOM, "name": "Room", "attributes": [{"name": "seats"}, {"name": name}]})
    assert [(str(difference.effect), difference.what) for difference in found.differences] == [("lost", name)]
    assert f"# Left out, {name}: " in found.text


def test_a_name_that_closes_a_comment_or_a_quote_does_no_harm() -> None:
    """Names and descriptions are hostile input."""
    text = "x\n]}\"'\nscimgen: 2 # \u2028\u0085"
    found = imported(
        {
            "id": ROOM,
            "name": text,
            "description": text,
            "attributes": [{"name": text}, {"name": "a", "description": text}],
        }
    )
    (schema,) = (type_.schema for type_ in found.app.resource_types if type_.name == "Room")
    assert (schema.name, schema.description, schema.attributes[0].description) == (text, text, text)


def test_half_a_surrogate_pair_becomes_a_replacement() -> None:
    """No UTF-8 file can hold it (RFC 8259 section 8.2)."""
    found = imported({"id": ROOM, "name": "Room", "attributes": [{"name": "a", "description": "x\ud800"}]})
    assert found.app.resource_types[-1].schema.attributes[0].description == "x\ufffd"


def test_the_protocols_own_documents_are_left_out() -> None:
    """A server serves them by itself (RFC 7644 section 4)."""
    urn = "urn:ietf:params:scim:schemas:core:2.0:Schema"
    found = imported(
        [{"name": "Schema", "endpoint": "/Schemas", "schema": urn}, {"name": "A", "endpoint": "/As", "schema": ROOM}]
    )
    assert "Schema is left out: /Schemas belongs to the protocol" in found.text


def test_nothing_makes_no_description() -> None:
    """A ListResponse of nothing."""
    with pytest.raises(CannotImport, match="no schema, resource type"):
        imported(
            {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 0, "Resources": []}
        )


def test_a_list_that_is_not_whole_is_noted() -> None:
    """Discovery is not paged (RFC 7644 section 4)."""
    found = imported({"totalResults": 5, "Resources": [{"id": ROOM, "name": "Room", "attributes": []}]})
    assert any("only 1 of 5 resources were returned" in note for note in found.notes)


def test_a_urn_in_the_core_namespace_stays() -> None:
    """`core-namespace-squatting` is a warning (RFC 7643 section 10.3): clients of the server know the URN."""
    urn = "urn:ietf:params:scim:schemas:core:2.0:Application"
    found = imported(
        {"id": urn, "name": "Application", "attributes": [{"name": "label"}]},
        {"name": "Application", "endpoint": "/Applications", "schema": urn},
        app="crm",
        vendor="acme",
    )
    assert found.app.resource_types[-1].schema.id == urn
    assert f"schema: {urn}" in found.text
