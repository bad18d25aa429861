"""`scimgen serve`: the server of a description without a project, as a real process."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from scimgen.description import load_file
from scimgen.emit.documents import discovery
from tests.support import EXAMPLES

pytestmark = pytest.mark.process

ADA = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ada"}


def command(*arguments: object) -> list[str]:
    """The command line of `scimgen serve`."""
    return [sys.executable, "-m", "scimgen", "serve", *map(str, arguments)]


def environment(temporary: Path, **settings: str) -> dict[str, str]:
    """The environment without the settings of a server, and with another folder for temporary files."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SCIM_")}
    return inherited | {"TMPDIR": str(temporary)} | settings


@dataclass(frozen=True)
class Served:
    """A process that serves, its base URL, and its log."""

    process: subprocess.Popen[bytes]
    base_url: str
    log: Path

    def stop(self, number: signal.Signals) -> int:
        """Send a signal and wait. Returns the exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)


@contextmanager
def served(temporary: Path, log: Path, *arguments: object, **settings: str) -> Iterator[Served]:
    """Serve a description on a free port while the block runs."""
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command(*arguments, "--port", 0), env=environment(temporary, **settings), stdout=stream, stderr=stream
        )
    try:
        yield Served(process, listening_url(process, log), log)
    finally:
        process.kill()
        process.wait(30)


def listening_url(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """The URL in the line of the log that a server writes when it listens."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        for line in log.read_text().splitlines(keepends=True):
            if '"event": "listening"' in line and line.endswith("\n"):
                return str(json.loads(line)["url"])
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def run(folder: Path, *arguments: object, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command that ends by itself."""
    return subprocess.run(
        command(*arguments),
        cwd=folder,
        env=environment(folder, **settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """An empty folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_description_is_served_and_nothing_remains(temporary: Path, tmp_path: Path, number: signal.Signals) -> None:
    """Documents, values and writes. A signal ends the process with 0 and its temporary folder is deleted."""
    app, _ = load_file(EXAMPLES["crm"])
    assert app
    documents = discovery(app)
    with served(temporary, tmp_path / "log", EXAMPLES["crm"]) as server:
        with httpx.Client(base_url=server.base_url) as client:
            assert client.get("/ServiceProviderConfig").json()["patch"] == documents["ServiceProviderConfig"]["patch"]
            schemas = {schema["id"] for schema in client.get("/Schemas").json()["Resources"]}
            assert schemas == {schema["id"] for schema in documents["Schemas"]["Resources"]}
            values = client.get("/PermissionSets").json()
            assert values["totalResults"] == 6
            assert values["Resources"][0]["meta"]["location"].startswith(f"{server.base_url}/PermissionSets/")
            created = client.post("/Users", json=ADA)
            assert created.status_code == 201
            assert client.get(f"/Users/{created.json()['id']}").json()["userName"] == "ada"
        assert len(list(temporary.glob("scimgen-*/crm.db"))) == 1
        assert server.stop(number) == 0
    assert "Traceback" not in server.log.read_text()
    assert list(temporary.iterdir()) == []


def test_a_database_of_the_environment_is_kept(temporary: Path, tmp_path: Path) -> None:
    """A user is still there for the next process, with the credentials of the environment."""
    settings = {"SCIM_DATABASE_URL": f"sqlite:///{tmp_path}/kept.db", "SCIM_TOKEN": "a-token-for-the-tests-of-serve"}
    headers = {"Authorization": "Bearer a-token-for-the-tests-of-serve"}
    with served(temporary, tmp_path / "first", EXAMPLES["crm"], "--no-dev", **settings) as server:
        assert httpx.post(f"{server.base_url}/Users", json=ADA).status_code == 401
        assert httpx.post(f"{server.base_url}/Users", json=ADA, headers=headers).status_code == 201
        assert server.stop(signal.SIGTERM) == 0
    with served(temporary, tmp_path / "second", EXAMPLES["crm"], **settings) as server:
        assert httpx.get(f"{server.base_url}/Users", headers=headers).json()["totalResults"] == 1
        assert httpx.get(f"{server.base_url}/Users").status_code == 401


def test_a_port_in_use_is_one_line_and_exit_2(temporary: Path) -> None:
    """The line has the address, and the temporary folder is deleted."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        ended = run(temporary, EXAMPLES["crm"], "--port", port)
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"scimgen: cannot listen on 127.0.0.1:{port}: ")
    assert ended.stderr.count("\n") == 1
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "settings", "message"),
    [
        (["--no-dev"], {}, "scimgen: no credential: "),
        ([], {"SCIM_DATABASE_URL": "sqlite:////nowhere/crm.db"}, "scimgen: cannot open the database /nowhere/crm.db: "),
        ([], {"SCIM_PUBLIC_URL": "nonsense"}, "scimgen: SCIM_PUBLIC_URL must be "),
    ],
)
def test_a_server_that_cannot_start_is_one_line_and_exit_2(
    temporary: Path, arguments: list[str], settings: dict[str, str], message: str
) -> None:
    """Credentials, database and settings are checked before the server listens."""
    ended = run(temporary, EXAMPLES["crm"], "--port", 0, *arguments, **settings)
    assert ended.returncode == 2
    assert ended.stderr.startswith(message)
    assert ended.stderr.count("\n") == 1
    assert list(temporary.iterdir()) == []


def test_a_port_that_does_not_exist_is_refused(temporary: Path) -> None:
    """By the parser of the command line, without a traceback."""
    ended = run(temporary, EXAMPLES["crm"], "--port", 65536)
    assert ended.returncode == 2
    assert "65535" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_description_with_errors_is_not_served(temporary: Path) -> None:
    """Its findings are on stdout, and the exit code is 1."""
    page = temporary / "bad.scim.yaml"
    page.write_text("scimgen: 1\napp: crm\nvendor: acme\nentitlements:\n  License: {attributes: {a: {type: text}}}\n")
    ended = run(temporary, page, "--port", 0)
    assert ended.returncode == 1
    assert "bad.scim.yaml:5:" in ended.stdout.splitlines()[0]
    assert ended.stderr == ""
    assert list(temporary.iterdir()) == [page]
