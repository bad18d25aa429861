"""The dialect of draft-ietf-scim-roles-entitlements, emitted and running."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support import Running, emit_into, running
from tests.test_golden import CASES

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """tests/cases/ietf, running."""
    root: Path = tmp_path_factory.mktemp("draft")
    (root / "project").mkdir()
    app = emit_into(CASES["ietf"], root / "project")
    with running(app, root / "project", root) as server:
        yield server


def used(client: httpx.Client, endpoint: str, value: str) -> int:
    """The numbers of holders in a value: in a list, alone, in a search over all types and when asked for."""
    condition = f'value eq "{value}"'
    (listed,) = client.get(endpoint, params={"filter": condition}).json()["Resources"]
    (found,) = client.get("/", params={"filter": condition}).json()["Resources"]
    alone = client.get(f"{endpoint}/{listed['id']}").json()
    asked = client.get(f"{endpoint}/{listed['id']}", params={"attributes": "totalAssignmentsUsed"}).json()
    assert asked.keys() == {"schemas", "id", "totalAssignmentsUsed"}
    counts = {one["totalAssignmentsUsed"] for one in (listed, found, alone, asked)}
    assert len(counts) == 1
    return int(counts.pop())


def test_a_value_tells_how_many_hold_it(draft: Running) -> None:
    """0 before the first grant; by grant, revocation, replacement and deletion it is the number of now."""
    with draft.client() as client:

        def new_user(name: str, **grants: Any) -> str:
            created = client.post("/Users", json={"schemas": [USER], "userName": name, **grants})
            assert created.status_code == 201, created.text
            return f"/Users/{created.json()['id']}"

        def change(user: str, **operation: Any) -> int:
            return client.patch(user, json={"schemas": [PATCH], "Operations": [operation]}).status_code

        assert used(client, "/Entitlements", "badge-gold") == used(client, "/Roles", "reader") == 0
        ada = new_user("ada", entitlements=[{"value": "badge-gold"}], roles=[{"value": "reader"}])
        bob = new_user("bob")
        assert used(client, "/Entitlements", "badge-gold") == used(client, "/Roles", "reader") == 1
        assert change(bob, op="add", path="entitlements", value=[{"value": "badge-gold"}]) == 200
        assert used(client, "/Entitlements", "badge-gold") == 2
        assert change(ada, op="remove", path='entitlements[value eq "badge-gold"]') == 200
        assert used(client, "/Entitlements", "badge-gold") == 1
        assert client.delete(bob).status_code == 204
        assert used(client, "/Entitlements", "badge-gold") == 0
        assert client.put(ada, json={"schemas": [USER], "userName": "ada"}).status_code == 200
        assert used(client, "/Roles", "reader") == 0
        client.delete(ada)


def test_no_client_writes_the_number(draft: Running) -> None:
    """It is readOnly, so ignored (RFC 7644 section 3.5.1), and left out where it is not wanted."""
    with draft.client() as client:
        one = client.get("/Roles", params={"filter": 'value eq "admin"'}).json()["Resources"][0]
        put = client.put(f"/Roles/{one['id']}", json=one | {"totalAssignmentsUsed": 7})
        assert put.status_code in (200, 403), put.text
        assert used(client, "/Roles", "admin") == 0
        without = client.get("/Roles", params={"excludedAttributes": "totalAssignmentsUsed"}).json()["Resources"]
        assert all("totalAssignmentsUsed" not in role for role in without)


def test_its_values_speak_the_draft(draft: Running) -> None:
    """Two endpoints, the draft's schemas and names; the entitlement types differ by `type`; grants name `value`."""
    with draft.client() as client:
        types = {one["name"]: one for one in client.get("/ResourceTypes").json()["Resources"]}
        for name in ("Role", "Entitlement"):
            assert types[name]["schema"] == f"urn:ietf:params:scim:schemas:core:2.0:{name}"
        roles = client.get("/Roles").json()["Resources"]
        assert [(role["value"], role["display"]) for role in roles] == [
            ("admin", "Administrator"),
            ("reader", "Reader"),
        ]
        entitlements = client.get("/Entitlements").json()["Resources"]
        assert [one["type"] for one in entitlements] == ["License", "License", "Badge"]
        assert all(one["supported"] is True for one in roles + entitlements)
        assert entitlements[0]["limitedAssignmentsPermitted"] is True
        config = client.get("/ServiceProviderConfig").json()
        assert config["RolesAndEntitlements"]["roles"]["supported"] is True


def test_a_grant_shows_the_type_of_its_value(draft: Running) -> None:
    """Of the value itself, not the resource type's name; a role without one shows none. Filters and PATCH agree."""
    with draft.client() as client:
        grants = {"entitlements": [{"value": "lic-free"}, {"value": "badge-gold"}], "roles": [{"value": "reader"}]}
        user = client.post("/Users", json={"schemas": [USER], "userName": "typed", **grants}).json()
        assert {one["value"]: one["type"] for one in user["entitlements"]} == {
            "lic-free": "License",
            "badge-gold": "Badge",
        }
        assert "type" not in user["roles"][0]
        for kind, found in (("License", ["typed"]), ("bAdge", ["typed"]), ("Entitlement", [])):
            for condition in (f'entitlements[type eq "{kind}"]', f'entitlements.type eq "{kind}" and userName sw "t"'):
                page = client.get("/Users", params={"filter": f'{condition} and userName eq "typed"'}).json()
                assert [one["userName"] for one in page.get("Resources", [])] == found, condition
        operation = {"op": "remove", "path": 'entitlements[type eq "License"]'}
        location = user["meta"]["location"]
        left = client.patch(location, json={"schemas": [PATCH], "Operations": [operation]}).json()
        assert [one["value"] for one in left["entitlements"]] == ["badge-gold"]
        assert client.put(location, json=left).json()["entitlements"] == left["entitlements"]
        client.delete(location)


def test_no_more_hold_a_value_than_it_permits(draft: Running) -> None:
    """totalAssignmentsPermitted, here 2: the third is refused, and a place is free again after a revocation."""
    with draft.client() as client:
        body = {"schemas": [USER], "entitlements": [{"value": "lic-pro"}]}
        users = [client.post("/Users", json=body | {"userName": f"limited-{number}"}) for number in range(3)]
        assert [response.status_code for response in users] == [201, 201, 400]
        assert users[2].json()["scimType"] == "invalidValue"
        assert used(client, "/Entitlements", "lic-pro") == 2
        client.delete(f"/Users/{users[0].json()['id']}")
        assert client.post("/Users", json=body | {"userName": "limited-2"}).status_code == 201
