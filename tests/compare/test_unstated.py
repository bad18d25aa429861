"""What a document does not state counts as unchanged, and what only the server sets does not break writers."""

from typing import Any

import pytest

from tests.compare.support import Sides

Found = set[tuple[str, str, str]]
URN = "urn:acme:scim:schemas:2.0:Badge"
NAME = {"name": "name", "type": "string"}
ID = {"name": "id", "type": "string", "required": True, "mutability": "readOnly", "uniqueness": "none"}
META = {
    "name": "meta",
    "type": "complex",
    "mutability": "readOnly",
    "subAttributes": [{"name": "version", "type": "string", "required": True}],
}
EXTERNAL = {"name": "externalId", "type": "string"}
PHOTO = {"name": "photo", "type": "reference"}
CONFIG = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
    "patch": {"supported": True},
    "bulk": {"supported": True, "maxOperations": 1000, "maxPayloadSize": 1048576},
    "filter": {"supported": True, "maxResults": 100},
    "changePassword": {"supported": False},
    "sort": {"supported": True},
    "etag": {"supported": True},
}


def schema(*attributes: dict[str, Any], urn: str = URN) -> dict[str, Any]:
    """A schema named Badge with an attribute `name` and these attributes."""
    return {"id": urn, "name": "Badge", "attributes": [NAME, *attributes]}


def config(*types: str, **features: Any) -> dict[str, Any]:
    """A ServiceProviderConfig with authentication schemes of these types."""
    schemes = [{"type": type_, "name": type_, "description": "A scheme"} for type_ in types]
    return {**CONFIG, "authenticationSchemes": schemes, **features}


def both(sides: Sides, old: Any, new: Any) -> tuple[Found, Found]:
    """The changes in both directions."""
    return sides.diff(old, new)[1], sides.diff(new, old)[1]


REMOVED = ("breaking", "authentication-removed", "app")


@pytest.mark.parametrize("gone", ["oauth2", "oauth", "httpdigest", "urn:acme:ticket"])
@pytest.mark.parametrize("left", [("httpbasic",), ()])
def test_a_removed_authentication_scheme_breaks_whatever_its_type(sides: Sides, gone: str, left: Any) -> None:
    """RFC 7643 section 5: the types of the RFC are examples."""
    code, changes, _ = sides.diff([schema(), config(gone, *left)], [schema(), config(*left)])
    assert (code, changes) == (1, {REMOVED})
    assert sides.diff([schema(), config(*left)], [schema(), config(gone, *left)])[:2] == (
        0,
        {("safe", "authentication-changed", "app")},
    )


def test_the_case_and_the_order_of_authentication_types_have_no_meaning(sides: Sides) -> None:
    old, new = config("OAuth2", "httpbasic"), config("httpbasic", "oauth2")
    assert both(sides, [schema(), old], [schema(), new]) == (set(), set())


def test_absent_authentication_schemes_are_none(sides: Sides) -> None:
    """RFC 7643 section 2.5: an empty list and an absent member are equivalent."""
    old = {name: value for name, value in config().items() if name != "authenticationSchemes"}
    assert both(sides, old, config()) == (set(), set())
    assert sides.diff(config("oauth2"), old)[1] == {REMOVED}


def test_a_scheme_without_a_type_is_a_fault(sides: Sides) -> None:
    bare = config(authenticationSchemes=[{"name": "Token"}])
    code, changes, notes = sides.diff(bare, config("httpbasic"))
    assert (code, changes) == (0, {("safe", "authentication-changed", "app")})
    assert "an authentication scheme needs a type (RFC 7643 section 5); it is left out" in notes
    assert sides.diff(config("httpbasic"), bare)[0] == 2


def test_a_service_provider_config_alone_is_compared(sides: Sides) -> None:
    assert sides.diff(config(), config())[:2] == (0, set())
    assert sides.diff(config(), config(patch={"supported": False}))[:2] == (
        1,
        {("breaking", "feature-removed", "ServiceProviderConfig.patch")},
    )


def test_sides_without_a_common_part_are_refused(sides: Sides) -> None:
    code, changes, notes = sides.diff(schema(), config())
    assert (code, changes) == (2, set())
    assert "have nothing in common" in notes


def test_schemas_on_one_side_are_reported_as_not_compared(sides: Sides) -> None:
    for old, new, name in (([schema(), config()], config(), "new"), (config(), [schema(), config()], "old")):
        code, changes, notes = sides.diff(old, new)
        assert (code, changes) == (0, set())
        assert f"{name}.json has no schemas and no resource types: only ServiceProviderConfig is compared" in notes


@pytest.mark.parametrize("off", [{"supported": False}, {"supported": False, "maxOperations": 0, "maxPayloadSize": 0}])
def test_bulk_that_is_switched_off_is_one_change(sides: Sides, off: dict[str, Any]) -> None:
    """The limits have no meaning without the feature."""
    assert both(sides, [schema(), config()], [schema(), config(bulk=off)]) == (
        {("breaking", "feature-removed", "ServiceProviderConfig.bulk")},
        {("safe", "feature-added", "ServiceProviderConfig.bulk")},
    )


def test_a_limit_that_is_not_stated_has_not_changed(sides: Sides) -> None:
    bare = config(bulk={"supported": True}, filter={"supported": True})
    assert both(sides, config(), bare) == (set(), set())
    lower = config(filter={"supported": True, "maxResults": 50})
    assert sides.diff(config(), lower)[1] == {
        ("attention", "service-limit-lowered", "ServiceProviderConfig.filterMaxResults")
    }


CHARACTERISTICS = [
    ("type", "date_time", "dateTime"),
    ("multiValued", "yes", True),
    ("required", "yes", True),
    ("caseExact", "yes", True),
    ("mutability", "read_only", "readOnly"),
    ("returned", "on_request", "request"),
    ("uniqueness", "unique", "server"),
    ("referenceTypes", "User", ["User"]),
    ("canonicalValues", "red", ["red"]),
    ("description", 5, "The colour"),
    ("subAttributes", "none", [{"name": "value", "required": True}]),
]


@pytest.mark.parametrize(("name", "wrong", "right"), CHARACTERISTICS)
def test_a_characteristic_with_a_wrong_old_value_is_not_compared(
    sides: Sides, name: str, wrong: Any, right: Any
) -> None:
    """The note reports that it is left out. Its default is not what the document states."""
    photo = {**PHOTO, "type": "complex" if name == "subAttributes" else "reference"}
    parent = {"name": "card", "type": "complex", "subAttributes": [{**photo, name: wrong}]}
    fixed = {**parent, "subAttributes": [{**photo, name: right}]}
    for old, new in (({**photo, name: wrong}, {**photo, name: right}), (parent, fixed)):
        code, changes, notes = sides.diff(schema(old), schema(new))
        assert (code, changes) == (0, set())
        assert f"{name} must be" in notes


def test_wrong_old_members_of_other_parts_are_not_compared(sides: Sides) -> None:
    extension = "urn:acme:scim:schemas:extension:2.0:Lock"
    type_ = {
        "name": "Badge",
        "endpoint": "/Badges",
        "description": "A badge",
        "schema": URN,
        "schemaExtensions": [{"schema": extension, "required": True}],
    }
    wrong = {
        **type_,
        "endpoint": 5,
        "description": [],
        "schemaExtensions": [{"schema": extension, "required": "yes"}],
    }
    new = [type_, {**schema(), "description": "A badge"}, schema(urn=extension), config()]
    old = [
        wrong,
        {**schema(), "name": {}, "description": 5},
        {**schema(urn=extension), "attributes": "none"},
        config(patch={"supported": "yes"}, filter={"supported": True, "maxResults": "100"}),
    ]
    code, changes, _ = sides.diff(old, new)
    assert (code, changes) == (0, set())


@pytest.mark.parametrize("attribute", [ID, META, EXTERNAL, {"name": "schemas", "multiValued": True, "required": True}])
def test_a_common_attribute_that_is_listed_or_not_is_no_change(sides: Sides, attribute: dict[str, Any]) -> None:
    """RFC 7643 section 3.1: every resource has it, whether its schema lists it or not."""
    assert both(sides, schema(), schema(attribute)) == (set(), set())


def test_the_characteristics_of_common_attributes_are_those_of_the_rfc(sides: Sides) -> None:
    """The server sets `id` and `meta`. Clients write `externalId`, so its characteristics count."""
    assert both(sides, schema(ID, META), schema({**ID, "uniqueness": "server"}, {**META, "subAttributes": []})) == (
        set(),
        set(),
    )
    required = {**EXTERNAL, "required": True}
    expected = {("breaking", "became-required", "Badge.externalId")}
    assert sides.diff(schema(EXTERNAL), schema(required))[:2] == (1, expected)
    assert sides.diff(schema(), schema(required))[:2] == (1, expected)


def test_an_extension_has_its_own_attributes_with_these_names(sides: Sides) -> None:
    """RFC 7643 section 3.3: they are in the namespace of the extension."""
    urn = "urn:acme:scim:schemas:extension:2.0:Badge"
    code, changes, _ = sides.diff(schema(EXTERNAL, urn=urn), schema(urn=urn))
    assert (code, changes) == (1, {("breaking", "attribute-removed", "Badge.externalId")})
    urn = "urn:acme:Badge"
    user = "urn:ietf:params:scim:schemas:core:2.0:User"
    type_ = {"name": "User", "endpoint": "/Users", "schema": user, "schemaExtensions": [{"schema": urn}]}
    old, new = [type_, schema(EXTERNAL, urn=urn)], [type_, schema(urn=urn)]
    assert sides.diff(old, new)[1] == {("breaking", "attribute-removed", "User.externalId")}


def test_a_vendor_resource_has_no_such_attributes_of_its_own(sides: Sides) -> None:
    type_ = {"name": "Badge", "endpoint": "/Badges", "schema": URN}
    assert both(sides, [type_, schema(ID, META)], [type_, schema()]) == (set(), set())


def read_only(**characteristics: Any) -> dict[str, Any]:
    return {"name": "number", "type": "string", "mutability": "readOnly", **characteristics}


def inside(attribute: dict[str, Any], mutability: str = "readOnly") -> dict[str, Any]:
    """A complex attribute with the attribute as its sub-attribute."""
    return {"name": "card", "type": "complex", "mutability": mutability, "subAttributes": [attribute]}


def test_a_required_attribute_that_only_the_server_sets_is_no_break(sides: Sides) -> None:
    assert both(sides, schema(), schema(read_only(required=True))) == (
        {("safe", "attribute-added", "Badge.number")},
        {("breaking", "read-only-attribute-removed", "Badge.number")},
    )
    assert both(sides, schema(read_only()), schema(read_only(required=True))) == (
        {("safe", "read-only-required", "Badge.number")},
        {("attention", "became-optional", "Badge.number")},
    )


def test_a_unique_attribute_that_only_the_server_sets_is_no_break(sides: Sides) -> None:
    assert both(sides, schema(read_only()), schema(read_only(uniqueness="server"))) == (
        {("attention", "read-only-unique", "Badge.number")},
        {("attention", "uniqueness-loosened", "Badge.number")},
    )


def test_a_sub_attribute_of_a_read_only_attribute_is_set_by_the_server(sides: Sides) -> None:
    """Clients cannot write it, whatever its own mutability is."""
    plain = {"name": "number", "type": "string"}
    optional, required = schema(inside(plain)), schema(inside({**plain, "required": True}))
    assert sides.diff(optional, required)[1] == {("safe", "read-only-required", "Badge.card.number")}
    narrowed = schema(inside({**plain, "mutability": "readOnly"}))
    assert sides.diff(optional, narrowed)[:2] == (0, {("safe", "mutability-without-effect", "Badge.card.number")})
    other = {"name": "other", "type": "string", "required": True}
    more = {**inside(plain), "subAttributes": [plain, other]}
    assert sides.diff(optional, schema(more))[1] == {("safe", "attribute-added", "Badge.card.other")}
    written = [schema(inside({**plain, "required": required}, "readWrite")) for required in (False, True)]
    assert sides.diff(written[0], written[1])[1] == {("breaking", "became-required", "Badge.card.number")}


def test_a_required_attribute_that_clients_must_write_now_breaks(sides: Sides) -> None:
    """The server set the value before. A client that does not send it is refused now."""
    old, new = read_only(required=True), read_only(required=True, mutability="readWrite")
    assert sides.diff(schema(old), schema(new))[:2] == (1, {("breaking", "required-of-clients", "Badge.number")})
    assert sides.diff(schema(read_only()), schema(read_only(mutability="readWrite")))[1] == {
        ("safe", "mutability-widened", "Badge.number")
    }


def test_the_advice_for_a_removed_read_only_attribute_names_no_writers(sides: Sides) -> None:
    from scimgen.comparison import find_kind

    kind = find_kind("read-only-attribute-removed")
    assert kind
    assert "clients that write" not in kind.affects
    texts = " ".join([kind.do, kind.stored, *(effect.note for _, effect in kind.effects())])
    assert "write" not in texts
    assert "sends" not in texts


def test_absent_reference_types_are_no_restriction(sides: Sides) -> None:
    """RFC 7643 section 7: `referenceTypes` lists the types that may be referenced."""
    users = {**PHOTO, "referenceTypes": ["User"]}
    assert both(sides, schema(PHOTO), schema(users)) == (
        {("attention", "reference-types-stated", "Badge.photo")},
        {("safe", "reference-types-no-longer-stated", "Badge.photo")},
    )
    server = {"mutability": "readOnly"}
    assert both(sides, schema(PHOTO | server), schema(users | server))[0] == {
        ("safe", "read-only-reference-types", "Badge.photo")
    }


def test_other_changes_of_reference_types_are_judged_as_before(sides: Sides) -> None:
    few, more = {**PHOTO, "referenceTypes": ["User"]}, {**PHOTO, "referenceTypes": ["Group", "User"]}
    assert both(sides, schema(few), schema(more)) == (
        {("attention", "reference-types-widened", "Badge.photo")},
        {("breaking", "reference-types-narrowed", "Badge.photo")},
    )
    swapped = {**PHOTO, "referenceTypes": ["User", "Group"]}
    assert both(sides, schema(swapped), schema(more)) == (set(), set())
    server = {"mutability": "readOnly"}
    assert both(sides, schema(few | server), schema(more | server)) == (
        {("attention", "reference-types-widened", "Badge.photo")},
        {("safe", "read-only-reference-types", "Badge.photo")},
    )


def test_a_reference_that_becomes_text_is_one_change(sides: Sides) -> None:
    """Every URI is text. `referenceTypes` only has a meaning for references."""
    text = {"name": "photo", "type": "string", "caseExact": True}
    reference = {**PHOTO, "referenceTypes": ["User"], "caseExact": True}
    assert both(sides, schema(reference), schema(text)) == (
        {("attention", "type-widened", "Badge.photo")},
        {("breaking", "type-changed", "Badge.photo")},
    )
