"""Servers with settings of their own, on a free port, each over a database of its own."""

import importlib
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn

from tests.server.test_lifecycle import command


@contextmanager
def serving(**settings: Any) -> Iterator[str]:
    """Serve the emitted app until the block is left; the server's URL, without the base path."""
    chosen = importlib.import_module("crm.settings").Settings(**settings)
    chosen.check()
    app = importlib.import_module("crm.scim.app")
    built = app.build_app(app.ScimApp(settings=chosen))
    config = uvicorn.Config(built, port=0, log_config=None, access_log=False, proxy_headers=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


def bearer(token: str) -> dict[str, str]:
    """The header that shows a token."""
    return {"Authorization": f"Bearer {token}"}


def ask(url: str, token: str, path: str = "/Roles") -> httpx.Response:
    """A GET with a token."""
    return httpx.get(url + path, headers=bearer(token), timeout=20)


def tool(project: Any, database: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run one of the emitted app's commands to its end."""
    process = command(project, *arguments, SCIM_DATABASE_URL=database)
    out, error = process.communicate(timeout=60)
    return subprocess.CompletedProcess(arguments, process.returncode, out, error)


def make_token(project: Any, database: str, *arguments: str) -> tuple[str, str]:
    """A token's id and its secret."""
    made = tool(project, database, "token", "create", *arguments)
    assert made.returncode == 0, made.stderr
    return made.stderr.partition(":")[0], made.stdout.strip()


def check_error(response: httpx.Response, status: int) -> str:
    """A SCIM error as RFC 7644 section 3.12 writes it; its detail."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"].startswith("application/scim+json")
    error = response.json()
    assert error["status"] == str(status)
    return str(error["detail"])


def answers(url: str) -> bool:
    """Whether a server is there."""
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.TransportError:
        return False


def until(seen: Callable[[], bool], seconds: float = 8) -> float:
    """Wait for something to come true; how long that took."""
    began = time.monotonic()
    while not seen():
        assert time.monotonic() - began < seconds, "it did not come true"
        time.sleep(0.1)
    return time.monotonic() - began
