"""Every kind of bad input: a SCIM error with the right status, a detail to act on, and what is stored unchanged."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from .steps import CRM, PATCH, USER, Json, found, new_group, new_name, new_user, read, refused, send_patch

JSON = {"Content-Type": "application/scim+json"}
BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"


@pytest.fixture
def user(server: httpx.Client) -> Iterator[Json]:
    """A user that is the same after the test."""
    created = new_user(server, title="Dr", emails=[{"value": "a@x.com", "type": "work"}], **{CRM: {"score": 1}})
    yield created
    assert read(server, created) == created


def answers(server: httpx.Client, user: Json, content: bytes, headers: dict[str, str] = JSON) -> list[httpx.Response]:
    """A body sent to everything that takes one."""
    location = user["meta"]["location"]
    places = [("POST", "/Users"), ("PUT", location), ("PATCH", location), ("POST", "/Users/.search"), ("POST", "/Bulk")]
    return [server.request(method, place, content=content, headers=headers) for method, place in places]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"a": 1,}', b"{'a': 1}", b"\xff\xfe{}", b'{"a": NaN}', b'{"a": "\x00"}']
)
def test_what_is_no_json_object(server: httpx.Client, user: Json, content: bytes) -> None:
    """400 invalidSyntax."""
    for response in answers(server, user, content):
        refused(response, 400, "invalidSyntax")


@pytest.mark.parametrize(
    "media_type", ["text/xml", "application/x-www-form-urlencoded", "multipart/form-data", ";", "json"]
)
def test_another_media_type(server: httpx.Client, user: Json, media_type: str) -> None:
    """415 names what is read; nothing before a semicolon is taken for SCIM's own."""
    responses = answers(server, user, b"<user/>", {"Content-Type": media_type})
    for response in responses:
        if media_type == ";":
            refused(response, 400, "invalidSyntax")
        else:
            assert "application/scim+json" in refused(response, 415)


def test_a_body_that_is_too_large(server: httpx.Client, user: Json) -> None:
    """413, whether the length is announced or not."""
    large = json.dumps({"schemas": [USER], "userName": new_name(), "title": "x" * 1024 * 1024}).encode()
    for response in answers(server, user, large):
        assert "1048576" in refused(response, 413)
    chunked = server.post(
        "/Users", content=(large[at : at + 65536] for at in range(0, len(large), 65536)), headers=JSON
    )
    refused(chunked, 413)


@pytest.mark.parametrize("depth", [70, 900, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"name":', "}")])
def test_deep_nesting(server: httpx.Client, user: Json, depth: int, opening: str, closing: str) -> None:
    """As a value, an unknown attribute, operations, a filter: an error."""
    deep = opening * depth + '"\\u0041"' + closing * depth
    for name in ("name", "unknown", "Operations", "emails", "filter"):
        body = f'{{"schemas": ["{USER}", "{PATCH}", "{BULK}"], "userName": "{new_name()}", "{name}": {deep}}}'
        for response in answers(server, user, body.encode()):
            assert response.status_code == 400, response.text
            assert response.json()["detail"]


@pytest.mark.parametrize(
    "encoded", ["%", "%zz", "%E0%80", "%ff", "%00", "x%00y", "%2F", "..%2F..", "%C0%AF", "%ED%A0%80"]
)
def test_bad_percent_encoding(server: httpx.Client, user: Json, encoded: str) -> None:
    """An unknown id in a path and in the path of a bulk operation; an invalid filter."""
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        body = {"schemas": [USER, PATCH], "userName": "x", "Operations": [{"op": "remove", "path": "title"}]}
        raw = httpx.URL(str(server.base_url)).copy_with(raw_path=f"/scim/v2/Users/{encoded}".encode())
        refused(server.request(method, raw, json=None if method in ("GET", "DELETE") else body), 404)
    operations = [{"method": "DELETE", "path": f"/Users/{encoded}"}]
    bulk = server.post("/Bulk", json={"schemas": [BULK], "Operations": operations})
    assert [one["status"] for one in bulk.json()["Operations"]] == ["404"]
    raw = httpx.URL(str(server.base_url)).copy_with(raw_path=f"/scim/v2/Users?filter={encoded}".encode())
    refused(server.get(raw), 400, "invalidFilter")


@pytest.mark.parametrize("text", ["\\u0000", "x\\u0000", "\\ud800", "\\udfff\\ud800"])
def test_nul_and_lone_surrogates(server: httpx.Client, user: Json, text: str) -> None:
    """invalidValue in any value, any member's name and any path; invalidFilter in a filter."""
    bodies = [
        f'{{"schemas": ["{USER}"], "userName": "{text}"}}',
        f'{{"schemas": ["{USER}"], "userName": "x", "{text}": 1}}',
        f'{{"schemas": ["{USER}"], "userName": "x", "emails": [{{"value": "{text}"}}]}}',
        f'{{"schemas": ["{PATCH}"], "Operations": [{{"op": "add", "path": "{text}", "value": 1}}]}}',
        f'{{"schemas": ["{PATCH}"], "Operations": [{{"op": "add", "path": "title", "value": "{text}"}}]}}',
        f'{{"schemas": ["{BULK}"], "Operations": [{{"method": "POST", "path": "/Users", "bulkId": "{text}"}}]}}',
    ]
    for body in bodies:
        for response in answers(server, user, body.encode()):
            refused(response, 400, "invalidValue")
    refused(server.get("/Users", params={"filter": f'userName eq "{text}"'}), 400, "invalidFilter")
    path = f'emails[value eq "{text}"].display'
    refused(send_patch(server, user, {"op": "add", "path": path, "value": "x"}), 400, "invalidFilter")


@pytest.mark.parametrize("name", ["filter", "sortBy", "cursor", "count", "startIndex"])
def test_nul_in_a_query(server: httpx.Client, user: Json, name: str) -> None:
    """400; among the names of attributes it is one that is not known."""
    assert server.get("/Users", params={name: "\0"}).status_code == 400
    for harmless in ("attributes", "excludedAttributes"):
        assert server.get("/Users", params={harmless: "\0", "count": "0"}).status_code == 200


@pytest.mark.parametrize("number", ["9" * 30, "-" + "9" * 400, "9" * 5000, "1e400", "1e99999999", "-1e999", "1.5e300"])
def test_huge_numbers(server: httpx.Client, user: Json, number: str) -> None:
    """As a value 400 for what takes whole numbers or text, as an operand of a filter 400 or no match, never found."""
    for name in (f'"{CRM}": {{"score": {number}}}', f'"active": {number}', f'"emails": {number}'):
        body = f'{{"schemas": ["{USER}"], "userName": "{new_name()}", {name}}}'.encode()
        refused(server.post("/Users", content=body, headers=JSON), 400, _syntax_or_value(number))
    for operand in (f"{CRM}:score", f"{CRM}:ratio"):
        asked = server.get("/Users", params={"filter": f"{operand} eq {number}"})
        assert asked.status_code == 400 or asked.json()["totalResults"] == 0, asked.text
    for name in ("count", "startIndex"):
        assert server.get("/Users", params={name: number}).status_code in (200, 400)


def _syntax_or_value(number: str) -> str:
    return "invalidSyntax" if len(number) > 4300 else "invalidValue"  # Python reads no longer integers


@pytest.mark.parametrize("value", [1, True, None, "x", [], {}, [[]], {"a": {"b": []}}], ids=repr)
def test_wrong_types(server: httpx.Client, user: Json, value: Any) -> None:
    """Of what a message consists of: an answer, and no change."""
    messages: list[Json] = [
        {"schemas": value, "userName": new_name(), "Operations": [{"op": "remove", "path": "title"}]},
        {"schemas": [PATCH, BULK], "Operations": value},
        {"schemas": [PATCH, BULK], "Operations": [value]},
        {"schemas": [PATCH], "Operations": [{"op": value, "path": "title", "value": "x"}]},
        {"schemas": [PATCH], "Operations": [{"op": "add", "path": f"{CRM}:score", "value": value or "x"}]},
        {"schemas": [BULK], "Operations": [{"method": value, "path": value, "data": value}]},
        {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": value or [], "count": [value]},
    ]
    for message in messages:
        for response in answers(server, user, json.dumps(message).encode()):
            assert response.status_code < 500, response.text
            assert response.status_code < 400 or response.json()["detail"]


def test_unknown_ids_and_paths(server: httpx.Client, user: Json) -> None:
    """404 with the id, or with what there is instead."""
    body = {"schemas": [USER, PATCH], "userName": "x", "Operations": [{"op": "remove", "path": "title"}]}
    for path in ("/Users/nobody", "/Nothing", "/Users/a/b", "/Schemas/urn:nothing", "/ResourceTypes/Nothing", "/users"):
        assert refused(server.get(path), 404)
    for method in ("PUT", "PATCH", "DELETE"):
        response = server.request(method, "/Users/nobody", json=None if method == "DELETE" else body)
        assert "nobody" in refused(response, 404)
    assert "/ResourceTypes" in refused(server.get("/Nothing"), 404)


def test_ten_thousand_operations(server: httpx.Client, user: Json) -> None:
    """On one attribute they are done, one more is refused; on as many values they are 413 in seconds."""
    title = [{"op": "replace", "path": "title", "value": "Dr"}]
    assert send_patch(server, user, *title * 10_000).status_code == 200
    assert "10000" in refused(send_patch(server, user, *title * 10_001), 413)
    began = time.monotonic()
    emails = [{"op": "add", "path": "emails", "value": [{"value": f"{number}@x"}]} for number in range(10_000)]
    assert "fewer" in refused(send_patch(server, user, *emails), 413)
    assert time.monotonic() - began < 30
    bulk = [{"method": "DELETE", "path": "/Users/nobody"}] * 10_000
    assert "maxOperations" in refused(server.post("/Bulk", json={"schemas": [BULK], "Operations": bulk}), 413)


def test_ten_thousand_values(server: httpx.Client) -> None:
    """They are read, kept once each, added to and removed in a few seconds, not in minutes."""
    began = time.monotonic()
    values = [{"value": f"{number}@x.com"} for number in range(10_000)]
    user = new_user(server, emails=values + values)
    assert len(user["emails"]) == 10_000
    more = [{"value": f"{number}@y.com"} for number in range(10_000)]
    assert send_patch(server, user, {"op": "add", "path": "emails", "value": more}).status_code == 200
    response = send_patch(server, user, {"op": "Remove", "path": "emails", "value": values})
    assert [one["value"] for one in response.json()["emails"]] == [one["value"] for one in more]
    assert server.put(user["meta"]["location"], json=response.json()).status_code == 200
    devices = [{"serial": str(number), "pin": str(number)} for number in range(5_000)]
    owner = new_user(server, **{CRM: {"devices": devices}})
    assert server.put(owner["meta"]["location"], json=owner).json()["meta"] == owner["meta"]
    assert time.monotonic() - began < 60
    for one in (user, owner):
        server.delete(one["meta"]["location"])


def test_what_was_refused_has_changed_no_other(server: httpx.Client) -> None:
    """A group keeps its members, though the last of several operations is wrong."""
    user = new_user(server)
    group = new_group(server, user)
    operations: list[Json] = [
        {"op": "remove", "path": "members"},
        {"op": "replace", "path": "displayName", "value": "Changed"},
        {"op": "add", "path": "members", "value": [{"value": "nobody"}]},
    ]
    refused(send_patch(server, group, *operations), 400, "invalidValue")
    assert read(server, group) == group
    assert found(server, f'groups.value eq "{group["id"]}"') == [user["id"]]
