"""Servers that send hostile text, bodies that decode to gigabytes, and pages without an end."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from scimgen.cli.diff import run_diff
from scimgen.cli.import_ import run_import
from scimgen.cli.probe import run_probe
from scimgen.cli.validate import run_validate
from scimgen.deadline import TooLarge, decoded_body
from scimgen.documents import urns
from scimgen.emit.literals import markdown
from scimgen.probe import okta
from scimgen.probe.okta import probe_okta
from scimgen.probe.session import Unreachable
from tests.support import EXAMPLES

Answer = Callable[[str, dict[str, list[str]]], Any]
BASE = "/scim/v2"


@contextmanager
def server(answer: Answer, encode: Callable[[bytes], bytes] = bytes, encoding: str = "") -> Iterator[tuple[str, list]]:
    """Serve what a function returns for a path and a query. Gives the base URL, and the list of calls."""
    calls: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            calls.append(self.path)
            found = answer(parts.path.removeprefix(BASE), parse_qs(parts.query))
            content = encode(json.dumps(found).encode("ascii"))
            self.send_response(200 if found is not None else 404)
            if encoding:
                self.send_header("Content-Encoding", encoding)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{running.server_port}{BASE}", calls
    finally:
        running.shutdown()
        running.server_close()


def listing(resources: list[dict[str, Any]], total: int = 0) -> dict[str, Any]:
    count = len(resources)
    return {
        "schemas": [urns.LIST_RESPONSE],
        "totalResults": total or count,
        "startIndex": 1,
        "itemsPerPage": count,
        "Resources": resources,
    }


def type_of(endpoint: str, name: str = "License") -> dict[str, Any]:
    return {
        "schemas": [urns.RESOURCE_TYPE],
        "id": name,
        "name": name,
        "endpoint": endpoint,
        "description": "A licence",
        "schema": urns.OKTA_ENTITLEMENT,
    }


def value(number: int) -> dict[str, Any]:
    return {"schemas": [urns.OKTA_ENTITLEMENT], "id": f"v{number}", "displayName": f"V {number}", "type": "License"}


def provider(types: list[dict[str, Any]], values: Answer) -> Answer:
    """A service provider with these types, whose other endpoints answer as `values`."""

    def answer(path: str, query: dict[str, list[str]]) -> Any:
        if path == "/ResourceTypes":
            return listing(types)
        if path in ("/Schemas", "/Users", "/Groups"):
            return listing([])
        return None if path == "/ServiceProviderConfig" else values(path, query)

    return answer


COMMANDS: dict[str, Callable[[str], int]] = {
    "validate": lambda url: run_validate((url,), clients=("okta",)),
    "diff": lambda url: run_diff(url, str(EXAMPLES["crm"]), values=True),
    "import": lambda url: run_import((url,), values=True),
    "probe": lambda url: run_probe(url, None, False, 5, 5.0, "text"),
}
HOSTILE = {
    "an escape sequence": "/\x1b[31mred",
    "a line": "/a\r\nInjected: yes",
    "a title": "/\x1b]0;owned\x07",
    "half a surrogate pair": "/\ud800",
    "a C1 control": "/\x9b31m",
    "another direction": "/\u202etxt",
    "another host": "//elsewhere.example/scim",
    "a step up": "/../../admin",
    "a port": ":99999/",
    "a long path": "/" + "a" * 100_000,
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("endpoint", HOSTILE)
def test_a_hostile_endpoint_is_never_printed_raw(
    command: str, endpoint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback, no escape sequence, and no request to another place."""
    types = [type_of(HOSTILE[endpoint], HOSTILE[endpoint])]
    with server(provider(types, lambda path, query: listing([value(1)]))) as (url, calls):
        assert COMMANDS[command](url) in (0, 1, 2)
    shown = capsys.readouterr()
    hidden = {char for char in shown.out + shown.err if not char.isprintable() and char != "\n"}
    assert not hidden
    assert all(call.startswith(f"{BASE}/") and ".." not in call for call in calls)


@pytest.mark.parametrize("command", COMMANDS)
def test_gzip_in_gzip_is_not_decoded(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    def twice(data: bytes) -> bytes:
        return gzip.compress(gzip.compress(data + b" " * 50_000_000))

    with server(provider([], lambda path, query: None), twice, "gzip, gzip") as (url, _):
        assert COMMANDS[command](url) == 2
    assert "Content-Encoding gzip, gzip was not requested" in capsys.readouterr().err


def test_a_body_is_decoded_up_to_its_limit() -> None:
    small, large = gzip.compress(b"x" * 1000), gzip.compress(b"x" * 50_000_000)
    assert decoded_body([small[:20], small[20:]], "gzip", 1000) == b"x" * 1000
    for body, limit in ((small, 999), (large, 1_000_000)):
        with pytest.raises(TooLarge):
            decoded_body([body], "gzip", limit)
    for body, encoding in ((b"no gzip", "gzip"), (small[:-9], "gzip"), (b"", "br")):
        with pytest.raises(ValueError, match=r"gzip|br"):
            decoded_body([body], encoding, 10_000)


def test_a_compressed_server_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    with server(provider([type_of("/Ls")], lambda path, query: listing([value(1)])), gzip.compress, "gzip") as (url, _):
        probe = probe_okta(url)
    assert [len(type_.values) for type_ in probe.types] == [1]


def test_a_page_that_repeats_ends_the_probe_of_a_type() -> None:
    """It was asked for a thousand pages."""
    answer = provider([type_of("/Ls")], lambda path, query: listing([value(1)], total=10**9))
    with server(answer) as (url, calls):
        probe = probe_okta(url)
    assert len(calls) < 10
    assert any("repeats earlier values" in finding.message for finding in probe.findings)


def test_the_pages_of_all_types_are_limited_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each type has pages without an end."""
    monkeypatch.setattr(okta, "MOST_PAGES", 12)

    def endless(path: str, query: dict[str, list[str]]) -> Any:
        return listing([value(int(query["startIndex"][0]))], total=10**9)

    types = [type_of(f"/L{number}", f"L{number}") for number in range(6)]
    with server(provider(types, endless)) as (url, calls):
        probe = probe_okta(url)
    assert len(calls) <= 12 + 4
    assert any("more than 12 pages together" in finding.message for finding in probe.findings)


def test_the_time_of_all_calls_is_limited_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(okta, "MOST_SECONDS", 0.3)

    def endless(path: str, query: dict[str, list[str]]) -> Any:
        return listing([value(int(query["startIndex"][0]))], total=10**9)

    late = pytest.raises(Unreachable, match=r"the time for all calls is over after|no whole answer")
    with server(provider([type_of("/Ls")], endless)) as (url, _), late:
        probe_okta(url)


def test_a_validation_reads_a_limited_number_of_types(capsys: pytest.CaptureFixture[str]) -> None:
    types = [type_of(f"/L{number}", f"L{number}") for number in range(150)]
    with server(provider(types, lambda path, query: listing([value(1)]))) as (url, calls):
        run_validate((url,), clients=("okta",))
    assert len(calls) == 103
    assert "the values of 100 of 150 types were read" in capsys.readouterr().err


def test_the_page_that_okta_reads_has_no_finding_about_its_size(capsys: pytest.CaptureFixture[str]) -> None:
    """`?count=1` was requested by the command itself, so one of many is right."""
    page = {**listing([value(1)], total=7), "startIndex": 1}
    answer = provider([type_of("/Ls")], lambda path, query: page)
    with server(answer) as (url, calls):
        run_validate((url,), clients=("okta",), format="json", min_severity="info")
    assert f"{BASE}/Ls?count=1&startIndex=1" in calls
    found = json.loads(capsys.readouterr().out)["diagnostics"]
    assert [item for item in found if "?count=1" in item["file"]] == []


@pytest.mark.parametrize("item", [{"id": "v1"}, {"displayName": "V"}, {"id": "v1", "displayName": "V"}])
def test_a_page_of_an_unknown_resource_has_no_finding_about_its_size(
    item: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    with server(provider([type_of("/Ls")], lambda path, query: listing([item], total=7))) as (url, _):
        run_validate((url,), clients=("okta",), format="json", min_severity="info")
    found = json.loads(capsys.readouterr().out)["diagnostics"]
    assert not {"list-total-mismatch", "list-start-index"} & {entry["rule"] for entry in found}


@pytest.mark.parametrize("title", ["- a: b", "1. a", "= a", "--- b", "# a", "* a", "> a", "+ a", "12) a", "~~~ a"])
def test_a_title_makes_no_structure_in_markdown(title: str) -> None:
    """A list, a heading, a quotation or a fence begins with one of these characters, or with a number."""
    assert markdown(title)[0] == "\\" or markdown(title).lstrip("0123456789")[0] == "\\"
