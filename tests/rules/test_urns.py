"""Misspelled URNs: in every place, and with the right suggestion."""

import pytest

from scimgen.documents import urns
from scimgen.documents.spelling import nearest_known_urn
from tests.rules.documents import resource_type, schema, serious

SCIM = "urn:ietf:params:scim"
USER_SLIPS = (
    f"{SCIM}:schemas:core:2.0:Users",
    f"{SCIM}:schemas:core:2.0:Usre",
    f"{SCIM}:schemas:corex2.0:User",
    f"{SCIM}:schemas:core:1.0:User",
    f"{SCIM}:schemas:core:2:User",
    f"{SCIM}:schemas:core:User",
    f"{SCIM}:schemas:2.0:User",
    f"{SCIM}:schemas:core:2.0.User",
    f"{SCIM}:schema:core:2.0:User",
    f"{SCIM}:core:2.0:User",
    "urn:ietf:param:scim:schemas:core:2.0:User",
    "urn:ietf:scim:schemas:core:2.0:User",
    "urn:scim:schemas:core:2.0:User",
    "urn:scim:schemas:core:1.0:User",
    "urn:urn:ietf:params:scim:schemas:core:2.0:User",
    "ietf:params:scim:schemas:core:2.0:User",
    f"{SCIM}:schemas:core:2.0:User ",
)
SLIPS = {
    **dict.fromkeys(USER_SLIPS, urns.USER),
    f"{SCIM}:schemas:core:2.0:Groups": urns.GROUP,
    f"{SCIM}:schemas:extension:enterprise:1.0:User": urns.ENTERPRISE_USER,
    f"{SCIM}:schemas:extention:enterprise:2.0:User": urns.ENTERPRISE_USER,
    f"{SCIM}:schemas:core:enterprise:2.0:User": urns.ENTERPRISE_USER,
    f"{SCIM}:schemas:extension:enterprise:2.0:Users": urns.ENTERPRISE_USER,
    "urn:okta:scim:schemas:core:2.0:Entitlement": urns.OKTA_ENTITLEMENT,
    "urn:okta:scim:schema:core:1.0:Role": urns.OKTA_ROLE,
    f"{SCIM}:schemas:core:2.0:ResourceTypes": urns.RESOURCE_TYPE,
    f"{SCIM}:api:message:2.0:ListResponse": urns.LIST_RESPONSE,
    f"{SCIM}:api:messages:2.0:PatchOps": f"{SCIM}:api:messages:2.0:PatchOp",
    f"{SCIM}:schemas:core:2.0:EndpointApps": f"{SCIM}:schemas:core:2.0:EndpointApp",
}
OTHERS = (
    *urns.ALL,
    "urn:acme:scim:schemas:core:2.0:User",
    "urn:acme:scim:schemas:extension:crm:1.0:User",
    f"{SCIM}:schemas:extension:acme:2.0:User",
    f"{SCIM}:schemas:extension:enterprise:2.0:Group",
    f"{SCIM}:schemas:acme:2.0:Agent",
    "https://crm.example/schemas/User",
    "User",
    "",
)


@pytest.mark.parametrize("urn", SLIPS)
def test_a_misspelled_urn_is_known(urn: str) -> None:
    """The nearest known URN is the one that was meant."""
    assert nearest_known_urn(urn) == SLIPS[urn]


@pytest.mark.parametrize("urn", OTHERS)
def test_a_known_urn_and_the_urn_of_a_vendor_are_no_misspellings(urn: str) -> None:
    """A vendor may have its own names."""
    assert nearest_known_urn(urn) == ""


@pytest.mark.parametrize("client", ["", "okta"])
@pytest.mark.parametrize("urn", USER_SLIPS)
def test_a_misspelled_urn_is_found_in_every_place(urn: str, client: str) -> None:
    """In /ResourceTypes alone, in the id of a schema, and in the schemas of a resource."""
    places: dict[str, object] = {
        "/schema": resource_type(urn),
        "/schemaExtensions/0/schema": resource_type(urns.GROUP, urn),
        "/id": schema(id=urn),
        "/schemas/0": {"schemas": [urn], "userName": "ada", "meta": {"resourceType": "User"}},
        "/schemas/1": {"schemas": [urns.USER, urn], "userName": "ada"},
    }
    for pointer, document in places.items():
        if urn == "urn:scim:schemas:core:1.0:User" and pointer in ("/id", "/schemas/0", "/schemas/1"):
            continue  # a document of SCIM 1, which scim1-document reports
        found = serious(document, *filter(None, [client]))
        fixes = [finding.fix for finding in found if finding.spot.pointer == pointer]
        assert any(urns.USER in fix for fix in fixes), (pointer, found)


def test_a_misspelled_extension_is_found_as_a_member_and_in_schemas() -> None:
    """The data of an extension is under its URN."""
    wrong = f"{SCIM}:schemas:extension:enterprise:2.0:Users"
    found = serious({"schemas": [urns.USER, wrong], "userName": "ada", wrong: {"department": "Sales"}})
    assert [finding.rule.id for finding in found] == ["urn-misspelled"] * 2
    assert [finding.spot.pointer for finding in found] == ["/schemas/1", f"/{wrong}"]


def test_a_dangling_urn_has_one_finding_with_a_suggestion() -> None:
    """It names a schema of the document, a known schema, or the schemas that no type uses."""
    for urn, meant in (
        ("urn:acme:scim:schemas:crm:1.0:Badges", "urn:acme:scim:schemas:crm:1.0:Badge"),
        (f"{SCIM}:schemas:core:2.0:Usr", urns.USER),
        ("urn:acme:other", "urn:acme:scim:schemas:crm:1.0:Badge"),
    ):
        found = serious([resource_type(urn), schema(id="urn:acme:scim:schemas:crm:1.0:Badge")])
        assert [finding.rule.id for finding in found] == ["rt-schema-unresolved"]
        assert meant in found[0].fix


def test_case_alone_has_one_finding_with_an_edit() -> None:
    """The schema of a type gets the case of the id."""
    found = serious([resource_type("urn:acme:scim:BADGE"), schema(id="urn:acme:scim:Badge")])
    assert [(finding.rule.id, finding.spot.pointer) for finding in found] == [("urn-case", "/0/schema")]
    assert [edit.text for edit in found[0].edits] == ['"urn:acme:scim:Badge"']


def test_okta_has_one_finding_for_a_type_that_it_does_not_read() -> None:
    """A custom type, the draft's Role, and Okta's URN with a slip."""
    for urn, rule in (
        ("urn:acme:scim:schemas:crm:1.0:Badge", "okta-type-unread"),
        (urns.DRAFT_ROLE, "okta-entitlement-urn"),
        ("urn:okta:scim:schemas:core:1.0:Entitlemnt", "okta-entitlement-urn"),
    ):
        found = [finding.rule.id for finding in serious({"Resources": [resource_type(urn)]}, "okta")]
        assert rule in found
        assert len({"okta-type-unread", "okta-entitlement-urn"} & set(found)) == 1


def test_a_further_type_beside_those_of_okta_is_no_warning() -> None:
    """It is probably deliberate."""
    types = [resource_type(urns.OKTA_ROLE), resource_type("urn:acme:scim:schemas:crm:1.0:Room")]
    assert "okta-type-unread" not in [finding.rule.id for finding in serious(types, "okta")]


def test_okta_does_not_need_the_schemas_that_its_guide_names() -> None:
    """They are known by Okta and not required from /Schemas."""
    types = resource_type(urns.USER, urns.ENTERPRISE_USER, "urn:acme:scim:schemas:crm:1.0:Badge")
    documents = [types, schema(id="urn:acme:scim:schemas:crm:1.0:Badge")]
    assert "rt-schema-unresolved" in [finding.rule.id for finding in serious(documents)]
    found = [finding.rule.id for finding in serious(documents, "okta")]
    assert not {"rt-schema-unresolved", "rt-extension-unresolved"} & set(found)


def test_many_dangling_urns_take_little_time() -> None:
    """Only the first ones have a suggestion: each compares a URN with all schemas."""
    types = [resource_type(f"urn:acme:scim:x:{number}", id=f"B{number}") for number in range(300)]
    schemas = [schema(id=f"urn:acme:scim:schemas:y:{number}") for number in range(300)]
    found = [each for each in serious([*types, *schemas]) if each.rule.id == "rt-schema-unresolved"]
    assert len(found) == 300
    assert len([each for each in found if each.fix == "add the Schema, or correct the URN"]) >= 280
