"""Conformance tests of single resources (RFC 7644 sections 3.3 to 3.7)."""

from typing import Any

import httpx

from ...schema.attributes import Attribute, Tree
from ..examples import complete, minimal

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def create(client: httpx.Client, tree: Tree, resource: dict[str, Any]) -> dict[str, Any]:
    """POST a resource and read what the server made of it."""
    response = client.post(tree.resource_type.endpoint, json=resource)
    assert response.status_code == 201, response.text
    created: dict[str, Any] = client.get(response.headers["location"]).json()
    return created


def returned(attributes: Any, sent: dict[str, Any]) -> dict[str, Any]:
    """What of a resource comes back by default."""
    view: dict[str, Any] = {}
    for attribute in attributes:
        value = sent.get(attribute.name)
        if value is None or attribute.hidden:
            continue
        if attribute.sub_attributes:
            value = _parts(attribute, value)
        if value:
            view[attribute.name] = value
    return view


def _parts(attribute: Attribute, value: Any) -> Any:
    subs = list(attribute.sub_attributes.values())
    if attribute.multi_valued:
        parts = (returned(subs, item) for item in value)
        return [part for part in parts if part]
    return returned(subs, value)


class ResourceTests:
    """Create, read, replace, patch and delete on each resource type."""

    def test_the_least_that_is_valid_can_be_created_and_read(
        self, client: httpx.Client, tree: Tree
    ) -> None:
        """201 with Location, ETag and the resource; the same at its location."""
        response = client.post(tree.resource_type.endpoint, json=minimal(tree))
        assert response.status_code == 201, response.text
        created = response.json()
        assert created["schemas"][0] == tree.urn
        assert created["meta"]["resourceType"] == tree.name
        assert created["meta"]["location"] == response.headers["location"]
        assert created["meta"]["version"] == response.headers["etag"]
        read = client.get(response.headers["location"])
        assert read.status_code == 200
        assert {name: created[name] for name in read.json()} == read.json()

    def test_everything_that_is_written_comes_back_as_it_was(
        self, client: httpx.Client, tree: Tree
    ) -> None:
        """Every attribute that is returned by default, with the value that was sent."""
        sent = complete(tree)
        created = create(client, tree, sent)
        for name, value in returned(tree.children(), sent).items():
            if name not in ("schemas", "password"):
                assert created[name] == value, name

    def test_a_resource_that_is_put_back_unchanged_stays_the_same(
        self, client: httpx.Client, tree: Tree
    ) -> None:
        """Same content, same version: readOnly members are ignored, nothing hidden is lost."""
        created = create(client, tree, complete(tree))
        response = client.put(f"{tree.resource_type.endpoint}/{created['id']}", json=created)
        assert response.status_code == 200, response.text
        assert client.get(response.headers["content-location"]).json() == created

    def test_an_external_id_can_be_patched(self, client: httpx.Client, tree: Tree) -> None:
        """The version changes with the content, and only then."""
        created = create(client, tree, minimal(tree))
        location = f"{tree.resource_type.endpoint}/{created['id']}"
        operation = {"op": "replace", "path": "externalId", "value": "e-1"}
        patch = {"schemas": [PATCH], "Operations": [operation]}
        response = client.patch(location, json=patch)
        assert response.status_code in (200, 204), response.text
        changed = client.get(location).json()
        assert changed["externalId"] == "e-1"
        assert changed["meta"]["version"] != created["meta"]["version"]
        client.patch(location, json=patch)
        assert client.get(location).json() == changed

    def test_a_stale_version_is_not_overwritten(self, client: httpx.Client, tree: Tree) -> None:
        """412 for If-Match with an old version, 304 for If-None-Match with the present one."""
        created = create(client, tree, minimal(tree))
        location = f"{tree.resource_type.endpoint}/{created['id']}"
        stale = client.put(location, json=created, headers={"If-Match": 'W/"0"'})
        assert stale.status_code == 412
        assert stale.json()["status"] == "412"
        known = client.get(location, headers={"If-None-Match": created["meta"]["version"]})
        assert known.status_code == 304

    def test_what_is_deleted_is_gone(self, client: httpx.Client, tree: Tree) -> None:
        """204, then 404 for every method."""
        created = create(client, tree, minimal(tree))
        location = f"{tree.resource_type.endpoint}/{created['id']}"
        assert client.delete(location).status_code == 204
        for method in ("GET", "DELETE"):
            assert client.request(method, location).status_code == 404
        assert client.put(location, json=created).status_code == 404

    def test_a_required_attribute_cannot_be_left_out(
        self, client: httpx.Client, tree: Tree
    ) -> None:
        """400 invalidValue that names the attribute."""
        for attribute in tree.attributes.values():
            if (
                attribute.scim.required
                and attribute.name in minimal(tree)
                and attribute.default is None
            ):
                if attribute.name in ("schemas", "id") or attribute.read_only:
                    continue
                resource = minimal(tree)
                del resource[attribute.name]
                response = client.post(tree.resource_type.endpoint, json=resource)
                assert response.status_code == 400
                assert response.json()["scimType"] == "invalidValue"
                assert attribute.name in response.json()["detail"]

    def test_a_secret_is_never_returned(self, client: httpx.Client, tree: Tree) -> None:
        """Neither by default nor when it is asked for."""
        created = create(client, tree, complete(tree))
        for attribute in tree.walk():
            if attribute.secret:
                asked = client.get(
                    f"{tree.resource_type.endpoint}/{created['id']}",
                    params={"attributes": str(attribute)},
                )
                assert attribute.name not in asked.json()
                assert f'"{attribute.name}"' not in asked.text

    def test_values_of_the_owner_are_read_only(
        self, client: httpx.Client, read_only_tree: Tree
    ) -> None:
        """403 for every write; the detail names the owner."""
        tree = read_only_tree
        response = client.post(tree.resource_type.endpoint, json=minimal(tree))
        assert response.status_code == 403
        assert response.json()["detail"]
        assert client.get(tree.resource_type.endpoint).status_code == 200

    def test_many_operations_in_one_request(self, client: httpx.Client, tree: Tree) -> None:
        """Bulk (RFC 7644 section 3.7): one error does not stop the others; a bulkId is resolved."""
        endpoint = tree.resource_type.endpoint
        changes = [{"op": "add", "path": "externalId", "value": "by-bulk"}]
        operations: list[dict[str, Any]] = [
            {"method": "POST", "path": endpoint, "bulkId": "new", "data": minimal(tree)},
            {"method": "DELETE", "path": f"{endpoint}/nobody"},
            {
                "method": "PATCH",
                "path": f"{endpoint}/bulkId:new",
                "data": {"schemas": [PATCH], "Operations": changes},
            },
        ]
        request = {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": operations,
        }
        response = client.post("/Bulk", json=request)
        assert response.status_code == 200, response.text
        made, missing, changed = response.json()["Operations"]
        assert (made["status"], missing["status"]) == ("201", "404")
        assert changed["location"] == made["location"]
        assert client.get(made["location"]).json()["externalId"] == "by-bulk"
