"""Servers that do everything wrong, and the commands that read them."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scimgen.cli.diff import run_diff
from scimgen.cli.import_ import run_import
from scimgen.cli.probe import run_probe
from scimgen.cli.validate import run_validate
from scimgen.discovery import limits
from scimgen.documents import urns
from tests.support import EXAMPLES, answering

Answer = Callable[[str, dict[str, list[str]]], Any]
BASE = "/scim/v2"


@contextmanager
def server(answer: Answer, encode: Callable[[bytes], bytes] = bytes, encoding: str = "") -> Iterator[tuple[str, list]]:
    """Serve what a function returns for a path and a query. Gives the base URL, and the list of calls."""
    calls: list[str] = []

    def respond(request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        calls.append(request.path)
        found = answer(parts.path.removeprefix(BASE), parse_qs(parts.query))
        content = encode(json.dumps(found).encode("ascii"))
        request.send_response(200 if found is not None else 404)
        if encoding:
            request.send_header("Content-Encoding", encoding)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    with answering(respond) as url:
        yield f"{url}{BASE}", calls


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
    "probe": lambda url: run_probe(url, None, False, 5, limits.PROBE.call_seconds, "text"),
}

Talk = Callable[[socket.socket, threading.Event], None]


@contextmanager
def talking(talk: Talk) -> Iterator[tuple[str, list[str]]]:
    """A server that calls `talk` with each connection. Gives the base URL, and an empty list of calls."""
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
        yield f"http://127.0.0.1:{listening.getsockname()[1]}{BASE}", []
    finally:
        over.set()
        listening.close()


def drip(begin: bytes) -> Talk:
    """Send the beginning of a response, and then a byte every 20 milliseconds, so that no read is late."""

    def talk(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(begin)
        while not over.wait(0.02):
            connection.sendall(b"x")

    return talk


def flood(connection: socket.socket, over: threading.Event) -> None:
    """Send a body without an end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
    while not over.is_set():
        connection.sendall(b" " * 65536)


def responding(response: bytes) -> Talk:
    """Send these bytes, and close the connection."""
    return lambda connection, over: connection.sendall(response)


def silent(connection: socket.socket, over: threading.Event) -> None:
    """Send nothing."""
    over.wait(30)


def late(connection: socket.socket, over: threading.Event) -> None:
    """Send an empty array after 0.15 seconds."""
    over.wait(0.15)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]")
