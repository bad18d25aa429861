"""What Microsoft Entra ID sends, one test a form."""

import json

import httpx
import pytest

from .steps import (
    CRM,
    ENTERPRISE,
    GROUP,
    USER,
    Json,
    found,
    new_group,
    new_user,
    patch,
    read,
    refused,
    send_patch,
)


def test_entra_writes_operations_in_capitals_and_booleans_as_text(server: httpx.Client) -> None:
    """`Replace` with "False"."""
    user = new_user(server, active=True)
    assert patch(server, user, {"op": "Replace", "path": "active", "value": "False"})["active"] is False
    assert patch(server, user, {"op": "Replace", "value": {"active": "True"}})["active"] is True


def test_entra_removes_members_by_value(server: httpx.Client) -> None:
    """`Remove` with a list of the members to remove, not of all."""
    users = [new_user(server) for _ in range(3)]
    group = new_group(server, *users)
    values = [{"value": user["id"]} for user in users[:2]]
    group = patch(server, group, {"op": "Remove", "path": "members", "value": values})
    assert [member["value"] for member in group["members"]] == [users[2]["id"]]
    group = patch(server, group, {"op": "Remove", "path": "members", "value": [{"value": users[0]["id"]}]})
    assert [member["value"] for member in group["members"]] == [users[2]["id"]]


def test_entra_sets_several_attributes_in_one_value(server: httpx.Client) -> None:
    """Dotted, URN-prefixed and value-path keys in one path-less operation."""
    user = new_user(server)
    user = patch(
        server,
        user,
        {
            "op": "replace",
            "value": {
                "displayName": "Ada",
                "name.givenName": "Ada",
                "name.familyName": "Lovelace",
                f"{ENTERPRISE}:department": "Engines",
                'emails[type eq "work"].value': "ada@example.com",
                CRM: {"region": "EMEA"},
            },
        },
    )
    assert user["name"] == {"givenName": "Ada", "familyName": "Lovelace"}
    assert user["emails"] == [{"value": "ada@example.com", "type": "work"}]
    assert user[ENTERPRISE] == {"department": "Engines"}
    assert user[CRM] == {"region": "EMEA"}
    assert user["schemas"] == [USER, ENTERPRISE, CRM]


@pytest.mark.parametrize("op", ["Add", "Replace"])
def test_entra_writes_to_values_that_do_not_exist_yet(server: httpx.Client, op: str) -> None:
    """They are created where the filter is a conjunction of eq, and found the next time."""
    user = new_user(server)
    for number in (1, 2):
        user = patch(server, user, {"op": op, "path": 'emails[type eq "work"].value', "value": f"{number}@example.com"})
        assert user["emails"] == [{"value": f"{number}@example.com", "type": "work"}]
    path = 'addresses[type eq "work" and primary eq "True"].formatted'
    user = patch(server, user, {"op": op, "path": path, "value": "1 Main Street"})
    assert user["addresses"] == [{"formatted": "1 Main Street", "type": "work", "primary": True}]
    user = patch(server, user, {"op": op, "path": 'roles[primary eq "True"].value', "value": "admin"})
    assert [(role["value"], role["primary"]) for role in user["roles"]] == [("admin", True)]
    path = 'emails[type sw "x"].value'
    refused(send_patch(server, user, {"op": op, "path": path, "value": "x@example.com"}), 400, "noTarget")


def test_entra_sets_and_clears_the_manager(server: httpx.Client) -> None:
    """As a bare string, as an object, as a list of one; "" clears it."""
    user = new_user(server)
    path = f"{ENTERPRISE}:manager"
    for value in ("boss", {"value": "boss"}, [{"value": "boss"}]):
        user = patch(server, user, {"op": "Add", "path": path, "value": value})
        assert user[ENTERPRISE]["manager"]["value"] == "boss"
        user = patch(server, user, {"op": "Replace", "path": path, "value": ""})
        assert ENTERPRISE not in user
        assert user["schemas"] == [USER]


@pytest.mark.parametrize("nothing", ["", None])
def test_entra_clears_with_nothing(server: httpx.Client, nothing: str | None) -> None:
    """ "" and null are the same."""
    user = new_user(server, title="Dr", name={"givenName": "Ada", "familyName": "L"}, emails=[{"value": "a@x.com"}])
    user = patch(server, user, {"op": "Replace", "path": "title", "value": nothing})
    user = patch(server, user, {"op": "Replace", "path": "name.givenName", "value": nothing})
    user = patch(server, user, {"op": "Replace", "value": {"emails": nothing}})
    assert "title" not in user
    assert user["name"] == {"familyName": "L"}
    assert "emails" not in user


def test_entra_writes_a_role_as_json_in_a_string(server: httpx.Client) -> None:
    """Its own value counts; Entra's name for the type of every role is no fault."""
    user = new_user(server)
    role = json.dumps({"id": "1", "value": "admin", "displayName": "Administrator"})
    grant = {"value": role, "primary": "True", "type": "WindowsAzureActiveDirectoryRole"}
    user = patch(server, user, {"op": "Add", "path": "roles", "value": [grant]})
    assert user["roles"] == [{"value": "admin", "display": "Administrator", "type": "Role", "primary": True}]


def test_entra_asks_for_groups_without_members(server: httpx.Client) -> None:
    """And gets 204 for a PATCH of one."""
    user = new_user(server)
    group = new_group(server, user, name="Asked")
    listed = server.get("/Groups", params={"excludedAttributes": "members", "filter": 'displayName eq "Asked"'})
    assert [one["id"] for one in listed.json()["Resources"]] == [group["id"]]
    assert "members" not in listed.json()["Resources"][0]
    response = send_patch(server, group, {"op": "Replace", "path": "displayName", "value": "Other"})
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["etag"] == read(server, group)["meta"]["version"]


def test_entra_leaves_the_urn_of_an_extension_out(server: httpx.Client) -> None:
    """`schemas` is completed."""
    user = new_user(server, **{ENTERPRISE: {"department": "Engines"}})
    assert user["schemas"] == [USER, ENTERPRISE]


def test_entra_asks_by_eq_and_and(server: httpx.Client) -> None:
    """By a reference's value too: does this user have this manager, this group this member? A miss is an empty list."""
    boss = new_user(server)
    user = new_user(server, externalId="entra-1", active=True, **{ENTERPRISE: {"manager": {"value": boss["id"]}}})
    group = new_group(server, user)
    assert found(server, f'externalId eq "entra-1" and active eq "True" and userName eq "{user["userName"]}"') == [
        user["id"]
    ]
    assert found(server, f'id eq "{user["id"]}" and manager eq "{boss["id"]}"') == [user["id"]]
    assert found(server, f'id eq "{user["id"]}" and manager eq "{user["id"]}"') == []
    assert found(server, f'id eq "{group["id"]}" and members eq "{user["id"]}"', "/Groups") == [group["id"]]
    assert found(server, f'id eq "{group["id"]}" and members eq "{boss["id"]}"', "/Groups") == []


def test_entra_pages_by_five(server: httpx.Client) -> None:
    """Its gallery asks for that: five a page, the next page goes on."""
    for _ in range(6):
        new_user(server)
    pages = [server.get("/Users", params={"startIndex": str(start), "count": "5"}).json() for start in (1, 6)]
    assert pages[0]["itemsPerPage"] == 5
    assert not {user["id"] for user in pages[0]["Resources"]} & {user["id"] for user in pages[1]["Resources"]}


def test_entra_reads_schemas_without_null(server: httpx.Client) -> None:
    """The Group's among them; keywords are in exact camel case."""
    text = server.get("/Schemas").text
    assert GROUP in [schema["id"] for schema in json.loads(text)["Resources"]]
    assert "null" not in text
    keywords = {"name", "type", "multiValued", "description", "required", "canonicalValues", "caseExact", "mutability"}
    keywords |= {"returned", "uniqueness", "referenceTypes", "subAttributes"}

    def check(attribute: Json) -> None:
        assert attribute.keys() <= keywords
        for sub_attribute in attribute.get("subAttributes", []):
            check(sub_attribute)

    for schema in json.loads(text)["Resources"]:
        for attribute in schema["attributes"]:
            check(attribute)
