"""The findings of the probe about wrong servers: real HTTP, one slip at a time."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from scimgen.discovery import Unreachable, limits
from scimgen.documents import list_response, urns
from scimgen.probe import probe_okta
from tests.support import answering

URN = "urn:acme:scim:schemas:extension:crm:1.0:License"
LICENSE = {
    "id": "License",
    "name": "License",
    "endpoint": "/Licenses",
    "description": "Licences",
    "schema": urns.OKTA_ENTITLEMENT,
    "schemaExtensions": [{"schema": URN, "required": False}],
}
VALUES = [{"id": f"v{number}", "displayName": f"V{number}", "type": "License"} for number in range(250)]


def good() -> dict[str, list[dict[str, Any]]]:
    """A server without a slip: the resources of each endpoint."""
    return {
        "/ResourceTypes": [LICENSE],
        "/Schemas": [{"id": URN, "attributes": [{"name": "seats"}]}],
        "/Licenses": VALUES,
        "/Users": [],
        "/Groups": [],
    }


@contextmanager
def serving(resources: dict[str, list[dict[str, Any]]], answer: dict[str, tuple[int, bytes]]) -> Iterator[str]:
    """A real HTTP server; `answer` overrides single endpoints with a status and a body."""

    def respond(request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        query = parse_qs(parts.query)
        start, count = int(query.get("startIndex", ["1"])[0]), int(query.get("count", ["1000"])[0])
        if parts.path in answer:
            status, body = answer[parts.path]
        elif parts.path in resources:
            page = resources[parts.path][start - 1 :][:count]
            document = {**list_response(page), "totalResults": len(resources[parts.path]), "startIndex": start}
            status, body = 200, json.dumps(document).encode()
        else:
            status, body = 404, b"{}"
        request.send_response(status)
        request.send_header("Location", "http://127.0.0.1:9/elsewhere")
        request.end_headers()
        request.wfile.write(body)

    with answering(respond) as url:
        yield url


def findings(resources: dict[str, Any], **answer: tuple[int, bytes]) -> list[tuple[str, str]]:
    with serving(resources, {f"/{name}": value for name, value in answer.items()}) as url:
        return [(finding.where, finding.message) for finding in probe_okta(url, timeout=5).findings]


def test_every_page_is_imported() -> None:
    """250 values in three pages of 100, with the attributes of the extension."""
    with serving(good(), {}) as url:
        probe = probe_okta(url)
    assert probe.findings == []
    assert [(found.name, found.kind, found.attributes, len(found.values)) for found in probe.types] == [
        ("License", "entitlement", ("seats",), 250)
    ]
    pages = [call for call, _, _ in probe.calls if call.startswith("GET /Licenses")]
    assert pages == [f"GET /Licenses?startIndex={start}&count=100" for start in (1, 101, 201)]


@pytest.mark.parametrize(
    ("endpoint", "change", "where", "message"),
    [
        ("/ResourceTypes", {"description": ""}, "/ResourceTypes/License", "has no description"),
        ("/ResourceTypes", {"schema": urns.DRAFT_ENTITLEMENT}, "/ResourceTypes", "the Governance tab stays empty"),
        ("/Schemas", {"id": "urn:other"}, "/ResourceTypes/License", f"is extended by {URN}, which is not in /Schemas"),
        ("/Licenses", {"type": "Seat"}, "/Licenses", "has the type Seat, not License: Okta drops it"),
        ("/Licenses", {"displayName": None}, "/Licenses", "the value v0 has no displayName"),
        ("/Licenses", {"description": "x" * 1001}, "/Licenses", "a description of more than 1000 characters"),
    ],
)
def test_a_slip_is_named_with_its_endpoint(endpoint: str, change: dict[str, Any], where: str, message: str) -> None:
    """The first resource of one endpoint is changed; that is found, and nothing else."""
    resources = good()
    resources[endpoint] = [{**resources[endpoint][0], **change}, *resources[endpoint][1:]]
    found = findings(resources)
    assert len(found) == 1, found
    assert found[0][0] == where
    assert message in found[0][1]


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (500, b"", "answers 500 instead of 200 with a ListResponse"),
        (200, b"<html>", "the answer is not JSON"),
        (302, b"", "redirects to http://127.0.0.1:9/elsewhere: clients do not follow"),
        (200, b'{"Resources": [], "totalResults": "7"}', "totalResults is no JSON integer"),
        (
            200,
            b'{"Resources": [{"id": 1}], "totalResults": 1, "startIndex": 1, "itemsPerPage": 5}',
            "itemsPerPage is 5",
        ),
        (200, b"[" * 100_000, "the answer is not JSON"),
    ],
)
def test_garbage_is_told_of_and_bounded(status: int, body: bytes, message: str) -> None:
    """A redirect is not followed, a broken answer is no traceback."""
    assert any(message in found for _, found in findings(good(), Licenses=(status, body)))


def test_a_server_that_pages_for_ever_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that repeats is the last one. tests/probe/test_hostile_servers.py has pages that differ."""
    monkeypatch.setattr(limits, "PROBE", replace(limits.PROBE, pages=3))
    page = {"totalResults": 10**9, "startIndex": 1, "itemsPerPage": 1, "Resources": VALUES[:1]}
    endless = json.dumps({"schemas": [urns.LIST_RESPONSE], **page})
    found = findings(good(), Licenses=(200, endless.encode()))
    assert ("/Licenses", "the page at startIndex 2 repeats earlier values") in found


def test_refused_credentials_are_one_finding_each() -> None:
    """Nothing else is asked once the credentials are refused."""
    found = findings(good(), ResourceTypes=(401, b"{}"), Schemas=(401, b"{}"))
    assert [where for where, _ in found] == ["/ResourceTypes", "/Schemas"]


def test_no_server_is_one_sentence() -> None:
    """Nobody listens on that port."""
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9"):
        probe_okta("http://127.0.0.1:9/scim/v2")


def test_a_server_that_ignores_the_filter_keeps_its_users() -> None:
    """`--write` deleted every user on the first page, because it took them for its own."""
    deleted: list[str] = []
    users = [{"id": "u 1/x", "userName": "Probe.Person@scimgen.example"}, {"id": "u2", "userName": "ada"}, {"id": "u3"}]

    def respond(request: BaseHTTPRequestHandler) -> None:
        body = b""
        if request.command == "DELETE":
            deleted.append(request.path)
        elif request.command == "GET":
            body = json.dumps(list_response(users if request.path.startswith("/Users?") else [])).encode()
        request.send_response({"GET": 200, "DELETE": 204}.get(request.command, 500))
        request.send_header("Content-Length", str(len(body)))
        request.send_header("Connection", "close")
        request.end_headers()
        request.wfile.write(body)

    with answering(respond) as url:
        probe = probe_okta(url, write=True, timeout=5)
    assert deleted == ["/Users/u%201%2Fx"]
    found = [finding.message for finding in probe.findings if finding.where == "/Users"]
    assert "a filter on userName returns users with another userName" in found
    assert any(message.startswith("creating a user answers 500") for message in found)
