"""What Okta and Entra send (`CLIENTS.md`), one test a form."""

import json

import httpx
import pytest

from .steps import (
    CRM,
    ENTERPRISE,
    ENTITLEMENT,
    USER,
    found,
    new_group,
    new_license,
    new_name,
    new_user,
    patch,
    read,
    refused,
    send_patch,
)


def test_okta_reads_every_entitlement_type_page_by_page(server: httpx.Client) -> None:
    """By the endpoint of every resource type whose schema is Okta's."""
    types = server.get("/ResourceTypes").json()["Resources"]
    for one in types:
        assert {"id", "name", "endpoint", "schema", "description"} <= one.keys()
    entitlements = [one for one in types if one["schema"] == ENTITLEMENT]
    assert [one["name"] for one in entitlements] == ["License", "Permission Set", "Seat"]
    for one in entitlements:
        page = server.get(one["endpoint"], params={"startIndex": "1", "count": "1"}).json()
        assert isinstance(page["totalResults"], int)
        assert page["itemsPerPage"] == 1
        assert page["Resources"][0]["type"] == one["name"]


def test_groups_answer_though_there_are_none(server: httpx.Client) -> None:
    """An empty list."""
    assert server.get("/Groups", params={"filter": 'displayName eq "none"'}).json()["totalResults"] == 0


def test_put_of_the_whole_user_grants(server: httpx.Client) -> None:
    """GET, change, PUT, readOnly members and all."""
    user = new_user(server)
    group = new_group(server, user)
    user = read(server, user)
    assert user["groups"][0]["value"] == group["id"]
    user["entitlements"] = [{"value": "lic-pro", "display": "whatever", "type": "License"}]
    user["roles"] = [{"value": "admin", "display": "x"}]
    changed = server.put(user["meta"]["location"], json=user).json()
    assert changed["entitlements"] == [{"value": "lic-pro", "display": "Professional", "type": "License"}]
    assert [role["display"] for role in changed["roles"]] == ["Administrator"]
    assert changed["groups"] == user["groups"]


def test_patch_on_entitlements_grants(server: httpx.Client) -> None:
    """add and replace, with a list or with one object."""
    user = new_user(server)
    user = patch(server, user, {"op": "add", "path": "entitlements", "value": [{"value": "lic-pro"}]})
    user = patch(server, user, {"op": "add", "path": "entitlements", "value": {"value": "lic-free"}})
    assert sorted(grant["value"] for grant in user["entitlements"]) == ["lic-free", "lic-pro"]
    user = patch(server, user, {"op": "replace", "path": "entitlements", "value": [{"value": "ps-sales"}]})
    assert [grant["type"] for grant in user["entitlements"]] == ["Permission Set"]


def test_deactivation_has_no_path(server: httpx.Client) -> None:
    """And the user is still found."""
    user = new_user(server, active=True)
    user = patch(server, user, {"op": "replace", "value": {"active": False}})
    assert user["active"] is False
    assert found(server, f'userName eq "{user["userName"]}"') == [user["id"]]


@pytest.mark.parametrize("media_type", ["application/json", "application/scim+json; charset=utf-8"])
def test_create_in_either_media_type(server: httpx.Client, media_type: str) -> None:
    """With a password and empty groups; the password is kept nowhere."""
    body = {"schemas": [USER], "userName": new_name(), "password": "pla-ce-hol-der", "groups": [], "active": True}
    response = server.post("/Users", content=json.dumps(body), headers={"Content-Type": media_type})
    assert response.status_code == 201
    assert "password" not in response.text
    assert "groups" not in response.json()
    assert server.get(response.headers["location"], params={"attributes": "password"}).status_code == 200


def test_a_duplicate_differs_in_case_only(server: httpx.Client) -> None:
    """409 uniqueness; userName compares without regard to case."""
    user = new_user(server, userName="Ünique@Example.com")
    response = server.post("/Users", json={"schemas": [USER], "userName": "üNIQUE@example.COM"})
    assert "userName" in refused(response, 409, "uniqueness")
    assert found(server, 'userName eq "ÜNIQUE@EXAMPLE.COM"') == [user["id"]]


def test_a_group_rename_comes_with_its_id(server: httpx.Client) -> None:
    """And with the change of members in the same PATCH."""
    first, second = new_user(server), new_user(server)
    group = new_group(server, first)
    group = patch(
        server,
        group,
        {"op": "replace", "value": {"id": group["id"], "displayName": "New name"}},
        {"op": "remove", "path": f'members[value eq "{first["id"]}"]'},
        {"op": "add", "path": "members", "value": [{"value": second["id"], "display": "Second"}]},
    )
    assert group["displayName"] == "New name"
    assert [member["value"] for member in group["members"]] == [second["id"]]


def test_a_full_push_replaces_the_members(server: httpx.Client) -> None:
    """replace members, by PATCH and by PUT."""
    users = [new_user(server) for _ in range(3)]
    group = new_group(server, *users[:2])
    values = [{"value": user["id"]} for user in users[1:]]
    group = patch(server, group, {"op": "replace", "path": "members", "value": values})
    assert {member["value"] for member in group["members"]} == {user["id"] for user in users[1:]}
    group["members"] = [{"value": users[0]["id"]}]
    assert server.put(group["meta"]["location"], json=group).json()["members"][0]["value"] == users[0]["id"]


def test_okta_writes_numbers_where_text_is_due(server: httpx.Client) -> None:
    """A finite number is taken as its text."""
    user = new_user(
        server, externalId=12345, addresses=[{"postalCode": 91608}], **{ENTERPRISE: {"employeeNumber": 701984}}
    )
    assert user["externalId"] == "12345"
    assert user["addresses"] == [{"postalCode": "91608"}]
    assert user[ENTERPRISE]["employeeNumber"] == "701984"


def test_every_way_to_authenticate(base_url: str) -> None:
    """Bearer in any case, raw, a second token for rotation, basic with a colon in the password."""
    for value in ("Bearer a-token-for-the-tests", "bearer second", "second", "Basic b2t0YTpzOmNyZXQ="):
        assert httpx.get(f"{base_url}/Users?count=0", headers={"Authorization": value}).status_code == 200, value
    for value in ("Bearer third", "Basic b2t0YTpzOmNyZXR4", "third", ""):
        response = httpx.get(f"{base_url}/Users", headers={"Authorization": value})
        refused(response, 401)
        assert 'Basic realm="SCIM"' in response.headers["www-authenticate"]


# --- Entra


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


# --- where every peer server fails


def test_a_grant_is_removed_by_a_conjunction(server: httpx.Client) -> None:
    """remove entitlements[value eq … and type eq …], the other entitlement of that type stays."""
    license = new_license(server)
    user = new_user(server, entitlements=[{"value": "lic-pro"}, {"value": license["id"]}])
    path = 'entitlements[value eq "lic-pro" and type eq "License"]'
    user = patch(server, user, {"op": "remove", "path": path})
    assert [grant["value"] for grant in user["entitlements"]] == [license["id"]]


def test_booleans_as_text_inside_complex_values(server: httpx.Client) -> None:
    """In POST, PUT and PATCH."""
    user = new_user(server, emails=[{"value": "a@x.com", "primary": "True"}])
    assert user["emails"] == [{"value": "a@x.com", "primary": True}]
    user = patch(server, user, {"op": "add", "path": "emails", "value": [{"value": "b@x.com", "primary": "True"}]})
    assert [email["primary"] for email in user["emails"]] == [False, True]


def test_a_list_filter_looks_at_one_value_at_a_time(server: httpx.Client) -> None:
    """emails[type eq "work" and value co "@x"]."""
    marked = new_name().replace("@", ".")
    emails = [{"type": "work", "value": f"{marked}@a"}, {"type": "home", "value": f"{marked}@b"}]
    user = new_user(server, emails=emails)
    assert found(server, f'emails[type eq "work" and value co "{marked}@a"]') == [user["id"]]
    assert found(server, f'emails[type eq "work" and value co "{marked}@b"]') == []


def test_a_stale_version_is_refused(server: httpx.Client) -> None:
    """412 for PUT, PATCH and DELETE; the present version, a list of them and * are accepted."""
    user = new_user(server)
    location, old = user["meta"]["location"], user["meta"]["version"]
    user = patch(server, user, {"op": "add", "path": "title", "value": "Dr"})
    body = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "remove", "path": "title"}],
    }
    for method, content in (("PUT", user), ("PATCH", body), ("DELETE", None)):
        refused(server.request(method, location, json=content, headers={"If-Match": old}), 412)
    new = user["meta"]["version"]
    assert server.patch(location, json=body, headers={"If-Match": f'"x", {new}'}).status_code == 200
    assert server.delete(location, headers={"If-Match": "*"}).status_code == 204


def test_a_deleted_user_is_in_no_group(server: httpx.Client) -> None:
    """And the group has a new version."""
    user = new_user(server)
    group = new_group(server, user)
    assert server.delete(user["meta"]["location"]).status_code == 204
    changed = read(server, group)
    assert "members" not in changed
    assert changed["meta"]["version"] != group["meta"]["version"]


def test_a_grant_of_what_does_not_exist_is_refused(server: httpx.Client) -> None:
    """By POST, PUT and PATCH, naming it; nothing is written."""
    user = new_user(server)
    grants = [{"value": "lic-pro"}, {"value": "no-such-license"}]
    responses = [
        server.post("/Users", json={"schemas": [USER], "userName": new_name(), "entitlements": grants}),
        server.put(user["meta"]["location"], json=user | {"entitlements": grants}),
        send_patch(server, user, {"op": "add", "path": "entitlements", "value": grants}),
        send_patch(server, user, {"op": "add", "path": "roles", "value": [{"value": "lic-pro"}]}),
        send_patch(
            server, user, {"op": "add", "path": "entitlements", "value": [{"value": "lic-pro", "type": "Seat"}]}
        ),
        server.post("/Groups", json={"displayName": "G", "members": [{"value": "nobody"}]}),
    ]
    named = ["no-such-license"] * 3 + ["lic-pro", "Seat", "nobody"]
    for response, name in zip(responses, named, strict=True):
        assert name in refused(response, 400, "invalidValue")
    assert read(server, user) == user
