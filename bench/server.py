"""What a request costs the emitted server, beside `floor.py` in the same run: CPU of the server's process.

    python bench/server.py [--users 10000] [--requests 1500] [--rounds 5] [--project FOLDER]

Emits the example `crm` (or takes a project that is there), loads users with a licence each through its own service,
starts the real server, `python -m crm serve`, and the floor, and drives both from this process over loopback: bounded
in requests and time, in rounds that take turns, so that a noisy machine disturbs both alike. Prints the median CPU per
request, user and system time of all threads, and the ratio.
"""

import argparse
import asyncio
import json
import os
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

TOKEN = "a-token-for-the-bench"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
LICENSE = "lic-pro"
CONNECTIONS = 4
SECONDS = 60  # the most that one round of one operation may take
FLOOR = ("GET id", "filter eq", "page of 100", "POST", "PATCH")  # what the floor can do as well

LOAD = """
import asyncio, json, sys
from crm.scim.app import ScimApp, TENANT
from crm.scim.resources import read_resource
from crm.scim.values import Reader

async def load(path):
    app = ScimApp()
    async with app.lifespan():
        service = app.service
        tree = service.trees["User"]
        users = [json.loads(line) for line in open(path)]
        for first in range(0, len(users), 1000):
            async def job(tx):
                for user in users[first:first + 1000]:
                    document = read_resource(tree, user, Reader())
                    await service.writer.insert(tx, TENANT, tree, user["externalId"], document)
            await service.store.write(job)

asyncio.run(load(sys.argv[1]))
"""


def user(number: int) -> dict[str, object]:
    """A user as Okta sends one."""
    return {
        "schemas": [USER],
        "externalId": f"00u{number:012d}",
        "userName": f"user{number}@example.com",
        "name": {"givenName": f"Given{number % 997}", "familyName": f"Family{number % 9973}"},
        "emails": [{"value": f"user{number}@example.com", "type": "work", "primary": True}],
        "displayName": f"Given{number % 997} Family{number % 9973}",
        "locale": "en-GB",
        "active": number % 10 != 0,
        "entitlements": [{"value": LICENSE}],
    }


def request(method: str, path: str, body: object = None) -> bytes:
    """One HTTP request."""
    content = json.dumps(body).encode() if body is not None else b""
    head = (
        f"{method} /scim/v2{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\n"
        f"Content-Type: application/scim+json\r\nContent-Length: {len(content)}\r\nAccept: */*\r\n\r\n"
    )
    return head.encode() + content


def operations(users: int, run: str) -> dict[str, Callable[[int], bytes]]:
    """From the number of a request to its bytes."""
    chosen = random.Random(1)

    def some_id() -> str:
        return f"00u{chosen.randrange(users):012d}"

    def listed(condition: str, more: str = "") -> bytes:
        return request("GET", f"/Users?filter={quote(condition)}{more}")

    def changed(number: int) -> bytes:
        operation = {"op": "replace", "value": {"title": f"{run} {number}"}}
        schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]
        return request("PATCH", f"/Users/{some_id()}", {"schemas": schemas, "Operations": [operation]})

    def created(number: int) -> bytes:
        new = user(number) | {"userName": f"{run}-{number}@example.com", "externalId": f"{run}-{number}"}
        return request("POST", "/Users", new)

    def page(start: int, more: str = "") -> bytes:
        return request("GET", f"/Users?startIndex={start}&count=100{more}")

    return {
        "GET id": lambda number: request("GET", f"/Users/{some_id()}"),
        "filter eq": lambda number: listed(f'userName eq "user{chosen.randrange(users)}@example.com"'),
        "page of 100": lambda number: page(1 + number % 20 * 100),
        "POST": created,
        "PATCH": changed,
        "random page": lambda number: page(1 + chosen.randrange(users)),
        "active eq true": lambda number: listed("active eq true", "&count=100"),
        "active eq false": lambda number: listed("active eq false", "&count=100"),
        "sortBy userName": lambda number: page(1, "&sortBy=userName"),
        "holders": lambda number: listed(f'entitlements[value eq "{LICENSE}"]', "&count=100"),
    }


COUNTS = {"page of 100": 5, "random page": 20, "active eq true": 50, "active eq false": 50, "sortBy userName": 50}
"""By how much fewer requests of the dear operations are sent."""


async def drive(port: int, requests: list[bytes]) -> None:
    """Send the requests over a few connections that are kept alive."""
    waiting = iter(requests)

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for message in waiting:
            writer.write(message)
            head = await reader.readuntil(b"\r\n\r\n")
            status = int(head[9:12])
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            body = await reader.readexactly(int(length.partition(b":")[2]))
            if status >= 300:
                raise RuntimeError(f"{message[:200]!r}: {status} {body[:500]!r}")
        writer.close()

    await asyncio.wait_for(asyncio.gather(*(one() for _ in range(CONNECTIONS))), SECONDS)


def cpu(process: int) -> float:
    """Seconds of user and system time that all threads of a process have used."""
    total = 0
    for task in Path(f"/proc/{process}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


@contextmanager
def running(command: list[str], folder: Path, environment: dict[str, str], port: int) -> Iterator[int]:
    """A server process; its id."""
    with (
        open(folder / "server.log", "w") as log,
        subprocess.Popen(command, cwd=folder, env=os.environ | environment, stderr=log, stdout=log) as process,
    ):
        try:
            for _ in range(200):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield process.pid
        finally:
            process.terminate()


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fill_floor(database: Path, users: int) -> None:
    """The same users for the floor."""
    sys.path.insert(0, str(Path(__file__).parent))
    from floor import TABLES

    connection = sqlite3.connect(database)
    connection.executescript(TABLES)
    rows = ((n + 1, f"00u{n:012d}", f"user{n}@example.com", json.dumps(user(n)).encode()) for n in range(users))
    connection.executemany("INSERT INTO users VALUES (?, ?, ?, 1, ?)", rows)
    links = ((n + 1, LICENSE, "Professional") for n in range(users))
    connection.executemany("INSERT INTO links VALUES (?, ?, ?)", links)
    connection.execute("INSERT INTO total VALUES (?)", (users,))
    connection.commit()
    connection.close()


def measure(servers: dict[str, tuple[int, int]], options: argparse.Namespace) -> None:
    """Rounds that take turns; medians."""
    found: dict[tuple[str, str], list[float]] = {}
    for turn in range(options.rounds + 1):
        for name in operations(options.users, ""):
            for server, (port, process) in servers.items():
                if server == "floor" and name not in FLOOR:
                    continue
                make = operations(options.users, f"{server}-{turn}")[name]
                count = max(20, options.requests // COUNTS.get(name, 1) // (10 if turn == 0 else 1))
                messages = [make(number) for number in range(count)]
                before = cpu(process)
                asyncio.run(drive(port, messages))
                if turn:  # the first is to warm up
                    found.setdefault((server, name), []).append((cpu(process) - before) / count * 1e6)
    print(f"{options.users} users, CPU of the server's process in µs a request, median (least) of {options.rounds}")
    print(f"{'':16} {'emitted':>16} {'floor':>16} {'ratio':>6}")
    for name in operations(options.users, ""):
        shown, medians = [], []
        for server in servers:
            times = found.get((server, name))
            shown.append(f"{statistics.median(times):9.0f} ({min(times):.0f})" if times else "")
            medians.append(statistics.median(times) if times else 0)
        ratio = f"{medians[0] / medians[1]:6.2f}" if medians[1] else ""
        print(f"{name:16} {shown[0]:>16} {shown[1]:>16} {ratio}")


def main() -> None:
    """Emit, load, start, measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--project", type=Path, help="an emitted crm; a fresh one where none is named")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project = options.project or folder / "crm"
        if not options.project:
            scimgen = [sys.executable, "-m", "scimgen", "new", str(project), "--from", "crm"]
            subprocess.run(scimgen, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(folder / "users.jsonl", "w") as file:
            file.writelines(json.dumps(user(number)) + "\n" for number in range(options.users))
        environment = {"SCIM_TOKEN": TOKEN, "SCIM_DATABASE_URL": f"sqlite:///{folder}/scim.db"}
        environment["PYTHONPATH"] = str(project.resolve())
        load = [sys.executable, "-c", LOAD, str(folder / "users.jsonl")]
        subprocess.run(load, check=True, cwd=folder, env=os.environ | environment, stderr=subprocess.DEVNULL)
        fill_floor(folder / "floor.db", options.users)
        first, second = free_port(), free_port()
        script = Path(__file__).with_name("floor.py").resolve()
        floor = [sys.executable, str(script), str(second), str(folder / "floor.db")]
        emitted = [sys.executable, "-m", "crm", "serve", "--port", str(first)]
        with (
            running(emitted, folder, environment, first) as one,
            running(floor, folder, {}, second) as other,
        ):
            measure({"emitted": (first, one), "floor": (second, other)}, options)


if __name__ == "__main__":
    main()
