"""Conformance tests with the requests that Okta sends."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from ...schema.attributes import Tree
from ..examples import minimal
from .errors import check_error
from .resources import create

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def patch(client: httpx.Client, location: str, *operations: dict[str, Any]) -> None:
    """PATCH, as Okta does it."""
    response = client.patch(location, json={"schemas": [PATCH], "Operations": list(operations)})
    assert response.status_code in (200, 204), response.text


class OktaTests:
    """The requests that Okta sends, in its order."""

    def test_users_live_through_their_life(self, client: httpx.Client, user_tree: Tree) -> None:
        """After each step the user is found, and `active` is right."""
        users = user_tree.resource_type.endpoint
        resource: dict[str, Any] = minimal(user_tree) | {
            "active": True,
            "password": "placeholder",
            "groups": [],
        }
        query = {
            "filter": f'userName eq "{resource["userName"]}"',
            "startIndex": "1",
            "count": "100",
        }
        assert client.get(users, params=query).json()["totalResults"] == 0
        user = create(client, user_tree, resource)
        assert "password" not in user
        check_error(
            client.post(users, json=resource | {"userName": resource["userName"].upper()}),
            409,
            "uniqueness",
        )
        if all(attribute.name != "active" for attribute in user_tree.children()):
            pytest.skip("users have no active, by which Okta deactivates them")
        location = f"{users}/{user['id']}"
        for active in (False, True):
            patch(client, location, {"op": "replace", "value": {"active": active}})
            found = client.get(users, params=query).json()["Resources"]
            assert [one["active"] for one in found] == [active]
        renamed = "new." + resource["userName"]
        patch(client, location, {"op": "replace", "value": {"userName": renamed}})
        assert client.get(users, params=query).json()["totalResults"] == 0
        query["filter"] = f'userName eq "{renamed}"'
        for active in (
            False,
            True,
            False,
        ):  # the other way that Okta writes: the whole user, read before
            whole = client.get(location).json()
            assert client.put(location, json=whole | {"active": active}).json()["active"] is active
            assert [
                one["active"] for one in client.get(users, params=query).json()["Resources"]
            ] == [active]
        assert client.get(location).json()["id"] == user["id"]

    def test_group_pushes_rename_and_change_members(
        self, client: httpx.Client, user_tree: Tree, trees: Mapping[str, Tree]
    ) -> None:
        """A rename with the id, members removed and added in one PATCH; the users see it."""
        group_tree = next(
            (tree for tree in trees.values() if tree.resource_type.kind == "group"), None
        )
        if group_tree is None:
            pytest.skip("the app has no groups")
        users = [create(client, user_tree, minimal(user_tree)) for _ in range(2)]
        group = create(
            client, group_tree, minimal(group_tree) | {"members": [{"value": users[0]["id"]}]}
        )
        location = f"{group_tree.resource_type.endpoint}/{group['id']}"
        patch(
            client,
            location,
            {"op": "replace", "value": {"id": group["id"], "displayName": "Renamed"}},
            {"op": "remove", "path": f'members[value eq "{users[0]["id"]}"]'},
            {"op": "add", "path": "members", "value": [{"value": users[1]["id"], "display": "x"}]},
        )
        changed = client.get(location).json()
        assert changed["displayName"] == "Renamed"
        assert [member["value"] for member in changed["members"]] == [users[1]["id"]]
        seen = [
            client.get(f"{user_tree.resource_type.endpoint}/{user['id']}").json() for user in users
        ]
        assert "groups" not in seen[0]
        assert [entry["display"] for entry in seen[1]["groups"]] == ["Renamed"]

    def test_values_are_granted_found_and_revoked(
        self, client: httpx.Client, user_tree: Tree, granted_tree: Tree
    ) -> None:
        """By PUT and by PATCH; the holders are found by filter; an unknown value is refused."""
        tree = granted_tree
        values = client.get(tree.resource_type.endpoint).json()["Resources"]
        if not values and tree.managed != "scim":
            pytest.skip("the type has no values yet")
        value = create(client, tree, minimal(tree)) if tree.managed == "scim" else values[0]
        key = value["value"] if tree.resource_type.dialect == "ietf" else value["id"]
        attribute = "roles" if tree.resource_type.kind == "role" else "entitlements"
        user = create(client, user_tree, minimal(user_tree))
        location = f"{user_tree.resource_type.endpoint}/{user['id']}"
        put = client.put(location, json=user | {attribute: [{"value": key}]})
        assert put.status_code == 200, put.text
        assert [grant["value"] for grant in put.json()[attribute]] == [key]
        holders = client.get(
            user_tree.resource_type.endpoint, params={"filter": f'{attribute}[value eq "{key}"]'}
        )
        assert user["id"] in [holder["id"] for holder in holders.json()["Resources"]]
        patch(client, location, {"op": "remove", "path": f'{attribute}[value eq "{key}"]'})
        assert attribute not in client.get(location).json()
        unknown = {"op": "add", "path": attribute, "value": [{"value": "nothing"}]}
        check_error(
            client.patch(location, json={"schemas": [PATCH], "Operations": [unknown]}),
            400,
            "invalidValue",
        )
