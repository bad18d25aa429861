"""The data files in `schemas/` are whole, sound and equal to what scim2-models knows, but for what is listed here."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import scim2_models

SCHEMAS = Path(__file__).parents[2] / "schemas"
RFC = ("User", "Group", "EnterpriseUser", "ServiceProviderConfig", "ResourceType", "Schema")
FILES = [f"rfc7643/{name}.json" for name in RFC] + [
    "okta/Entitlement.json",
    "okta/Role.json",
    "draft-ietf-scim-roles-entitlements/Role.json",
    "draft-ietf-scim-roles-entitlements/Entitlement.json",
]
KEYS = [
    "name",
    "type",
    "subAttributes",
    "multiValued",
    "description",
    "required",
    "canonicalValues",
    "caseExact",
    "mutability",
    "returned",
    "uniqueness",
    "referenceTypes",
]
OPTIONAL = {"subAttributes", "canonicalValues", "referenceTypes"}

# What differs from scim2-models: (schema, attribute, characteristic): (ours, theirs), with the clause of RFC 7643.
DEPARTURES = {
    # 7: the service provider derives it from the member's own name, so that a renamed member shows everywhere.
    ("Group", "members.display", "mutability"): ("readOnly", "readWrite"),
    # 4.3: RECOMMENDED.
    ("EnterpriseUser", "manager.value", "required"): (False, True),
    ("EnterpriseUser", "manager.$ref", "required"): (False, True),
    # 3.1: the characteristics of a listed common attribute take precedence.
    ("ResourceType", "id", "caseExact"): (True, False),
    ("ResourceType", "id", "returned"): ("always", "default"),
    ("Schema", "id", "caseExact"): (True, False),
    ("Schema", "id", "returned"): ("always", "default"),
    # 8.7.2, and no text contradicts it.
    ("ResourceType", "name", "uniqueness"): ("none", "server"),
    ("ResourceType", "endpoint", "uniqueness"): ("none", "server"),
    # 6: OPTIONAL.
    ("ResourceType", "schemaExtensions", "required"): (False, True),
    # 7: OPTIONAL.
    ("Schema", "name", "required"): (False, True),
}
# 5: "id" is not listed; 3.1 has it for every resource.
NOT_LISTED = {("ServiceProviderConfig", "id")}


def read(path: str) -> dict[str, Any]:
    return json.loads((SCHEMAS / path).read_text("utf-8"))  # type: ignore[no-any-return]


def walk(attributes: list[dict[str, Any]], above: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every attribute and sub-attribute with its dotted path."""
    for attribute in attributes:
        path = above + attribute["name"]
        yield path, attribute
        yield from walk(attribute.get("subAttributes", []), f"{path}.")


def shape(attribute: Mapping[str, Any]) -> dict[str, Any]:
    """An attribute without its sub-attributes and the wording of its description."""
    return {key: attribute.get(key) for key in KEYS if key not in ("subAttributes", "description")}


def test_every_known_schema_has_its_file_and_every_file_is_known() -> None:
    assert sorted(FILES) == sorted(str(path.relative_to(SCHEMAS)) for path in SCHEMAS.glob("*/*.json"))


@pytest.mark.parametrize("path", FILES)
def test_it_loads_in_scim2_models_and_comes_back_the_same(path: str) -> None:
    document = read(path)
    schema = scim2_models.Schema.model_validate(document)
    assert json.loads(schema.model_dump_json(by_alias=True, exclude_none=True)) == document


@pytest.mark.parametrize("path", FILES)
def test_it_is_written_as_a_service_provider_serves_it(path: str) -> None:
    document = read(path)
    assert (SCHEMAS / path).read_text("utf-8") == json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    assert list(document) == ["schemas", "id", "name", "description", "attributes", "meta"]
    assert document["schemas"] == ["urn:ietf:params:scim:schemas:core:2.0:Schema"]
    assert document["meta"] == {"resourceType": "Schema", "location": f"/Schemas/{document['id']}"}
    assert document["name"] == Path(path).stem or path == "rfc7643/ServiceProviderConfig.json"
    assert document["description"]


@pytest.mark.parametrize("path", FILES)
def test_every_characteristic_is_written_out_in_the_order_of_the_rfc(path: str) -> None:
    for name, attribute in walk(read(path)["attributes"]):
        assert list(attribute) == [key for key in KEYS if key in attribute], name
        assert set(KEYS) - OPTIONAL <= set(attribute), name
        assert attribute["description"] == " ".join(attribute["description"].split()) != "", name
        assert ("subAttributes" in attribute) == (attribute["type"] == "complex"), name
        assert ("referenceTypes" in attribute) == (attribute["type"] == "reference"), name
        assert attribute.get("canonicalValues") != [], name


@pytest.mark.parametrize("path", FILES)
def test_no_name_stands_twice(path: str) -> None:
    names = [name.lower() for name, _ in walk(read(path)["attributes"])]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("path", FILES)
def test_references_and_binaries_are_case_exact_and_what_has_no_case_is_not(path: str) -> None:
    """RFC 7643 sections 2.3.2 to 2.3.8."""
    for name, attribute in walk(read(path)["attributes"]):
        if attribute["type"] != "string":
            assert attribute["caseExact"] == (attribute["type"] in ("reference", "binary")), name
        if attribute["type"] in ("boolean", "dateTime", "binary", "complex"):
            assert attribute["uniqueness"] == "none", name


@pytest.mark.parametrize("name", RFC)
def test_it_has_the_attributes_and_characteristics_of_scim2_models(name: str) -> None:
    """Everything but the wording of descriptions, and what `DEPARTURES` lists with its clause."""
    theirs = getattr(scim2_models, name).to_schema().model_dump(exclude_none=True)
    known = {path: shape(attribute) for path, attribute in walk(theirs["attributes"])}
    ours = {path: shape(attribute) for path, attribute in walk(read(f"rfc7643/{name}.json")["attributes"])}
    assert set(known) - set(ours) == {path for schema, path in NOT_LISTED if schema == name}
    assert set(ours) <= set(known)
    differences = {
        (name, path, key): (value, known[path][key])
        for path, attribute in ours.items()
        for key, value in attribute.items()
        if value != known[path][key]
    }
    assert differences == {where: values for where, values in DEPARTURES.items() if where[0] == name}


@pytest.mark.parametrize(
    "attribute", ["emails", "phoneNumbers", "ims", "photos", "entitlements", "roles", "x509Certificates"]
)
def test_multi_valued_attributes_of_a_user_are_complete(attribute: str) -> None:
    """RFC 7643 section 2.4."""
    user = dict(walk(read("rfc7643/User.json")["attributes"]))
    subs = [sub["name"] for sub in user[attribute]["subAttributes"]]
    assert subs == ["value", "display", "type", "primary"]


def test_groups_of_a_user_are_read_only() -> None:
    """RFC 7643 section 4.1.2: changes are made by way of the Group resource."""
    found = {a["mutability"] for path, a in walk(read("rfc7643/User.json")["attributes"]) if path.startswith("groups")}
    assert found == {"readOnly"}


def test_passwords_are_written_and_never_returned() -> None:
    """RFC 7643 section 4.1.1."""
    password = dict(walk(read("rfc7643/User.json")["attributes"]))["password"]
    assert (password["mutability"], password["returned"]) == ("writeOnly", "never")


def test_the_pagination_of_rfc_9865_is_there() -> None:
    config = dict(walk(read("rfc7643/ServiceProviderConfig.json")["attributes"]))
    subs = {sub["name"]: sub["required"] for sub in config["pagination"]["subAttributes"]}
    assert subs == {
        "cursor": True,
        "index": True,
        "defaultPaginationMethod": False,
        "defaultPageSize": False,
        "maxPageSize": False,
        "cursorTimeout": False,
    }


@pytest.mark.parametrize(
    ("path", "required", "optional"),
    [
        ("okta/Entitlement.json", {"displayName", "type"}, {"description"}),
        ("okta/Role.json", {"displayName"}, {"description"}),
        ("draft-ietf-scim-roles-entitlements/Role.json", {"value", "supported"}, None),
        ("draft-ietf-scim-roles-entitlements/Entitlement.json", {"value"}, None),
    ],
)
def test_roles_and_entitlements_have_what_their_authors_say(
    path: str, required: set[str], optional: set[str] | None
) -> None:
    attributes = {attribute["name"]: attribute["required"] for attribute in read(path)["attributes"]}
    if optional is None:
        limits = {"limitedAssignmentsPermitted", "totalAssignmentsPermitted", "totalAssignmentsUsed"}
        optional = {"value", "display", "type", "supported", "containedBy", "contains"} | limits
        optional -= required
    assert {name for name, is_required in attributes.items() if is_required} == required
    assert set(attributes) == required | optional
