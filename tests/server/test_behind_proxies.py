"""nginx and HAProxy in front of the server, configured as the README of a generated project describes."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from tests.server.processes import Server
from tests.server.servers import until
from tests.server.wire import chunked, head, wire
from tests.support import TOKEN, free_port

USERS = "/scim/v2/Users"
JSON = "Content-Type: application/scim+json"
_NUMBERS = count(1)


class Proxied(NamedTuple):
    """A proxy and the server behind it."""

    name: str
    url: str
    server: Server


def block(project: Path, language: str) -> str:
    """The configuration of a proxy in the README."""
    text = (project / "README.md").read_text()
    found = re.search(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert found, language
    return found[1]


def nginx(text: str, folder: Path, port: int) -> list[str]:
    """The command of nginx, with a configuration without TLS."""
    text = re.sub(r"^.*ssl_certificate.*\n", "", text, flags=re.MULTILINE)
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    temporary = [f"{name}_temp_path {folder};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")]
    lines = [f"pid {folder}/pid;", "daemon off;", "master_process off;", "events {}", "http {", "access_log off;"]
    configuration = folder / "nginx.conf"
    configuration.write_text("\n".join([*lines, *temporary, text, "}\n"]))
    return ["nginx", "-e", f"{folder}/error.log", "-c", str(configuration)]


def haproxy(text: str, folder: Path, port: int) -> list[str]:
    """The command of HAProxy, with a configuration without TLS."""
    configuration = folder / "haproxy.cfg"
    configuration.write_text(re.sub(r"bind :443 .*", f"bind 127.0.0.1:{port}", text))
    return ["haproxy", "-db", "-f", str(configuration)]


PROXIES = {"nginx": nginx, "haproxy": haproxy}


@contextmanager
def started(command: list[str], url: str, log: Path) -> Iterator[None]:
    """Run a proxy until the block ends."""
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream)
    try:
        until(lambda: process.poll() is not None or not _is_refused(url))
        assert process.poll() is None, log.read_text()
        yield
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module", params=sorted(PROXIES))
def proxied(
    request: pytest.FixtureRequest, project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxied]:
    """A server behind a proxy."""
    name: str = request.param
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed")
    folder = tmp_path_factory.mktemp(name)
    server = Server(project, folder, f"sqlite:///{folder}/x.db", SCIM_TRUSTED_PROXIES="127.0.0.1").start()
    port = free_port()
    text = block(project, name).replace("127.0.0.1:8000", f"127.0.0.1:{server.port}")
    url = f"http://127.0.0.1:{port}"
    try:
        with started(PROXIES[name](text, folder, port), url, folder / "log"):
            yield Proxied(name, url, server)
    finally:
        server.kill()


def test_locations_have_the_host_of_the_client(proxied: Proxied) -> None:
    """The headers of the client about proxies have no effect."""
    forged = ("X-Forwarded-Host: evil.example", "X-Forwarded-Proto: gopher", "Forwarded: host=evil.example;proto=http")
    body = b'{"userName": "user%d"}' % next(_NUMBERS)
    with wire(proxied.url) as connection:
        connection.send(head("POST", USERS, JSON, *forged, f"Content-Length: {len(body)}", token=TOKEN) + body)
        answer = connection.answer()
    assert answer.status == 201
    scheme = "http" if proxied.name == "nginx" else "https"
    assert answer.headers["location"].startswith(f"{scheme}://app.example/scim/v2/Users/")


def test_trailers_do_not_pass(proxied: Proxied) -> None:
    """They replace neither credentials nor the headers of a proxy."""
    trailers = ("X-Forwarded-Host: evil.example", "Forwarded: host=evil.example")
    for number, authorization in ((201, f"Authorization: Bearer {TOKEN}"), (401, "A: b")):
        body = chunked(b'{"userName": "user%d"}' % next(_NUMBERS), *trailers, f"Authorization: Bearer {TOKEN}")
        lines = [f"POST {USERS} HTTP/1.1", "Host: app.example", JSON, authorization, "Transfer-Encoding: chunked"]
        with wire(proxied.url) as connection:
            connection.send("\r\n".join([*lines, "", ""]).encode() + body)
            answer = connection.answer()
            assert answer.status == number, answer
            assert "evil" not in answer.headers.get("location", "")


def test_the_probes_are_not_shown(proxied: Proxied) -> None:
    """Only the SCIM endpoints and the token endpoint are."""
    for path in ("/readyz", "/metrics", "/healthz", "/"):
        assert httpx.get(proxied.url + path).status_code == 404
    assert httpx.post(f"{proxied.url}/oauth/token").status_code == 400


def test_an_endless_head_reaches_no_server(proxied: Proxied) -> None:
    """The proxy refuses it, and others are served meanwhile."""
    with wire(proxied.url) as connection:
        connection.send(b"GET /scim/v2/Users HTTP/1.1\r\nHost: h\r\nA: ")
        with suppress(ConnectionError):
            for _ in range(20):
                connection.send(b"x" * 5_000)
                assert not _is_refused(proxied.url)
        with suppress(ConnectionError):
            assert connection.answer().status == 400
    assert "request refused" not in proxied.server.log.read_text()


def test_a_large_body_is_refused(proxied: Proxied) -> None:
    """With 413."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/scim+json"}
    response = httpx.post(proxied.url + USERS, content=b"x" * 1_100_000, headers=headers)
    assert response.status_code == 413


def test_an_address_has_a_hundred_connections(proxied: Proxied) -> None:
    """More are refused, while a hundred requests wait for their bodies."""
    with ExitStack() as stack:
        for _ in range(100):
            waiting = stack.enter_context(wire(proxied.url))
            waiting.send(head("POST", USERS, JSON, "Content-Length: 9") + b"{")
        time.sleep(0.3)
        assert [_is_refused(proxied.url) for _ in range(5)] == [True] * 5
    until(lambda: not _is_refused(proxied.url))


def _is_refused(url: str) -> bool:
    """Whether a new connection gets no answer of the server."""
    try:
        with wire(url) as connection:
            connection.send(head("GET", USERS, token="wrong"))
            return connection.answer().status == 503
    except (OSError, AssertionError):
        return True
