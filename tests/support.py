"""Shared by several tests: an app emitted into a folder, and its server as a separate process."""

import fcntl
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from scimgen.data import folder
from scimgen.description import load_file
from scimgen.emit.files import ProjectTarget, RuntimeMode
from scimgen.emit.project import emit_project
from scimgen.model import App
from scimgen.project import Disk
from scimgen.serving import application_of
from scimgen_server import BASE_PATH, ScimApp, Settings
from scimgen_server.testing.server import running as server_running

TOKEN = "a-token-for-the-tests-of-generated-servers"
ROOT = Path(__file__).parents[1]
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""For pytest as a process: an app's tests need no plugin of this environment, and those take a second to import."""

EXAMPLES = {path.parent.name: path for path in sorted(folder("examples").glob("*/*.scim.yaml"))}


@dataclass(frozen=True)
class Running:
    """A server that runs: where, and the app that it serves."""

    app: App
    url: str
    folder: Path

    @property
    def base_url(self) -> str:
        """The SCIM base URL."""
        return f"{self.url}/scim/v2"

    def client(self, authorization: str | None = f"Bearer {TOKEN}") -> httpx.Client:
        """An HTTP client below the base URL."""
        headers = {"Authorization": authorization} if authorization else {}
        return httpx.Client(base_url=self.base_url, headers=headers, timeout=30)


def emit_into(description: Path, target: Path, mode: RuntimeMode = RuntimeMode.PACKAGE) -> App:
    """Emit a description's whole project into a folder.

    Args:
        mode: by default the project uses the runtime of this checkout.
    """
    app, findings = load_file(description)
    assert app, findings
    disk = Disk(target)
    for file in emit_project(app, ProjectTarget(description.name, mode)).values():
        disk.write(file.path, file.content)
    return app


def run_tool(*command: str, cwd: Path, **environment: str) -> None:
    """Run a tool of this Python environment, such as a linter, which must succeed.

    The runs of mypy share a cache, one after the other, so that it reads the libraries once.

    Args:
        command: the module and its arguments.
        environment: more environment variables.
    """
    cache = ROOT / ".mypy_cache" / "tests"
    with _locked(cache) if command[0] == "mypy" else nullcontext():
        process = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=cwd,
            env={**os.environ, "MYPY_CACHE_DIR": str(cache), **ALONE, **environment},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    assert process.returncode == 0, process.stdout + process.stderr


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other processes that lock the folder waiting until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def answering(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """An HTTP server in a thread, for what is not a server of ours. A function answers its requests.

    Yields:
        its URL, without a path.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        do_POST = do_DELETE = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def running(app: App, project: Path, data: Path, *options: str, **environment: str) -> Iterator[Running]:
    """Start an emitted server as a process, with its database in `data`, until the block is left."""
    port = free_port()
    variables = {**os.environ, "PYTHONPATH": str(project), **_settings(app, data), **environment}
    with (data / "server.log").open("wb") as log:
        command = [sys.executable, "-m", app.package, "serve", "--port", str(port), *options]
        process = subprocess.Popen(command, cwd=data, env=variables, stderr=log, stdout=log)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz", process, data / "server.log")
        yield Running(app, f"http://127.0.0.1:{port}", project)
    finally:
        process.terminate()
        process.wait(15)


@contextmanager
def running_here(description: Path, data: Path) -> Iterator[Running]:
    """Start the server of a description in this process, without a project, until the block is left.

    It serves the same as the emitted server (tests/serving/test_application.py), without the time that it takes to
    emit a project and to start a process.

    Args:
        data: the folder of the database.
    """
    app, findings = load_file(description)
    assert app, findings
    settings = Settings.from_environment(_settings(app, data), app=app.name)
    with server_running(ScimApp(application_of(app), settings=settings)) as base_url:
        yield Running(app, base_url.removesuffix(BASE_PATH), data)


def _settings(app: App, data: Path) -> dict[str, str]:
    """The settings of a server whose database is in a folder."""
    return {
        "SCIM_TOKEN": TOKEN,
        "SCIM_WEAK_SECRETS": "1",
        "SCIM_RATE": "0",
        "SCIM_FAILURES": "1000000",  # a scanner sends wrong credentials to each route
        "SCIM_BASIC": "user:password",  # so that every authentication scheme of its documents works
        "SCIM_DATABASE_URL": f"sqlite:///{data}/{app.name}.db",
    }


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text()
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"no answer from {url}: {log.read_text()}")
