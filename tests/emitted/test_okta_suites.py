"""Okta's published suites (Okta SCIM 2.0 SPEC Test, Okta SCIM 2.0 Entitlements Test), assertion by assertion.

The requests and what is asserted of each answer are Okta's; `{…}` stands for what an earlier step kept.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from tests.support import TOKEN, Running

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
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
