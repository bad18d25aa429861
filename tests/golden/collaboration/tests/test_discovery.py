# Emitted by scimgen from collaboration.scim.yaml: edit that and run `scimgen generate`, not this file.
"""What a client learns before it begins (RFC 7644 section 4)."""

import httpx
import pytest

from .conftest import TREES
from .test_errors import check_error


def test_every_resource_type_is_listed_with_its_schemas(client: httpx.Client, base_url: str) -> None:
    """Name, endpoint and schema as the models have them, and a location that answers."""
    listed = client.get("/ResourceTypes").json()
    found = {one["name"]: one for one in listed["Resources"]}
    assert listed["totalResults"] == len(found) == len(TREES)
    for name, tree in TREES.items():
        assert found[name]["endpoint"] == tree.resource_type.endpoint
        assert found[name]["schema"] == tree.urn
        location = found[name]["meta"]["location"]
        assert location.startswith(base_url)
        assert client.get(location).json() == found[name]


def test_every_extension_has_its_schema(client: httpx.Client) -> None:
    """In the list and at its own place, in any case of its URN."""
    listed = {one["id"].lower(): one for one in client.get("/Schemas").json()["Resources"]}
    for tree in TREES.values():
        for extension in tree.extensions.values():
            schema = client.get(f"/Schemas/{extension.name.upper()}").json()
            assert schema == listed[extension.name.lower()]
            assert {one["name"] for one in schema["attributes"]} == {
                part.name for part in extension.sub_attributes.values()
            }


def test_the_features_that_are_on_are_told(client: httpx.Client) -> None:
    """PATCH, bulk, filters, sorting and ETags."""
    config = client.get("/ServiceProviderConfig").json()
    for feature in ("patch", "bulk", "filter", "sort", "etag"):
        assert config[feature]["supported"] is True


@pytest.mark.parametrize("path", ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"])
def test_discovery_is_read_only_and_not_searched(client: httpx.Client, path: str) -> None:
    """403 for a filter, 405 for a write, HEAD like GET."""
    check_error(client.get(path, params={"filter": "id pr"}), 403)
    check_error(client.post(path, json={}), 405)
    assert client.head(path).status_code == 200
    check_error(client.get(f"{path}/nonsense"), 404)


def test_health_needs_no_credentials(base_url: str) -> None:
    """/healthz stands outside the base path."""
    assert httpx.get(base_url.removesuffix("/scim/v2") + "/healthz").status_code == 200
