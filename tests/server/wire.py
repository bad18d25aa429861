"""HTTP as bytes over a socket, for what no HTTP client sends."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import urlsplit


class Answer(NamedTuple):
    """A response."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Wire:
    """A connection to a server."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._stream = connection.makefile("rb")

    def close(self) -> None:
        """Close it. The stream would keep it open."""
        self._stream.close()
        self.connection.close()

    def send(self, *parts: bytes) -> None:
        """Send bytes, each part as its own packet as far as the system allows."""
        for part in parts:
            self.connection.sendall(part)

    def answer(self) -> Answer:
        """Read one response with a Content-Length."""
        line = self._stream.readline()
        assert line.startswith(b"HTTP/1."), line
        headers: dict[str, str] = {}
        for header in iter(self._stream.readline, b"\r\n"):
            name, _, value = header.decode().partition(":")
            headers[name.lower()] = value.strip()
        body = self._stream.read(int(headers.get("content-length", 0)))
        return Answer(int(line.split()[1]), headers, body)

    def is_closed(self, seconds: float = 5) -> bool:
        """Whether the server closes the connection, without sending more."""
        self.connection.settimeout(seconds)
        try:
            return self._stream.read(1) == b""
        except ConnectionError:
            return True
        except TimeoutError:
            return False


@contextmanager
def wire(url: str, source: str = "127.0.0.1") -> Iterator[Wire]:
    """A connection to the server of a URL, until the block ends.

    Args:
        source: the address of this side.
    """
    address = urlsplit(url)
    assert address.hostname and address.port
    with socket.create_connection((address.hostname, address.port), 20, source_address=(source, 0)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        found = Wire(connection)
        yield found
        found.close()


def head(method: str, path: str, *lines: str, token: str = "t") -> bytes:
    """The head of a request with credentials."""
    common = [f"{method} {path} HTTP/1.1", "Host: app.example", f"Authorization: Bearer {token}"]
    return "\r\n".join([*common, *lines, "", ""]).encode()


def chunked(body: bytes, *trailers: str) -> bytes:
    """A chunked body with trailers."""
    last = "".join(f"{trailer}\r\n" for trailer in trailers)
    return b"%x\r\n%b\r\n0\r\n%b\r\n" % (len(body), body, last.encode())
