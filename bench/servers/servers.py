"""The servers: a process for each, with the same users."""

import importlib.util
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from driver import drive
from operations import TOKEN, Operations, request
from users import LICENSE, first_held, user, user_id

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@dataclass(frozen=True)
class Database:
    """An empty database.

    Args:
        process: the process of its PostgreSQL server, if it has one.
    """

    url: str
    process: int | None = None


@dataclass
class Server:
    """A server that runs.

    Args:
        database: the process of its PostgreSQL server, if it has one.
        loaded: how many seconds its users took to load.
    """

    name: str
    port: int
    process: int
    operations: Operations
    loaded: float
    database: int | None = None


def free_port() -> int:
    """A free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _process(
    command: list[str], folder: Path, environment: dict[str, str], port: int
) -> Iterator[int]:
    with (
        open(folder / f"{port}.log", "w") as log,
        subprocess.Popen(
            command, cwd=folder, env=os.environ | environment, stderr=log, stdout=log
        ) as process,
    ):
        try:
            for _ in range(600):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, (folder / f"{port}.log").read_text()[-2000:]
                time.sleep(0.05)
            yield process.pid
        finally:
            process.terminate()


@contextmanager
def generated(
    name: str, database: Database, project: Path, folder: Path, files: tuple[Path, Path], users: int
) -> Iterator[Server]:
    """The server of a generated project. `crm import` loads its users.

    A project without its own copy of the runtime uses that of this checkout.
    """
    path = f"{project.resolve()}{os.pathsep}{ROOT}"
    environment = {
        "SCIM_TOKEN": TOKEN,
        "SCIM_WEAK_SECRETS": "1",
        "SCIM_RATE": "0",
        "SCIM_DATABASE_URL": database.url,
        "PYTHONPATH": path,
    }
    began = time.perf_counter()
    for file, more in zip(files, ([], ["--type", "Group"]), strict=True):
        command = [sys.executable, "-m", "crm", "import", str(file), *more]
        run = subprocess.run(
            command, cwd=folder, env=os.environ | environment, capture_output=True, text=True
        )
        assert run.returncode == 0, run.stderr[-2000:]
    loaded, port = time.perf_counter() - began, free_port()
    command = [sys.executable, "-m", "crm", "serve", "--port", str(port)]
    with _process(command, folder, environment, port) as process:
        made_by = name.replace(" ", "-")
        yield Server(
            name, port, process, Operations("/scim/v2", users, made_by), loaded, database.process
        )


@contextmanager
def floor(folder: Path, users: int) -> Iterator[Server]:
    """The minimal app, see `floor`; it writes its rows into a copy of the database of the
    server.
    """
    from floor import TABLES

    began = time.perf_counter()
    connection = sqlite3.connect(folder / "floor.db")
    connection.executescript(TABLES)
    rows = (
        (n + 1, user_id(n), f"user{n}@example.com", json.dumps(user(n)).encode())
        for n in range(users)
    )
    connection.executemany("INSERT INTO users VALUES (?, ?, ?, 1, ?)", rows)
    links = ((n + 1, LICENSE, "Professional") for n in range(first_held(users), users))
    connection.executemany("INSERT INTO links VALUES (?, ?, ?)", links)
    connection.execute("INSERT INTO total VALUES (?)", (users,))
    connection.commit()
    connection.close()
    with sqlite3.connect(folder / "scim.db") as source, sqlite3.connect(folder / "copy.db") as copy:
        source.backup(copy)
    loaded, port = time.perf_counter() - began, free_port()
    command = [
        sys.executable,
        str(HERE / "floor.py"),
        str(port),
        str(folder / "floor.db"),
        str(folder / "copy.db"),
    ]
    with _process(command, folder, {}, port) as process:
        yield Server(
            "floor", port, process, Operations("/scim/v2", users, "floor", rows="/Rows"), loaded
        )


def require_peer() -> None:
    """End with the command that installs scim2-server, if it is missing."""
    if importlib.util.find_spec("scim2_server") is None:
        print(
            "scim2-server is missing: make bench installs it, or pip install --group bench",
            file=sys.stderr,
        )
        raise SystemExit(2)


@contextmanager
def peer(folder: Path, users: int) -> Iterator[Server]:
    """scim2-server from PyPI on uvicorn, in memory, filled by POST."""
    require_peer()
    port = free_port()
    began = time.perf_counter()
    with _process([sys.executable, str(HERE / "peer.py"), str(port)], folder, {}, port) as process:
        bodies = [user(number, licensed=False) for number in range(users)]
        ids: list[str] = []
        for body in bodies:
            _, answers = drive(port, [request("POST", "/v2/Users", body)])
            ids.append(json.loads(answers[0])["id"])
        loaded = time.perf_counter() - began
        yield Server("scim2-server", port, process, Operations("/v2", users, "peer", ids), loaded)
