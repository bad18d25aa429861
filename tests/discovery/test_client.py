"""The client: addresses, tokens, redirects and limits, on real servers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from scimgen.discovery import Client, ListError, ListReader, Refused, Unreachable, limits, read_values
from scimgen.discovery.deadline import Overdue, within
from tests.probe.hostile import listing, server, value

Headers = list[dict[str, str]]


@contextmanager
def recording(locations: dict[str, str] | None = None) -> Iterator[tuple[str, Headers]]:
    """A server that redirects some paths. Gives its address, and the headers of all requests."""
    seen: Headers = []
    moved = locations or {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(dict(self.headers.items()))
            self.send_response(302 if self.path in moved else 200)
            if self.path in moved:
                self.send_header("Location", moved[self.path])
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        do_POST = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{running.server_port}", seen
    finally:
        running.shutdown()
        running.server_close()


@pytest.mark.parametrize(
    ("token", "header"), [("secret", "Bearer secret"), ("Basic c2NpbQ==", "Basic c2NpbQ=="), (None, "Bearer of-env")]
)
def test_every_command_sends_the_token_in_the_same_way(
    token: str | None, header: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token with a blank is the whole header. `import` and `validate` sent `Bearer Basic …`."""
    monkeypatch.setenv("SCIMGEN_TOKEN", "of-env")
    with recording() as (url, seen), Client(url, token, limits.DISCOVERY) as client:
        client.get("/Schemas")
    assert seen[0]["Authorization"] == header


@pytest.mark.parametrize("token", ["sécret", "two\nlines"])
def test_a_token_that_no_header_can_have_is_an_error(token: str) -> None:
    with pytest.raises(Unreachable, match="the token has a character that HTTP forbids"):
        Client("http://127.0.0.1:9", token, limits.DISCOVERY)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "http://", "http://[::1", "crm.example/scim"])
def test_what_is_no_http_address_is_an_error(url: str) -> None:
    with pytest.raises(Unreachable, match="not an http or https address"):
        Client(url, None, limits.DISCOVERY)


def test_a_redirect_on_the_same_host_is_followed_with_the_token() -> None:
    """`--values` did not follow it."""
    with recording({"/a": "/b"}) as (url, seen), Client(url, "secret", limits.VALUES) as client:
        assert client.get("/a").url == f"{url}/b"
    assert [headers["Authorization"] for headers in seen] == ["Bearer secret"] * 2


@pytest.mark.parametrize(
    "location", ["//127.0.0.2:{port}/b", "https://127.0.0.1:{port}/b", "http://127.0.0.1:9/b", "http://a@x.example/"]
)
def test_no_other_host_gets_the_token(location: str) -> None:
    """Another host, scheme or port is another server."""
    with recording() as (address, _):
        port = str(urlsplit(address).port)
    with (
        recording({"/a": location.format(port=port)}) as (url, seen),
        Client(url, "secret", limits.DISCOVERY) as client,
        pytest.raises(Refused, match="redirects to another server"),
    ):
        client.get("/a")
    assert len(seen) == 1


def test_a_redirect_of_a_post_is_not_followed() -> None:
    """Its body would be sent again."""
    with recording({"/a": "/b"}) as (url, seen), Client(url, None, limits.DISCOVERY) as client:
        response = client.call("POST", "/a", json={})
    assert (response.status, response.location, len(seen)) == (302, "/b", 1)


def test_redirects_count_as_calls() -> None:
    few = replace(limits.DISCOVERY, calls=3)
    with recording({"/a": "/b"}) as (url, seen), Client(url, None, few) as client:
        client.get("/a")
        with pytest.raises(Unreachable, match="more than 3 calls"):
            client.get("/a")
    assert len(seen) == 3


def test_a_body_of_the_limit_is_read_and_a_larger_one_is_not() -> None:
    """The limits are for the decoded body: alone, and together with earlier ones."""
    with recording() as (url, _):
        with Client(url, None, replace(limits.DISCOVERY, body_bytes=2)) as client:
            assert client.get("/a").body == b"{}"
        with Client(url, None, replace(limits.DISCOVERY, body_bytes=1)) as client, pytest.raises(Refused):
            client.get("/a")
        with Client(url, None, replace(limits.DISCOVERY, total_bytes=4)) as client:
            client.get("/a")
            client.get("/a")
            with pytest.raises(Unreachable, match="in all answers together"):
                client.get("/a")


def test_no_call_begins_after_the_time_for_all_calls() -> None:
    none = replace(limits.DISCOVERY, total_seconds=0.0)
    late = pytest.raises(Unreachable, match=r"the time for all calls \(0 seconds\) is over after 0 calls")
    with recording() as (url, seen), Client(url, None, none) as client, late:
        client.get("/a")
    assert seen == []


def by_cursor(path: str, query: dict[str, list[str]]) -> Any:
    """Three pages of two values. Only the first request has no cursor."""
    number = int(query.get("cursor", ["0"])[0])
    page = listing([value(2 * number), value(2 * number + 1)], total=6)
    return {**page, "nextCursor": str(number + 1)} if number < 2 else page


def test_a_list_is_read_by_cursor_where_the_server_has_cursors() -> None:
    """A server that ignores startIndex sent the first page again (RFC 9865)."""
    with server(by_cursor) as (url, calls):
        found = read_values(url, {"License": "/Ls"}, None, lambda step: None)
    assert [resource["id"] for resource in found["License"]] == [f"v{number}" for number in range(6)]
    queries = [parse_qs(urlsplit(call).query) for call in calls]
    assert [query.get("cursor") for query in queries] == [None, ["1"], ["2"]]
    assert "startIndex" not in queries[1]


@pytest.mark.parametrize(
    ("last", "message"),
    [
        ({"totalResults": 7}, "4 values were returned, but totalResults is 7"),
        ({"nextCursor": "1"}, "nextCursor repeats an earlier one"),
        ({"Resources": [value(0)], "nextCursor": "2"}, "the page at the next cursor repeats earlier values"),
    ],
)
def test_cursors_that_do_not_lead_to_the_end_are_an_error(last: dict[str, Any], message: str) -> None:
    def answer(path: str, query: dict[str, list[str]]) -> Any:
        if "cursor" not in query:
            return {**by_cursor(path, query), "totalResults": None}
        return {**listing([value(2), value(3)]), **last}

    with server(answer) as (url, _), pytest.raises(ListError, match=message):
        read_values(url, {"License": "/Ls"}, None, lambda step: None)


def test_a_total_is_optional_with_cursors() -> None:
    """RFC 9865 section 2."""

    def answer(path: str, query: dict[str, list[str]]) -> Any:
        return {**by_cursor(path, query), "totalResults": None}

    with server(answer) as (url, _):
        assert len(read_values(url, {"License": "/Ls"}, None, lambda step: None)["License"]) == 6


def test_pages_are_requested_by_index_from_the_number_of_returned_values() -> None:
    """The server has smaller pages than the client requests."""

    def answer(path: str, query: dict[str, list[str]]) -> Any:
        start = int(query["startIndex"][0])
        return listing([value(number) for number in range(start, min(start + 3, 8))], total=7)

    with server(answer) as (url, calls), Client(url, None, limits.VALUES) as client:
        pages = list(ListReader(client).pages("Ls"))
    assert [len(page.resources) for page in pages] == [3, 3, 1]
    starts = [parse_qs(urlsplit(call).query)["startIndex"] for call in calls]
    assert starts == [["1"], ["4"], ["7"]]


@pytest.mark.parametrize("endpoint", ["http://elsewhere.example/Roles", "//elsewhere.example/Roles", "/../Roles"])
def test_an_endpoint_on_another_host_gets_no_token(endpoint: str) -> None:
    with pytest.raises(ListError, match="is not a path relative to the base URL"):
        read_values("http://127.0.0.1:9", {"Role": endpoint}, "secret", lambda step: None)


def test_the_deadline_changes_no_result_and_no_error() -> None:
    assert within(5, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)
    with pytest.raises(Overdue):
        within(0.01, lambda: threading.Event().wait(0.2))
