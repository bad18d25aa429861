"""Servers that send hostile text, bodies that decode to gigabytes, and pages without an end."""

import gzip
import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from scimgen.cli.validate import run_validate
from scimgen.discovery import Unreachable, limits
from scimgen.discovery.deadline import TooLarge, decoded_body
from scimgen.emit.literals import markdown
from scimgen.probe.okta import probe_okta

from .hostile import (
    BASE,
    COMMANDS,
    drip,
    flood,
    late,
    listing,
    provider,
    responding,
    server,
    silent,
    talking,
    type_of,
    value,
)

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


Start = Callable[[], AbstractContextManager[tuple[str, list[str]]]]


@dataclass(frozen=True)
class Hostile:
    """A hostile server.

    Args:
        message: A part of the message of each command that notices.
        commands: The commands that notice. The others do not read that part of the server.
        seconds: The limit of one call, and of all calls.
    """

    start: Start
    message: str
    commands: frozenset[str] = frozenset(COMMANDS)
    seconds: tuple[float, float] = (20.0, 20.0)


def raw(response: str) -> Start:
    """A server with one response for all requests. It closes each connection."""
    closing = response.replace("\nContent-Length", "\nConnection: close\nContent-Length")
    return lambda: talking(responding(closing.replace("\n", "\r\n").encode("latin-1")))


def catalogue(values: Callable[[str, dict[str, list[str]]], Any], types: Any = None) -> Start:
    """A server with one type, whose values are the result of a function."""
    return lambda: server(provider([type_of("/Ls")] if types is None else types, values))


def endless(path: str, query: dict[str, list[str]]) -> Any:
    return listing([value(int(query["startIndex"][0]))], total=10**9)


def large(path: str, query: dict[str, list[str]]) -> Any:
    return listing([{**value(int(query["startIndex"][0])), "description": "x" * 700_000}], total=10**9)


READERS = frozenset({"import", "diff", "probe"})
SLOW = ("no whole answer after 0.3 seconds", frozenset(COMMANDS), (0.3, 20.0))
NUMBERS = {"schemas": 5, "Resources": 5, "totalResults": 5}
SHAPES = {**type_of("/Ls"), "schemaExtensions": 5, "name": ["x"], "description": {"a": 1}}
SERVERS = {
    "headers byte by byte": Hostile(lambda: talking(drip(b"HTTP/1.1 200 OK\r\nX-Slow: ")), *SLOW),
    "a body byte by byte": Hostile(lambda: talking(drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")), *SLOW),
    "chunks byte by byte": Hostile(
        lambda: talking(drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n")), *SLOW
    ),
    "silence": Hostile(lambda: talking(silent), *SLOW),
    "late responses": Hostile(lambda: talking(late), "seconds", seconds=(20.0, 0.4)),
    "a body without an end": Hostile(lambda: talking(flood), "more than 1 MiB"),
    "no HTTP": Hostile(raw("\x00\xff garbage\n\n"), f"{BASE}/"),
    "no response": Hostile(raw(""), f"{BASE}/"),
    "half a body": Hostile(raw("HTTP/1.1 200 OK\nContent-Length: 90\n\n{"), f"{BASE}/"),
    "no gzip": Hostile(raw("HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 9\n\nno gzip!!"), "is not gzip"),
    "an error": Hostile(raw("HTTP/1.1 500 Oops\nContent-Length: 0\n\n"), "answers 500"),
    "refused credentials": Hostile(raw("HTTP/1.1 401 No\nContent-Length: 0\n\n"), "answers 401"),
    "a redirect to another host": Hostile(
        raw("HTTP/1.1 302 Found\nLocation: http://elsewhere.example/scim\nContent-Length: 0\n\n"), "redirects to"
    ),
    "a redirect to another port": Hostile(
        raw("HTTP/1.1 302 Found\nLocation: http://127.0.0.1:9/scim\nContent-Length: 0\n\n"), "redirects to"
    ),
    "a redirect with an escape sequence": Hostile(
        raw("HTTP/1.1 302 Found\nLocation: http://elsewhere.example/\x9b31m\nContent-Length: 0\n\n"), "redirects to"
    ),
    "a redirect to no URL": Hostile(
        raw("HTTP/1.1 302 Found\nLocation: http://[\nContent-Length: 0\n\n"), "", frozenset(COMMANDS)
    ),
    "redirects without an end": Hostile(
        raw("HTTP/1.1 302 Found\nLocation: /again\nContent-Length: 0\n\n"), "redirects"
    ),
    "pages without an end": Hostile(catalogue(endless), "more than 12 pages", READERS),
    "large pages without an end": Hostile(catalogue(large), "more than 3 MiB in all answers together", READERS),
    "a page that repeats": Hostile(
        catalogue(lambda path, query: listing([value(1)], total=9)), "repeats earlier values", READERS
    ),
    "missing values": Hostile(
        catalogue(lambda path, query: listing([value(1)] * (query["startIndex"] == ["1"]), total=9)),
        "1 values were returned, but totalResults is 9",
        READERS,
    ),
    "a total that is no number": Hostile(
        catalogue(lambda path, query: {**listing([value(1)]), "totalResults": "1"}),
        "totalResults is no JSON integer",
        READERS,
    ),
    "an array instead of a list": Hostile(catalogue(lambda path, query: [value(1)]), "the body is not a", READERS),
    "values of wrong types": Hostile(catalogue(lambda path, query: NUMBERS), "the body is not a ListResponse", READERS),
    "members of wrong types": Hostile(lambda: server(lambda path, query: NUMBERS), "", frozenset()),
    "a type of wrong types": Hostile(catalogue(endless, [SHAPES]), "", frozenset()),
    "types that are not objects": Hostile(catalogue(endless, [5, None, [type_of("/Ls")]]), "", frozenset()),
    "a schema that is a list": Hostile(catalogue(endless, [{**type_of("/Ls"), "schema": ["x"]}]), "", frozenset()),
}


def limit(monkeypatch: pytest.MonkeyPatch, call_seconds: float, total_seconds: float) -> None:
    """Set limits that a test can reach."""
    sizes = {"body_bytes": 1 << 20, "total_bytes": 3 << 20, "pages": 12}
    for name in ("DISCOVERY", "VALUES", "PROBE"):
        usual = getattr(limits, name)
        small = replace(usual, call_seconds=call_seconds, total_seconds=total_seconds, **sizes)
        monkeypatch.setattr(limits, name, small)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", SERVERS)
def test_every_command_ends_at_every_hostile_server(
    command: str, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback, no escape sequence, no request without an end, and a message with the reason."""
    hostile = SERVERS[name]
    limit(monkeypatch, *hostile.seconds)
    began = time.monotonic()
    with hostile.start() as (url, calls):
        code = COMMANDS[command](url)
    assert time.monotonic() - began < 10
    assert len(calls) <= 12 + 6
    shown = capsys.readouterr()
    assert not {char for char in shown.out + shown.err if not char.isprintable() and char != "\n"}
    if command in hostile.commands:
        assert code in ((1, 2) if command == "probe" else (2,))
        assert hostile.message in " ".join((shown.out + shown.err).split())


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
    monkeypatch.setattr(limits, "PROBE", replace(limits.PROBE, pages=12))

    types = [type_of(f"/L{number}", f"L{number}") for number in range(6)]
    with server(provider(types, endless)) as (url, calls):
        probe = probe_okta(url)
    assert len(calls) <= 12 + 4
    assert any("more than 12 pages together" in finding.message for finding in probe.findings)


def test_the_time_of_all_calls_is_limited_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PROBE", replace(limits.PROBE, total_seconds=0.3))

    late = pytest.raises(Unreachable, match=r"the time for all calls|no whole answer")
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
