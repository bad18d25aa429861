"""SCIM_STRICT: an unknown attribute is refused, in every request that writes."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from scimgen_server import BASE_PATH, ScimApp, Settings
from scimgen_server.testing.server import running
from tests.server.apps import every_application

from .steps import CRM, ENTERPRISE, GROUP, PATCH, USER, Json, new_name, new_user, read, refused
from .test_bulk import bulk

TOKEN = "a-token"
ENVIRONMENT = {"SCIM_TOKEN": TOKEN, "SCIM_RATE": "0", "SCIM_WEAK_SECRETS": "1"}


@pytest.fixture(scope="module", params=["1", "true"])
def strict(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server with SCIM_STRICT."""
    url = f"sqlite:///{tmp_path_factory.mktemp('strict')}/scim.db"
    settings = Settings.from_environment({**ENVIRONMENT, "SCIM_DATABASE_URL": url, "SCIM_STRICT": request.param})
    with (
        running(ScimApp(every_application(), settings=settings)) as base_url,
        httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30) as client,
    ):
        assert base_url.endswith(BASE_PATH)
        yield client


UNKNOWN: list[tuple[Json, str]] = [
    ({"nothing": 1}, "nothing"),
    ({"nothing": None}, "nothing"),
    ({"name": {"nothing": "x"}}, "name.nothing"),
    ({"emails": [{"value": "a@x.example"}, {"value": "b@x.example", "nothing": "x"}]}, "emails.nothing"),
    ({CRM: {"nothing": "x"}}, f"{CRM}:nothing"),
    ({ENTERPRISE: {"manager": {"nothing": "x"}}}, f"{ENTERPRISE}:manager.nothing"),
    ({"urn:acme:unknown": {"a": 1}}, "urn:acme:unknown"),
    ({"schemas": [USER, "urn:acme:unknown"]}, "urn:acme:unknown"),
]


def check(detail: str, name: str) -> None:
    """The error has the attribute, and how to allow it."""
    assert f"There is no attribute '{name}'" in detail
    assert "SCIM_STRICT" in detail


@pytest.mark.parametrize(("attributes", "name"), UNKNOWN, ids=[name for _, name in UNKNOWN])
def test_a_created_resource_with_an_unknown_attribute_is_refused(
    strict: httpx.Client, attributes: Json, name: str
) -> None:
    user = {"schemas": [USER], "userName": new_name()} | attributes
    check(refused(strict.post("/Users", json=user), 400, "invalidSyntax"), name)
    known = strict.get("/Users", params={"filter": f'userName eq "{user["userName"]}"'})
    assert known.json()["totalResults"] == 0


@pytest.mark.parametrize(("attributes", "name"), UNKNOWN, ids=[name for _, name in UNKNOWN])
def test_a_replaced_resource_with_an_unknown_attribute_is_refused(
    strict: httpx.Client, attributes: Json, name: str
) -> None:
    """The resource is not changed."""
    user = new_user(strict, title="Before")
    content = {"schemas": [USER], "userName": user["userName"], "title": "After"} | attributes
    check(refused(strict.put(f"/Users/{user['id']}", json=content), 400, "invalidSyntax"), name)
    assert read(strict, user)["title"] == "Before"


OPERATIONS: list[tuple[Json, str]] = [
    ({"op": "add", "value": {"nothing": 1}}, "nothing"),
    ({"op": "replace", "value": {"title": "After", "nothing": 1}}, "nothing"),
    ({"op": "replace", "value": {"name.nothing": "x"}}, "name.nothing"),
    ({"op": "replace", "value": {'emails[type eq "work"].nothing': "x"}}, "emails.nothing"),
    ({"op": "add", "path": "name", "value": {"nothing": "x"}}, "name.nothing"),
    ({"op": "add", "path": "emails", "value": [{"value": "a", "nothing": "x"}]}, "emails.nothing"),
    ({"op": "add", "path": CRM, "value": {"nothing": "x"}}, f"{CRM}:nothing"),
    ({"op": "add", "value": {CRM: {"nothing": "x"}}}, f"{CRM}:nothing"),
]


def patch_user(strict: httpx.Client, user: Json, *operations: Json) -> httpx.Response:
    return strict.patch(f"/Users/{user['id']}", json={"schemas": [PATCH], "Operations": list(operations)})


@pytest.mark.parametrize(("operation", "name"), OPERATIONS, ids=[str(number) for number in range(len(OPERATIONS))])
def test_a_patch_with_an_unknown_attribute_is_refused(strict: httpx.Client, operation: Json, name: str) -> None:
    """No operation of the PATCH is applied."""
    user = new_user(strict, title="Before", emails=[{"value": "w@x.example", "type": "work"}])
    response = patch_user(strict, user, {"op": "replace", "path": "title", "value": "After"}, operation)
    assert response.status_code == 400, response.text
    assert name.rpartition(":")[2].rpartition(".")[2] in response.json()["detail"]
    assert read(strict, user)["title"] == "Before"


def test_an_unknown_attribute_in_a_bulk_request_refuses_its_operation_alone(strict: httpx.Client) -> None:
    def operation(method: str, path: str, **data: Any) -> Json:
        return {"method": method, "path": path, "bulkId": f"{method} {path}", "data": data}

    user = new_user(strict, title="Before")
    path = f"/Users/{user['id']}"
    responses = bulk(
        strict,
        operation("POST", "/Users", schemas=[USER], userName=new_name(), nothing=1),
        operation("PUT", path, schemas=[USER], userName=user["userName"], nothing=1),
        operation("PATCH", path, schemas=[PATCH], Operations=[{"op": "add", "value": {"nothing": 1}}]),
        operation("POST", "/Groups", schemas=[GROUP], displayName="Known"),
    )
    assert [response["status"] for response in responses] == ["400", "400", "400", "201"]
    for response in responses[:3]:
        check(response["response"]["detail"], "nothing")
    assert read(strict, user)["title"] == "Before"


def test_a_resource_without_schemas_is_refused(strict: httpx.Client) -> None:
    detail = refused(strict.post("/Users", json={"userName": new_name()}), 400, "invalidValue")
    assert f"schemas is missing; it must contain {USER}" in detail


def test_known_attributes_are_accepted_in_any_case_and_read_only_ones_are_ignored(strict: httpx.Client) -> None:
    """A client sends back what it has read (RFC 7644 section 3.5.1)."""
    user = new_user(strict, TITLE="Dr", **{CRM.upper(): {"LEVEL": "low"}})
    assert user["title"] == "Dr"
    response = strict.put(f"/Users/{user['id']}", json=user)
    assert response.status_code == 200, response.text
    operation = {"op": "replace", "value": {"id": user["id"], "title": "Prof"}}
    assert patch_user(strict, user, operation).status_code in (200, 204)
    assert read(strict, user)["title"] == "Prof"


def test_without_the_setting_an_unknown_attribute_is_ignored(server: httpx.Client) -> None:
    user = new_user(server, nothing=1)
    assert "nothing" not in user
    operation = {"op": "add", "value": {"nothing": 1, "title": "Dr"}}
    assert patch_user(server, user, operation).status_code in (200, 204)
    assert read(server, user)["title"] == "Dr"
