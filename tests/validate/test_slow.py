"""Servers that never come to an end, over a real socket: import, diff, validate and probe are bounded, and say so."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from scimgen.cli.diff import run_diff
from scimgen.cli.import_ import run_import
from scimgen.deadline import Overdue, within
from scimgen.importing import values
from scimgen.importing.read import ReadType
from scimgen.probe.okta import probe_okta
from scimgen.probe.session import Unreachable
from scimgen.validation import Request, live, validate
from tests.support import EXAMPLES

Talk = Callable[[socket.socket, threading.Event], None]


def drip(begin: bytes) -> Talk:
    """A server that begins well, and then sends a byte every 20 milliseconds: no single read is late."""

    def talk(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(begin)
        while not over.wait(0.02):
            connection.sendall(b"x")

    return talk


def flood(connection: socket.socket, over: threading.Event) -> None:
    """A body without an end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
    while not over.is_set():
        connection.sendall(b" " * 65536)


def answering(reply: bytes) -> Talk:
    """A server that answers always the same, and closes."""
    return lambda connection, over: connection.sendall(reply)


def silent(connection: socket.socket, over: threading.Event) -> None:
    """A server that says nothing."""
    over.wait(30)


SLOW = {
    "headers come byte by byte": drip(b"HTTP/1.1 200 OK\r\nX-Slow: "),
    "the body comes byte by byte": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"),
    "chunks come byte by byte": drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n"),
    "nothing comes": silent,
}
REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.example/scim/v2\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def server(talk: Talk) -> Iterator[str]:
    """A server that talks so to everybody; gives the base URL."""
    over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65536)
            talk(connection, over)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/scim/v2"
    finally:
        over.set()
        listening.close()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines that a test can wait for."""
    monkeypatch.setattr(live, "ANSWER_SECONDS", 0.4)
    monkeypatch.setattr(values, "ANSWER_SECONDS", 0.4)


def run_validate(url: str) -> int:
    """The command without its command line; what failed is on stderr as the command writes it."""
    import sys

    outcome = validate(Request((url,)))
    print(*outcome.failures, sep="\n", file=sys.stderr)
    return outcome.exit_code()


COMMANDS: dict[str, Callable[[str], int]] = {
    "import": lambda url: run_import((url,)),
    "diff": lambda url: run_diff(url, str(EXAMPLES["crm"])),
    "validate": run_validate,
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("manner", SLOW)
def test_a_slow_server_is_given_up(
    command: str, manner: str, hurried: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """After the deadline, not after the last byte; exit code 2 and a line that says which document it was."""
    began = time.monotonic()
    with server(SLOW[manner]) as url:
        assert COMMANDS[command](url) == 2
    assert time.monotonic() - began < 5
    told = capsys.readouterr()
    assert f"{url}/ServiceProviderConfig: no whole answer after 0.4 seconds" in told.err
    assert told.out == ""


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (b"\x00\xff garbage\r\n\r\n", "ServiceProviderConfig"),
        (b"", "ServiceProviderConfig"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{", "ServiceProviderConfig"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nno gzip!!", "ServiceProviderConfig"),
        (REDIRECT, "redirects to another server, http://elsewhere.example"),
        (b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n", "more than 5 redirects"),
        (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "answers 500"),
    ],
)
def test_a_server_that_talks_nonsense_is_told_in_a_line(
    command: str, reply: bytes, said: str, hurried: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2; no traceback."""
    with server(answering(reply)) as url:
        assert COMMANDS[command](url) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_a_body_without_an_end_is_cut(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its size, before its time."""
    monkeypatch.setattr(live, "_MOST", 1 << 20)
    with server(flood) as url:
        assert COMMANDS[command](url) == 2
    assert "more than 1 MiB" in capsys.readouterr().err


def test_many_slow_documents_are_bounded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is in time, all of them are not."""
    monkeypatch.setattr(live, "MOST_SECONDS", 0.5)

    def talk(connection: socket.socket, over: threading.Event) -> None:
        over.wait(0.3)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]")

    with server(talk) as url:
        outcome = validate(Request((url,)))
    assert len(outcome.failures) == 1
    assert "seconds" in outcome.failures[0]


def test_values_that_come_byte_by_byte_are_given_up(hurried: None) -> None:
    """Neither the call nor the whole goes on: the time of both is counted to the last byte."""
    roles = ReadType("Role", "", "/Roles", "urn:okta:scim:schemas:core:1.0:Role", "")
    late = pytest.raises(values.NoValues, match=r"/Roles.*no whole answer after 0\.4 seconds")
    with server(SLOW["the body comes byte by byte"]) as url, late:
        values.read_values(url, [roles], None, lambda step: None)


@pytest.mark.parametrize("manner", SLOW)
def test_a_probe_gives_a_call_its_time_and_no_more(manner: str) -> None:
    """--timeout is for the whole call."""
    began = time.monotonic()
    with server(SLOW[manner]) as url, pytest.raises(Unreachable, match=r"0\.4 seconds|timed out"):
        probe_okta(url, timeout=0.4)
    assert time.monotonic() - began < 5


def test_what_fails_in_time_fails_as_it_would() -> None:
    """The deadline changes no error."""
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)
    with pytest.raises(Overdue):
        within(0.01, lambda: time.sleep(0.2))
