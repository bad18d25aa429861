"""Loose input has one meaning, wrong input is refused, and whatever text is allowed comes back."""

import json
from random import Random
from string import ascii_lowercase, digits

import httpx
import pytest

from .steps import (
    CRM,
    ENTERPRISE,
    GROUP,
    PATCH,
    USER,
    Json,
    found,
    new_name,
    new_user,
    put,
    read,
    refused,
)

LOOSE: list[tuple[Json, Json]] = [
    ({"USERNAME": "Loose-Case"}, {"userName": "Loose-Case"}),
    ({"name": {"GIVENNAME": "Ada"}}, {"name": {"givenName": "Ada"}}),
    ({ENTERPRISE.upper(): {"DEPARTMENT": "D"}}, {ENTERPRISE: {"department": "D"}}),
    ({"title": None, "emails": [], "name": {}}, {}),
    ({"active": "true"}, {"active": True}),
    ({"title": 1.5}, {"title": "1.5"}),
    ({"emails": [{"value": "a"}, {"value": "a"}]}, {"emails": [{"value": "a"}]}),
    ({"nothing": {"a": 1}, "emails": [{"value": "a", "nothing": 1}]}, {"emails": [{"value": "a"}]}),
    ({"id": "mine", "meta": {"resourceType": "x"}}, {}),
    ({CRM: {"level": "HIGH"}}, {CRM: {"level": "high"}}),
    ({CRM: {"key": "c2NpbQ"}}, {CRM: {"key": "c2NpbQ"}}),
    ({CRM: {"score": 3.0, "ratio": 3}}, {CRM: {"score": 3, "ratio": 3}}),
    ({ENTERPRISE: {"manager": "boss"}}, {ENTERPRISE: {"manager": {"value": "boss"}}}),
]


@pytest.mark.parametrize(("sent", "stored"), LOOSE)
def test_loose_input_has_one_meaning(server: httpx.Client, sent: Json, stored: Json) -> None:
    """Names in any case, unassigned values, unknown attributes."""
    body = sent if "USERNAME" in sent else {"userName": new_name()} | sent
    response = server.post("/Users", json={"schemas": [USER]} | body)
    assert response.status_code == 201, response.text
    created = response.json()
    got = {name: value for name, value in created.items() if name not in ("schemas", "id", "meta")}
    assert got == {"userName": created["userName"]} | stored
    assert created["id"] != "mine"


WRONG: list[Json] = [
    {"userName": None},
    {"userName": ""},
    {"userName": ["x"]},
    {"userName": True},
    {"active": "yes"},
    {"active": 1},
    {"emails": "a@x.com"},
    {"emails": {"value": "a@x.com"}},
    {"emails": [["a"]]},
    {"emails": [{"value": "a", "primary": True}, {"value": "b", "primary": True}]},
    {"name": "Ada"},
    {"name": ["Ada"]},
    {"profileUrl": "not a uri"},
    {ENTERPRISE: "x"},
    {CRM: {"score": "many"}},
    {CRM: {"score": 1.5}},
    {CRM: {"score": True}},
    {CRM: {"score": 10**30}},
    {CRM: {"ratio": "1.5"}},
    {CRM: {"hiredOn": "2024-05-01"}},
    {CRM: {"hiredOn": "2024-05-01T10:00:00"}},
    {CRM: {"hiredOn": 1714557600}},
    {CRM: {"key": "not base64!"}},
    {CRM: {"level": "medium"}},
    {CRM: {"tags": "a"}},
    {"schemas": USER},
    {"schemas": [GROUP]},
    {"schemas": []},
    {"entitlements": [{"display": "no value"}]},
    {"entitlements": [{"value": 7}]},
]


@pytest.mark.parametrize("wrong", WRONG, ids=[json.dumps(wrong)[:60] for wrong in WRONG])
def test_wrong_input_is_refused(server: httpx.Client, wrong: Json) -> None:
    """400 invalidValue, and nothing is stored."""
    before = server.get("/Users", params={"count": "0"}).json()["totalResults"]
    refused(server.post("/Users", json={"schemas": [USER], "userName": new_name()} | wrong), 400, "invalidValue")
    assert server.get("/Users", params={"count": "0"}).json()["totalResults"] == before


def test_a_name_given_twice_is_refused(server: httpx.Client) -> None:
    """In different cases, so that it is ambiguous."""
    refused(server.post("/Users", json={"schemas": [USER], "userName": "a", "username": "b"}), 400, "invalidSyntax")


def test_any_unicode_comes_back(server: httpx.Client) -> None:
    """Other scripts, emoji, quotes, backslashes, control characters."""
    text = "Łódź 東京 🦊 \" \\ \t \u2028 ' {{ }} <b> %00"
    user = new_user(server, displayName=text)
    assert read(server, user)["displayName"] == text
    assert user["id"] in found(server, f"displayName eq {json.dumps(text)}")


LONG = "".join(Random(1).choices(ascii_lowercase + digits, k=3000))  # nothing that a database could compress


@pytest.mark.parametrize("attribute", ["userName", "externalId", "emails", f"{CRM}:employeeCode"])
def test_what_is_looked_up_has_a_bound(server: httpx.Client, attribute: str) -> None:
    """An index holds so much on one database and more on another: neither is asked, by POST, PUT or PATCH."""
    user = new_user(server)
    urn, _, name = attribute.rpartition(":")
    value = [{"value": LONG}] if name == "emails" else LONG
    body = {urn: {name: value}} if urn else {name: value}
    whole = {"schemas": [USER], "userName": new_name()} | body
    for response in (
        server.post("/Users", json=whole),
        put(server, user, whole),
        server.patch(
            user["meta"]["location"],
            json={"schemas": [PATCH], "Operations": [{"op": "replace", "path": attribute, "value": value}]},
        ),
    ):
        detail = refused(response, 400, "invalidValue")
        assert "at most 2000 bytes" in detail
        assert name in detail
    assert read(server, user) == user
    value = [{"value": LONG[:2000]}] if name == "emails" else LONG[:2000]
    new_user(server, **({urn: {name: value}} if urn else {name: value}))


def test_a_long_name_of_a_group_is_refused(server: httpx.Client) -> None:
    """As long as it may be is fine, and found; what nothing looks up may be longer."""
    body = {"schemas": [GROUP], "displayName": LONG}
    assert "displayName" in refused(server.post("/Groups", json=body), 400, "invalidValue")
    assert "displayName" in refused(
        server.post("/Groups", json=body | {"displayName": "é" * 1001}), 400, "invalidValue"
    )
    group = server.post("/Groups", json=body | {"displayName": LONG[:2000]})
    assert group.status_code == 201, group.text
    page = server.get("/Groups", params={"filter": f'displayName eq "{LONG[:2000]}"'}).json()
    assert [one["id"] for one in page["Resources"]] == [group.json()["id"]]
    assert new_user(server, title=LONG)["title"] == LONG
