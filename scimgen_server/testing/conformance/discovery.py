"""Conformance tests of discovery (RFC 7644 section 4)."""

from collections.abc import Mapping

import httpx
import pytest

from ...schema.attributes import Tree
from .errors import check_error


class DiscoveryTests:
    """What clients discover (RFC 7644 section 4)."""

    def test_every_resource_type_is_listed_with_its_schemas(
        self, client: httpx.Client, base_url: str, trees: Mapping[str, Tree]
    ) -> None:
        """Name, endpoint and schema as the models have them, and a location that answers."""
        listed = client.get("/ResourceTypes").json()
        found = {one["name"]: one for one in listed["Resources"]}
        assert listed["totalResults"] == len(found) == len(trees)
        for name, tree in trees.items():
            assert found[name]["endpoint"] == tree.resource_type.endpoint
            assert found[name]["schema"] == tree.urn
            location = found[name]["meta"]["location"]
            assert location.startswith(base_url)
            assert client.get(location).json() == found[name]

    def test_every_extension_has_its_schema(
        self, client: httpx.Client, trees: Mapping[str, Tree]
    ) -> None:
        """In the list and at its own place, in any case of its URN."""
        listed = {one["id"].lower(): one for one in client.get("/Schemas").json()["Resources"]}
        for tree in trees.values():
            for extension in tree.extensions.values():
                schema = client.get(f"/Schemas/{extension.name.upper()}").json()
                assert schema == listed[extension.name.lower()]
                assert {one["name"] for one in schema["attributes"]} == {
                    part.name for part in extension.sub_attributes.values()
                }

    def test_the_supported_features_are_listed(self, client: httpx.Client) -> None:
        """PATCH, bulk, filters, sorting and ETags."""
        config = client.get("/ServiceProviderConfig").json()
        for feature in ("patch", "bulk", "filter", "sort", "etag"):
            assert config[feature]["supported"] is True

    @pytest.mark.parametrize("path", ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"])
    def test_discovery_is_read_only_and_not_searched(self, client: httpx.Client, path: str) -> None:
        """403 for a filter, 405 for a write, HEAD like GET."""
        check_error(client.get(path, params={"filter": "id pr"}), 403)
        check_error(client.post(path, json={}), 405)
        assert client.head(path).status_code == 200
        check_error(client.get(f"{path}/nonsense"), 404)

    def test_health_needs_no_credentials(self, base_url: str) -> None:
        """/healthz is outside the base path."""
        assert httpx.get(base_url.removesuffix("/scim/v2") + "/healthz").status_code == 200
