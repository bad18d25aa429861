"""Okta's published suites (Okta SCIM 2.0 SPEC Test, Okta SCIM 2.0 Entitlements Test), assertion by assertion.

The requests and the assertions are Okta's; `{…}` is a value that an earlier step stored. The third, the
lifecycle, is played by Okta itself: here is the server's half of it, in both ways in which Okta writes.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.support import TOKEN, Running

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
HEADERS = {
    "Accept-Charset": "utf-8",
    "Content-Type": "application/scim+json; charset=utf-8",
    "Accept": "application/scim+json",
    "User-Agent": "OKTA SCIM Integration",
}

Check = Callable[[Any], bool]


def a_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def not_empty(value: Any) -> bool:
    return value not in (None, "", [], {})


def holds(expected: str) -> Check:
    return lambda value: expected in value


def equals(expected: Any) -> Check:
    return lambda value: value == expected and type(value) is type(expected)


@dataclass
class Step:
    """One request of a suite: the status is the first assertion, `checks` are the rest, by JSON path."""

    note: str
    path: str
    status: int
    checks: list[tuple[str, Check]]
    body: dict[str, Any] | None = None
    keeps: tuple[tuple[str, str], ...] = ()
    authorization: str = f"Bearer {TOKEN}"
    milliseconds: int = 0

    @property
    def assertions(self) -> int:
        return 1 + len(self.checks) + bool(self.milliseconds)


def at(document: Any, path: str) -> Any:
    """The value at a path such as `Resources[0].id`."""
    for step in re.findall(r"[^.\[\]]+", path):
        document = document[int(step)] if step.isdigit() else document[step]
    return document


def run(client: httpx.Client, step: Step, kept: dict[str, str]) -> None:
    """Send one request and hold its answer against the suite's assertions."""
    path = re.sub(r"\{(\w+)\}", lambda found: kept[found[1]], step.path)
    began = time.monotonic()
    headers = {**HEADERS, "Authorization": step.authorization}
    if step.body is None:
        response = client.get(path, headers=headers)
    else:
        response = client.post(path, json=step.body, headers={**headers, "Content-Type": "application/json"})
    assert response.status_code == step.status, (step.note, response.text)
    assert not step.milliseconds or (time.monotonic() - began) * 1000 < step.milliseconds
    document = response.json()
    for where, check in step.checks:
        assert check(at(document, where)), (step.note, where, document)
    for name, where in step.keeps:
        kept[name] = at(document, where)


NEW_USER = {
    "schemas": [USER],
    "userName": "runscope@example.com",
    "name": {"givenName": "Runscope", "familyName": "Person"},
    "emails": [{"primary": True, "value": "runscope.mail@example.com", "type": "work"}],
    "displayName": "Runscope Person",
    "active": True,
}
A_USER = [
    ("id", not_empty),
    ("name.familyName", not_empty),
    ("name.givenName", not_empty),
    ("userName", not_empty),
    ("active", not_empty),
    ("emails[0].value", not_empty),
]
NOBODY = [("totalResults", equals(0)), ("schemas", holds(LIST))]
SPEC = [
    Step(
        "Test Users endpoint",
        "/Users?count=1&startIndex=1",
        200,
        [
            ("Resources", not_empty),
            ("schemas", holds(LIST)),
            ("itemsPerPage", a_number),
            ("startIndex", a_number),
            ("totalResults", a_number),
            *((f"Resources[0].{where}", check) for where, check in A_USER),
        ],
        keeps=(("first", "Resources[0].id"),),
    ),
    Step("Get Users/{{id}}", "/Users/{first}", 200, [*A_USER, ("id", lambda value: isinstance(value, str))]),
    Step("Test invalid User by username", '/Users?filter=userName eq "abcdefgh@example.com"', 200, NOBODY),
    Step("Test invalid User by ID", "/Users/nobody", 404, [("detail", not_empty), ("schemas", holds(ERROR))]),
    Step("Make sure random user doesn't exist", '/Users?filter=userName eq "runscope@example.com"', 200, NOBODY),
    Step(
        "Create Okta user with realistic values",
        "/Users",
        201,
        [
            ("active", equals(True)),
            ("id", not_empty),
            ("name.familyName", equals("Person")),
            ("name.givenName", equals("Runscope")),
            ("schemas", holds(USER)),
            ("userName", equals("runscope@example.com")),
        ],
        body=NEW_USER,
        keeps=(("created", "id"),),
    ),
    Step(
        "Verify that user was created",
        "/Users/{created}",
        200,
        [
            ("userName", equals("runscope@example.com")),
            ("name.familyName", equals("Person")),
            ("name.givenName", equals("Runscope")),
        ],
    ),
    Step("Expect failure when recreating user with same values", "/Users", 409, [], body=NEW_USER),
    Step("Username Case Sensitivity Check", '/Users?filter=userName eq "RUNSCOPE@EXAMPLE.COM"', 200, []),
    Step("Verify Groups endpoint", "/Groups", 200, [], milliseconds=600),
    Step(
        "Check status 401",
        '/Users?filter=userName eq "RUNSCOPE@EXAMPLE.COM"',
        401,
        [("detail", not_empty), ("status", equals("401")), ("schemas", holds(ERROR))],
        authorization="non-token",
    ),
    Step(
        "Check status 404",
        "/Users/00919288221112222",
        404,
        [("detail", not_empty), ("status", equals("404")), ("schemas", holds(ERROR))],
    ),
]


def test_the_spec_suite_holds(crm: Running) -> None:
    """52 assertions, in the suite's order, on a server that has one user; it wants one with name and email."""
    assert sum(step.assertions for step in SPEC) == 52
    with crm.client() as client:
        someone = {**NEW_USER, "userName": "someone@example.com"}
        first = client.post("/Users", json=someone)
        assert first.status_code == 201, first.text
        kept: dict[str, str] = {}
        try:
            for step in SPEC:
                run(client, step, kept)
            assert client.get(f"/Users/{kept['first']}").json()["id"] == kept["first"]
        finally:
            for user in (first.json()["id"], kept.get("created", "none")):
                client.delete(f"/Users/{user}")


def test_the_entitlements_suite_holds(collaboration: Running) -> None:
    """6 assertions for each role and entitlement endpoint."""
    endpoints = [found.endpoint for found in collaboration.app.resource_types if found.kind in ("role", "entitlement")]
    assert len(endpoints) >= 7
    with collaboration.client() as client:
        for endpoint in endpoints:
            step = Step(
                endpoint,
                f"{endpoint}?count=1&startIndex=1",
                200,
                [
                    ("Resources", not_empty),
                    ("schemas", holds(LIST)),
                    ("startIndex", a_number),
                    ("itemsPerPage", equals(1)),
                    ("totalResults", a_number),
                ],
            )
            assert step.assertions == 6
            run(client, step, {})


def by_patch(client: httpx.Client, user: dict[str, Any], **changes: Any) -> httpx.Response:
    """As the catalogue's templates write: one path-less operation."""
    operation = {"op": "replace", "value": changes}
    return client.patch(f"/Users/{user['id']}", json={"schemas": [PATCH], "Operations": [operation]})


def by_put(client: httpx.Client, user: dict[str, Any], **changes: Any) -> httpx.Response:
    """As apps made with the wizard write: GET, change, PUT the whole."""
    whole = client.get(f"/Users/{user['id']}").json()
    return client.put(f"/Users/{user['id']}", json={**whole, **changes})


@pytest.mark.parametrize("write", [by_patch, by_put])
def test_the_lifecycle_suite_holds(crm: Running, write: Callable[..., httpx.Response]) -> None:
    """Create, grant, rename, deactivate, reactivate, unassign: the user is always found, and `active` is right.

    Okta never deletes a user, so neither does this.
    """
    name = f"{write.__name__}@example.com"
    with crm.client() as client:
        client.headers.update(HEADERS)

        def seen(name: str, *, active: bool) -> dict[str, Any]:
            """The one user, found by its name in another case, by its id, and as the holder of its roles."""
            query = {"filter": f'userName eq "{name.upper()}"', "startIndex": 1, "count": 100}
            (found,) = client.get("/Users", params=query).json()["Resources"]
            assert client.get(f"/Users/{found['id']}").json() == found
            assert found["active"] is active
            for grant in found.get("roles", []):
                holders = client.get("/Users", params={"filter": f'roles[value eq "{grant["value"]}"]'}).json()
                assert found["id"] in [holder["id"] for holder in holders["Resources"]]
            return dict(found)

        query = {"filter": f'userName eq "{name}"', "startIndex": 1, "count": 100}
        assert client.get("/Users", params=query).json()["totalResults"] == 0
        user = client.post(
            "/Users", json={**NEW_USER, "userName": name, "password": "placeholder", "groups": []}
        ).json()
        assert seen(name, active=True)["id"] == user["id"]

        def step(expected: str, *, active: bool, **changes: Any) -> dict[str, Any]:
            response = write(client, user, active=active, **changes)
            assert response.status_code in (200, 204), response.text
            now = seen(expected, active=active)
            assert now["id"] == user["id"]
            return now

        value = client.get("/Licenses", params={"count": 1}).json()["Resources"][0]
        grants = {"entitlements": [{"value": value["id"], "type": value["type"]}], "roles": [{"value": "admin"}]}
        granted = step(name, active=True, **grants)
        assert [one["display"] for one in granted["entitlements"]] == [value["displayName"]]
        renamed = f"new.{name}"
        assert step(renamed, active=True, userName=renamed)["entitlements"] == granted["entitlements"]
        assert client.get("/Users", params=query).json()["totalResults"] == 0
        assert step(renamed, active=False)["entitlements"] == granted["entitlements"]
        assert step(renamed, active=True)["roles"] == granted["roles"]
        left = step(renamed, active=False, entitlements=[], roles=[])
        assert {"entitlements", "roles"}.isdisjoint(left)
