"""What Okta sends, one test a form."""

import json
from collections.abc import Callable

import httpx
import pytest

from scimgen_server import ScimApp, Store
from scimgen_server.testing.server import TOKEN

from .inside import play, service_of
from .steps import (
    ENTERPRISE,
    ENTITLEMENT,
    PATCH,
    USER,
    found,
    new_group,
    new_name,
    new_user,
    patch,
    read,
    refused,
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


def test_every_extension_is_in_schemas(server: httpx.Client) -> None:
    """And alone under its URN; so is every other schema that a resource type names."""
    schemas = [schema["id"] for schema in server.get("/Schemas").json()["Resources"]]
    for one in server.get("/ResourceTypes").json()["Resources"]:
        for urn in (one["schema"], *(extension["schema"] for extension in one.get("schemaExtensions", []))):
            assert urn in schemas
            assert server.get(f"/Schemas/{urn}").json()["id"] == urn


@pytest.mark.parametrize("media_type", ["application/json", "application/scim+json; charset=utf-8"])
def test_create_in_either_media_type(server: httpx.Client, media_type: str) -> None:
    """With a password and empty groups. The password is not returned."""
    body = {"schemas": [USER], "userName": new_name(), "password": "pla-ce-hol-der", "groups": [], "active": True}
    response = server.post("/Users", content=json.dumps(body), headers={"Content-Type": media_type})
    assert response.status_code == 201
    assert "password" not in response.text
    assert "groups" not in response.json()
    assert server.get(response.headers["location"], params={"attributes": "password"}).status_code == 200


def test_a_password_is_not_stored(new_store: Callable[[], Store]) -> None:
    """By POST, PUT or PATCH. It is a placeholder, and no user can log in with it."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        body = {"schemas": [USER], "userName": "ada", "password": "pla-ce-hol-der"}
        created = await client.post("/Users", json=body)
        location = f"/Users/{created.json()['id']}"
        assert (await client.put(location, json=body)).status_code == 200
        operation = {"op": "replace", "value": {"password": "pla-ce-hol-der"}}
        changed = await client.patch(location, json={"schemas": [PATCH], "Operations": [operation]})
        assert changed.status_code == 200
        stored = await service_of(app).store.get("default", "User", created.json()["id"])
        assert stored is not None
        assert b"pla-ce-hol-der" not in stored.body + (stored.whole or b"")

    play(new_store(), scenario)


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
    for value in (f"Bearer {TOKEN}", "bearer second", "second", "Basic b2t0YTpzOmNyZXQ="):
        assert httpx.get(f"{base_url}/Users?count=0", headers={"Authorization": value}).status_code == 200, value
    for value in ("Bearer third", "Basic b2t0YTpzOmNyZXR4", "third", ""):
        response = httpx.get(f"{base_url}/Users", headers={"Authorization": value})
        refused(response, 401)
        assert 'Basic realm="SCIM"' in response.headers["www-authenticate"]


def test_pages_join_to_the_whole_in_one_order(server: httpx.Client) -> None:
    """Numbers are integers, itemsPerPage is what came, and the order is the same on every call."""
    for _ in range(7):
        new_user(server)
    whole = [user["id"] for user in server.get("/Users", params={"count": "1000"}).json()["Resources"]]
    pages: list[str] = []
    while len(pages) < len(whole):
        page = server.get("/Users", params={"startIndex": str(len(pages) + 1), "count": "100"}).json()
        for name in ("totalResults", "startIndex", "itemsPerPage"):
            assert type(page[name]) is int
        assert page["itemsPerPage"] == len(page["Resources"]) > 0
        pages += [user["id"] for user in page["Resources"]]
    assert pages == whole


def test_an_unknown_id_is_named(server: httpx.Client) -> None:
    """404 with a detail that an administrator can read."""
    assert "00u-nobody" in refused(server.get("/Users/00u-nobody"), 404)


def test_an_unlinked_group_is_deleted(server: httpx.Client) -> None:
    """204, and its members are no longer in it."""
    user = new_user(server)
    group = new_group(server, user)
    assert server.delete(group["meta"]["location"]).status_code == 204
    refused(server.get(group["meta"]["location"]), 404)
    assert "groups" not in read(server, user)
