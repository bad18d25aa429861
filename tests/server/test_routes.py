"""The route table: the endpoints and methods of RFC 7644 section 3.2, table 2, for each resource type."""

from collections.abc import Iterator

import httpx
import pytest

from scimgen_server import ScimError
from scimgen_server.protocol.routes import Router
from tests.server.apps import trees
from tests.server.steps import Json, new_user, refused

READ_ONLY = "Permission Set"
"""The resource type whose values belong to the description."""

ITEM = {"GET", "HEAD", "PUT", "PATCH", "DELETE"}
EXPECTED: dict[str, set[str]] = {
    "/": {"GET", "HEAD"},
    "/.search": {"POST"},
    "/Bulk": {"POST"},
    "/Me": ITEM,
    "/ServiceProviderConfig": {"GET", "HEAD"},
    "/ResourceTypes": {"GET", "HEAD"},
    "/ResourceTypes/{id}": {"GET", "HEAD"},
    "/Schemas": {"GET", "HEAD"},
    "/Schemas/{id}": {"GET", "HEAD"},
}
for _endpoint in ("/Users", "/Groups", "/Roles", "/Licenses", "/Seats"):
    EXPECTED[_endpoint] = {"GET", "HEAD", "POST"}
    EXPECTED[f"{_endpoint}/.search"] = {"POST"}
    EXPECTED[f"{_endpoint}/{{id}}"] = ITEM
EXPECTED |= {
    "/PermissionSets": {"GET", "HEAD"},
    "/PermissionSets/.search": {"POST"},
    "/PermissionSets/{id}": {"GET", "HEAD"},
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "MADE-UP")


def router() -> Router:
    """The routes of the app of `every.scim.yaml`."""
    return Router(trees().values())


def wrong_methods() -> Iterator[tuple[str, str]]:
    """Each path with each method that it does not have. A read-only type answers 403 to writes instead."""
    for template, allowed in EXPECTED.items():
        for method in METHODS:
            if method not in allowed and not template.startswith("/PermissionSets"):
                yield template, method


def test_the_table_has_exactly_these_endpoints() -> None:
    """Each with exactly these methods."""
    table = router()
    endpoints = [*table._paths.values(), *table._items.values()]
    assert {one.template: one.allowed for one in endpoints} == EXPECTED
    assert {path for path in EXPECTED if path.startswith("/Users")} == {"/Users", "/Users/.search", "/Users/{id}"}


@pytest.mark.parametrize("template", EXPECTED)
def test_the_router_finds_each_endpoint(template: str) -> None:
    """With the id in its path."""
    endpoint, resource_id = router().find(template.replace("{id}", "x1"))
    assert endpoint.template == template
    assert resource_id == ("x1" if "{id}" in template else "")
    for method in EXPECTED[template]:
        assert endpoint.route(method).trees


@pytest.mark.parametrize("path", ["", "/users", "/Users/", "/Users/a/b", "/Users/a\0b", "/Me/x", "/Bulk/x", "/Nothing"])
def test_other_paths_are_404(path: str) -> None:
    """Paths are case-sensitive and have one id."""
    with pytest.raises(ScimError) as error:
        router().find(path)
    assert error.value.status == 404
    assert error.value.detail == "There is no such endpoint; /ResourceTypes has the list."


@pytest.mark.parametrize(("template", "method"), list(wrong_methods()))
def test_other_methods_are_405(template: str, method: str) -> None:
    """With the methods that the path has in `Allow` (RFC 9110 section 15.5.6)."""
    endpoint, _ = router().find(template.replace("{id}", "x1"))
    with pytest.raises(ScimError) as error:
        endpoint.route(method)
    assert error.value.status == 405
    assert error.value.headers["Allow"] == ", ".join(sorted(EXPECTED[template]))


def test_405_and_404_over_http(server: httpx.Client) -> None:
    """A SCIM error with `Allow`."""
    response = server.delete("/Users")
    assert "/Users" in refused(response, 405)
    assert response.headers["allow"] == "GET, HEAD, POST"
    response = server.post("/Users/x", json={})
    refused(response, 405)
    assert response.headers["allow"] == "DELETE, GET, HEAD, PATCH, PUT"
    refused(server.get("/Nothing"), 404)


@pytest.mark.parametrize("path", ["/Users", "/ServiceProviderConfig", "/Schemas", "/"])
def test_head_is_get_without_body(server: httpx.Client, path: str) -> None:
    """The same status and headers (RFC 9110 section 9.3.2)."""
    head, get = server.head(path, params={"count": "1"}), server.get(path, params={"count": "1"})
    assert (head.status_code, head.content) == (get.status_code, b"") == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]
    assert head.headers["content-length"] == get.headers["content-length"]


def test_head_of_a_resource_has_its_etag(server: httpx.Client) -> None:
    """And 404 without a body for an unknown one."""
    user = new_user(server)
    head = server.head(user["meta"]["location"])
    assert (head.status_code, head.headers["etag"], head.content) == (200, user["meta"]["version"], b"")
    missing = server.head("/Users/nobody")
    assert (missing.status_code, missing.content) == (404, b"")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/PermissionSets", {"displayName": "X"}),
        ("PUT", "/PermissionSets/ps-sales", {"displayName": "X"}),
        ("PATCH", "/PermissionSets/ps-sales", {"Operations": []}),
        ("DELETE", "/PermissionSets/ps-sales", None),
    ],
)
def test_a_read_only_type_refuses_writes(server: httpx.Client, method: str, path: str, body: Json | None) -> None:
    """403 with the owner of the values, and `Allow` of other methods has reads only."""
    assert "/PermissionSets is read-only" in refused(server.request(method, path, json=body), 403)
    assert server.get("/PermissionSets/ps-sales").json()["displayName"] != "X"
    endpoint, _ = router().find("/PermissionSets/ps-sales")
    assert endpoint.allowed == {"GET", "HEAD"}
