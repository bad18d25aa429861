"""Limits before authentication: on heads, bodies, trailers, idle and slow connections."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import ip_network
from itertools import count
from typing import Any

import httpx
import pytest

from scimgen_server import Settings
from scimgen_server.settings import ConnectionLimits, SettingsError
from tests.server.servers import ask, serving, until
from tests.server.wire import Wire, chunked, head, wire

USERS = "/scim/v2/Users"
JSON = "Content-Type: application/scim+json"
CHUNKED = "Transfer-Encoding: chunked"
LIMIT = 32 * 1024
_NUMBERS = count(1)


def new_user() -> bytes:
    """The body of a POST."""
    return b'{"userName": "user%d"}' % next(_NUMBERS)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with the limits of the defaults, behind a trusted proxy."""
    proxies = (ip_network("127.0.0.0/8"),)
    database = f"sqlite:///{tmp_path_factory.mktemp('connections')}/scim.db"
    with serving(tokens=("t",), trusted_proxies=proxies, database_url=database) as found:
        yield found


@contextmanager
def limited(database: str, *proxies: str, **limits: Any) -> Iterator[str]:
    """A server with other limits than the defaults."""
    networks = tuple(ip_network(proxy) for proxy in proxies)
    given = ConnectionLimits(**limits)
    with serving(tokens=("t",), connections=given, trusted_proxies=networks, database_url=database) as found:
        yield found


def create(connection: Wire, *lines: str, body: bytes) -> Any:
    """POST a user; the response."""
    connection.send(head("POST", USERS, JSON, *lines) + body)
    return connection.answer()


def test_trailers_do_not_replace_headers(url: str) -> None:
    """Neither those that a proxy sets nor those that it removes, in one packet or in several."""
    trailers = ("X-Forwarded-Host: evil.example", "Forwarded: host=evil.example", "Authorization: Bearer wrong")
    for split in (False, True):
        with wire(url) as connection:
            body = chunked(new_user(), *trailers)
            given = head("POST", USERS, JSON, CHUNKED, "X-Forwarded-Host: scim.example")
            if split:
                connection.send(given, body[:9], body[9:-20], body[-20:])
            else:
                connection.send(given + body)
            answer = connection.answer()
            assert answer.status == 201, answer
            assert answer.headers["location"].startswith("http://scim.example/")


def test_a_trailer_gives_no_credentials(url: str) -> None:
    """A proxy that removes Authorization is not bypassed, also by the next request of the connection."""
    given = f"POST {USERS} HTTP/1.1\r\nHost: h\r\n{JSON}\r\n{CHUNKED}\r\n\r\n".encode()
    body = chunked(new_user(), "Authorization: Bearer t")
    following = f"GET {USERS} HTTP/1.1\r\nHost: h\r\n\r\n".encode()
    with wire(url) as connection:
        connection.send(given + body + following)
        assert [connection.answer().status for _ in range(2)] == [401, 401]


def test_a_request_after_trailers_is_served(url: str) -> None:
    """On the same connection, and twice in one packet."""
    with wire(url) as connection:
        one = head("POST", USERS, JSON, CHUNKED)
        connection.send(one + chunked(new_user(), "A: b") + one + chunked(new_user(), "C: d"))
        assert [connection.answer().status for _ in range(2)] == [201, 201]


@pytest.mark.parametrize("where", ["path", "name", "value", "many", "lines"])
def test_an_endless_head_is_refused(url: str, where: str) -> None:
    """With 431, when it reaches its limit."""
    begin, more, times = {
        "path": (b"GET /", b"x", LIMIT),
        "name": (b"GET / HTTP/1.1\r\n", b"x", LIMIT),
        "value": (b"GET / HTTP/1.1\r\nA: ", b"x", LIMIT),
        "many": (b"GET / HTTP/1.1\r\n", b"a: \r\n", LIMIT // 5),
        "lines": (b"", b"\r\n", LIMIT // 2),
    }[where]
    given = (begin + more * times)[:LIMIT]
    with wire(url) as connection:
        connection.send(*(given[at : at + 1000] for at in range(0, len(given), 1000)))
        answer = connection.answer()
        assert answer.status == 431
        assert "32768 bytes" in answer.json()["detail"]
        assert connection.is_closed()


def test_a_request_has_a_hundred_headers(url: str) -> None:
    """One more is refused."""
    for number, status in ((100, 200), (101, 431)):
        with wire(url) as connection:
            connection.send(head("GET", USERS, *["A: b"] * (number - 2)))
            assert connection.answer().status == status


def test_a_head_of_the_largest_size_is_served(url: str) -> None:
    """One byte more is refused."""
    for more, status in ((0, 200), (1, 431)):
        with wire(url) as connection:
            given = head("GET", USERS, "X-Padding: ")
            padding = b"x" * (LIMIT - len(given) + more)
            connection.send(given.replace(b"X-Padding: ", b"X-Padding: " + padding))
            assert connection.answer().status == status


@pytest.mark.parametrize("where", ["trailer", "extension", "size"])
def test_what_surrounds_chunks_is_limited(url: str, where: str) -> None:
    """As a head is. Nothing of it reaches the app."""
    begin = {"trailer": b"0\r\nA: ", "extension": b"2;a=", "size": b"0000"}[where]
    with wire(url) as connection:
        connection.send(head("POST", USERS, JSON, CHUNKED) + begin)
        with pytest.raises(ConnectionError):
            for _ in range(200):
                connection.send(b"0" * 1000)
                time.sleep(0.001)


def test_a_slow_head_is_ended(sqlite_database: str) -> None:
    """After its time, whether or not a byte comes now and then."""
    with limited(sqlite_database, head_seconds=1) as url, wire(url) as slow, wire(url) as silent:
        slow.send(b"GET / HTTP/1.1\r\n")
        began = time.monotonic()
        for _ in range(6):
            time.sleep(0.1)
            slow.send(b"A: b\r\n")
        answer = slow.answer()
        assert answer.status == 408
        assert "in time" in answer.json()["detail"]
        assert 0.9 < time.monotonic() - began < 4
        assert slow.is_closed() and silent.is_closed()


def test_a_slow_body_is_ended(sqlite_database: str) -> None:
    """With 408 before a response; after one the connection is closed. A fast one is served."""
    with (
        limited(sqlite_database, body_seconds=1) as url,
        wire(url) as slow,
        wire(url) as refused,
        wire(url) as fast,
    ):
        slow.send(head("POST", USERS, JSON, "Content-Length: 100") + b"{")
        refused.send(head("POST", USERS, JSON, "Content-Length: 100", token="wrong") + b"{")
        assert refused.answer().status == 401
        assert create(fast, "Content-Length: 22", body=b'{"userName": "quick"} ').status == 201
        assert slow.answer().status == 408
        assert slow.is_closed() and refused.is_closed()
        connection_is_kept = create(fast, "Content-Length: 21", body=b'{"userName": "next1"}')
        assert connection_is_kept.status == 201


def test_a_body_that_nobody_reads_is_limited(url: str) -> None:
    """A client without credentials cannot send for ever after its 401."""
    with wire(url) as connection:
        connection.send(head("POST", USERS, JSON, CHUNKED, token="wrong"))
        assert connection.answer().status == 401
        with pytest.raises(ConnectionError):
            for _ in range(200):
                connection.send(chunked(b"x" * 65536)[:-5])
                time.sleep(0.001)


def test_an_idle_connection_is_closed(sqlite_database: str) -> None:
    """Also one whose request was answered before its body came, which uvicorn forgets."""
    with limited(sqlite_database, idle_seconds=1) as url, wire(url) as early, wire(url) as idle:
        early.send(head("POST", USERS, JSON, "Content-Length: 2", token="wrong"))
        assert early.answer().status == 401
        early.send(b"{}")
        idle.send(head("GET", "/healthz"))
        assert idle.answer().status == 200
        assert early.is_closed(4) and idle.is_closed(4)


def test_a_new_connection_replaces_the_one_that_waited_longest(sqlite_database: str) -> None:
    """Connections that only wait keep nobody out, and those that were used last are kept."""
    with limited(sqlite_database, connections=20) as url, ExitStack() as stack:
        connections = [stack.enter_context(wire(url)) for _ in range(60)]
        for connection in connections[-20:]:
            connection.send(head("GET", "/healthz"))
            assert connection.answer().status == 200
        assert all(connection.is_closed(1) for connection in connections[:40])
        assert ask(url, "t", USERS).status_code == 200
        assert connections[-20].is_closed(1)
        assert not connections[-19].is_closed(0.1)


def test_connections_of_one_address_are_limited() -> None:
    """Others are served, and so are trusted proxies. A closed connection makes room."""
    limits = ConnectionLimits(per_address=3)
    proxies = (ip_network("127.0.0.9"),)
    with serving(tokens=("t",), connections=limits, trusted_proxies=proxies) as url, ExitStack() as stack:
        full = [stack.enter_context(wire(url, "127.0.0.5")) for _ in range(3)]
        with wire(url, "127.0.0.5") as refused:
            answer = refused.answer()
            assert answer.status == 503
            assert "3 connections" in answer.json()["detail"]
        assert ask(url, "t", USERS).status_code == 200
        for _ in range(5):
            stack.enter_context(wire(url, "127.0.0.9"))
        with wire(url, "127.0.0.9") as proxy:
            proxy.send(head("GET", "/healthz"))
            assert proxy.answer().status == 200
        full[0].connection.shutdown(2)

        def is_served() -> bool:
            with wire(url, "127.0.0.5") as again:
                again.send(head("GET", "/healthz"))
                return again.answer().status == 200

        until(is_served)


def test_a_client_that_does_not_read_is_closed(sqlite_database: str) -> None:
    """Its responses do not stay in memory."""
    with limited(sqlite_database, send_seconds=1) as url:
        with wire(url) as writer:
            body = b'{"userName": "large", "title": "%b"}' % (b"x" * 500_000)
            assert create(writer, f"Content-Length: {len(body)}", body=body).status == 201
        with wire(url) as connection, pytest.raises(ConnectionError):
            for _ in range(100):
                connection.send(head("GET", USERS) * 5)
                time.sleep(0.05)


def test_many_requests_at_once_on_one_connection_are_limited(url: str) -> None:
    """Ten wait; thousands would fill the memory."""
    with wire(url) as connection:
        connection.send(head("GET", "/healthz") * 8)
        assert [connection.answer().status for _ in range(8)] == [200] * 8
    with wire(url) as connection:
        connection.send(head("GET", "/healthz") * 300)
        with pytest.raises((ConnectionError, AssertionError)):
            for _ in range(300):
                connection.answer()


@pytest.mark.parametrize("split", [False, True])
def test_a_body_after_upgrade_is_no_request(url: str, split: bool) -> None:
    """The client of Java offers h2c with its first request. The body belongs to the request."""
    inner = head("DELETE", f"{USERS}/nobody")
    given = head("POST", USERS, JSON, "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMA")
    body = new_user()
    with wire(url) as connection:
        with_length = given[:-2] + f"Content-Length: {len(body)}\r\n\r\n".encode()
        connection.send(*([with_length, body] if split else [with_length + body]))
        assert connection.answer().status == 201
        hidden = given[:-2] + f"Content-Length: {len(inner)}\r\n\r\n".encode()
        connection.send(*([hidden, inner] if split else [hidden + inner]))
        assert connection.answer().status == 400
        connection.send(head("GET", "/healthz"))
        assert connection.answer().body == b"ok"


@pytest.mark.parametrize(
    "request_", ["GET / HTTP/1.1\nHost: h\r\n\r\n", "CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n", "\0" * 9], ids=repr
)
def test_what_is_not_http_is_400(url: str, request_: str) -> None:
    """And the connection is closed."""
    with wire(url) as connection:
        connection.send(request_.encode())
        answer = connection.answer()
        assert answer.status == 400
        assert answer.json()["status"] == "400"
        assert connection.is_closed()


def test_websockets_are_not_offered(url: str) -> None:
    """An offer is ignored, as RFC 9110 section 7.8 allows; it fails nothing."""
    offer = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: a")
    with wire(url) as connection:
        connection.send(head("GET", USERS, *offer))
        assert connection.answer().status == 200


def test_limits_come_from_the_environment() -> None:
    """A wrong one is refused with the name of its variable."""
    given = {
        "SCIM_MAX_CONNECTIONS": "50",
        "SCIM_CONNECTIONS_PER_ADDRESS": "5",
        "SCIM_MAX_HEAD_BYTES": "2048",
        "SCIM_HEAD_SECONDS": "2.5",
        "SCIM_BODY_SECONDS": "3",
        "SCIM_SEND_SECONDS": "4",
        "SCIM_IDLE_SECONDS": "5",
    }
    expected = ConnectionLimits(
        connections=50,
        per_address=5,
        head_bytes=2048,
        head_seconds=2.5,
        body_seconds=3,
        send_seconds=4,
        idle_seconds=5,
    )
    assert Settings.from_environment(given).connections == expected
    assert Settings.from_environment({}).connections == ConnectionLimits()
    for name in given:
        with pytest.raises(SettingsError, match=name):
            Settings.from_environment({name: "-1"})


def test_a_client_of_the_token_endpoint_that_leaves_is_no_failure(
    sqlite_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Anyone can do it, so it writes no traceback to the log."""
    with limited(sqlite_database) as url:
        form = head("POST", "/oauth/token", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 9")
        with wire(url) as connection:
            connection.send(form + b"a=b")
        assert ask(url, "t", USERS).status_code == 200
    assert not caplog.records


def test_a_large_body_still_arrives(url: str) -> None:
    """One of a megabyte is parsed in pieces, and one that is larger is 413."""
    headers = {"Authorization": "Bearer t", "Content-Type": "application/scim+json"}
    for size, status in ((900_000, 201), (1_100_000, 413)):
        body = new_user()[:-1] + b', "title": "%b"}' % (b"x" * size)
        assert httpx.post(url + USERS, content=body, headers=headers, timeout=20).status_code == status
