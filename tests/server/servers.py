"""Servers with given settings, each on a free port and over a separate database."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

import httpx

from scimgen_server import BASE_PATH, Application, ScimApp, Settings
from scimgen_server.testing.server import running
from tests.server.apps import every_application
from tests.support import answering


@contextmanager
def serving(application: Application | None = None, **settings: Any) -> Iterator[str]:
    """Serve an app, that of `every.scim.yaml` if left out, without a limit of the rate, until the block ends.

    Yields:
        the URL of the server, without the base path.
    """
    chosen = Settings(**{"rate": 0, "weak_secrets": True} | settings)
    chosen.check()
    with running(ScimApp(application or every_application(), settings=chosen)) as base_url:
        yield base_url.removesuffix(BASE_PATH)


def bearer(token: str) -> dict[str, str]:
    """The header that shows a token."""
    return {"Authorization": f"Bearer {token}"}


def ask(url: str, token: str, path: str = "/Roles") -> httpx.Response:
    """A GET with a token."""
    return httpx.get(url + path, headers=bearer(token), timeout=20)


def check_error(response: httpx.Response, status: int) -> str:
    """Check a SCIM error (RFC 7644 section 3.12); its detail."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"].startswith("application/scim+json")
    error = response.json()
    assert error["status"] == str(status)
    return str(error["detail"])


@contextmanager
def receiver(*statuses: int) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A receiver of a webhook. It answers with the statuses given, then with 204.

    Yields:
        its URL, and the headers and bodies of the requests that it has answered with 204.
    """
    waiting = list(statuses)
    received: list[tuple[dict[str, str], bytes]] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["content-length"]))
        status = waiting.pop(0) if waiting else 204
        if status == 204:
            received.append(({name.lower(): value for name, value in request.headers.items()}, body))
        request.send_response(status)
        if status == 302:
            request.send_header("Location", "http://127.0.0.1:1/elsewhere")
        request.end_headers()

    with answering(answer) as url:
        yield f"{url}/events", received


def answers(url: str) -> bool:
    """Whether a server answers."""
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.TransportError:
        return False


def until(condition: Callable[[], bool], seconds: float = 8) -> float:
    """Wait until a condition is true; how many seconds that took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it did not come true"
        time.sleep(0.1)
    return time.monotonic() - began
