"""A live server's discovery endpoints."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

import pytest

from tests.support import answering
from tests.validate.support import RULES, run

Pages = dict[str, tuple[int, dict[str, str], bytes]]


def body(rule: str, name: str = "good.json") -> bytes:
    """A document of the rules' own."""
    return (RULES / rule / name).read_bytes()


def pages() -> Pages:
    """A server without a fault."""
    return {
        "/scim/v2/ServiceProviderConfig": (200, {}, body("spc-member-missing")),
        "/scim/v2/ResourceTypes": (200, {}, body("okta-list-response")),
        "/scim/v2/Schemas": (200, {}, body("bare-array")),
    }


@contextmanager
def server(answers: Pages, token: str = "") -> Iterator[str]:
    """Serve the pages; gives the base URL."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        status, headers, content = answers.get(request.path, (404, {}, b""))
        if token and request.headers.get("Authorization") != f"Bearer {token}":
            status, headers, content = 401, {}, b""
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    with answering(answer) as url:
        yield f"{url}/scim/v2"


def test_the_three_endpoints_are_read_as_one_service_provider() -> None:
    """Findings name the URL."""
    with server(pages()) as base:
        assert run(base).code == 0
    wrong = pages() | {"/scim/v2/Schemas": (200, {}, body("enum-invalid", "bad.json"))}
    with server(wrong) as base:
        ran = run(base + "/")
        errors = [(item["rule"], item["file"]) for item in ran.findings if item["severity"] == "error"]
        assert errors == [("enum-invalid", f"{base}/Schemas")]


def test_the_token_comes_from_the_option_or_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one the server's refusal is reported, with the next step."""
    with server(pages(), "secret") as base:
        ran = run(base)
        assert ran.code == 2
        assert "answers 401: give a token with --token or SCIMGEN_TOKEN" in ran.err
        assert run(base, token="secret").code == 0
        monkeypatch.setenv("SCIMGEN_TOKEN", "secret")
        assert run(base).code == 0


def test_a_redirect_leads_to_the_same_host_only() -> None:
    """The token is not handed to another server."""
    moved = pages() | {"/scim/v2/Schemas": (302, {"Location": "/scim/v2/schemas/"}, b"")}
    moved["/scim/v2/schemas/"] = pages()["/scim/v2/Schemas"]
    with server(moved) as base:
        assert run(base).code == 0
    away = pages() | {"/scim/v2/Schemas": (302, {"Location": "http://localhost:1/Schemas"}, b"")}
    with server(away) as base:
        ran = run(base)
        assert ran.code == 2
        assert "redirects to another server" in ran.err
    ring = pages() | {"/scim/v2/Schemas": (302, {"Location": "/scim/v2/Schemas"}, b"")}
    with server(ring) as base:
        assert "more than 5 redirects" in run(base).err


def test_one_endpoint_that_fails_does_not_hide_the_others() -> None:
    """A server without /ServiceProviderConfig gets the findings about its schemas."""
    answers = pages() | {"/scim/v2/Schemas": (200, {}, body("enum-invalid", "bad.json"))}
    del answers["/scim/v2/ServiceProviderConfig"]
    with server(answers) as base:
        ran = run(base)
        assert ran.code == 2
        assert "enum-invalid" in ran.rules
        assert "ServiceProviderConfig: answers 404" in ran.err


def test_a_server_that_is_not_there_is_one_line() -> None:
    """Exit code 2, no traceback."""
    ran = run("http://127.0.0.1:9/scim/v2")
    assert ran.code == 2
    assert ran.err.startswith("scimgen: http://127.0.0.1:9/scim/v2/ServiceProviderConfig: ")


def test_an_answer_that_is_no_json_is_a_finding() -> None:
    """A page of HTML, for example."""
    with server(pages() | {"/scim/v2/Schemas": (200, {}, b"<html>")}) as base:
        assert run(base).rules == ["json-syntax"]


def test_oktas_page_of_one_entitlement_is_asked_for() -> None:
    """With `--client okta`, for the endpoints of roles and entitlements."""
    listed = pages()
    page = json.dumps({"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 0})
    listed["/scim/v2/Licenses?count=1&startIndex=1"] = (200, {}, page.encode())
    with server(listed) as base:
        ran = run(base, clients=("okta",), min_severity="info")
        found = [item["file"] for item in ran.findings if item["rule"] == "okta-entitlement-page"]
        assert found == [f"{base}/Licenses?count=1&startIndex=1"] * 2
