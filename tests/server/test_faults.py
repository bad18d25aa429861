"""Faults: killed servers and databases, full disks, clocks that are set back. No acknowledged write is lost."""

import asyncio
import contextlib
import itertools
import json
import os
import random
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from scimgen_server import ScimApp, StorageError, make_store
from scimgen_server.events.delivery import Delivery
from scimgen_server.ports.outbox import QueuedEvent
from scimgen_server.ports.resources import Transaction
from scimgen_server.storage import postgres
from tests.server.inside import play, service_of
from tests.server.invariants import check_tables
from tests.server.load import Ledger, Load
from tests.server.processes import HEADERS, KillablePostgres, Server, servers
from tests.server.processes import killable_postgres as killable_postgres

KILLS = int(os.environ.get("SCIM_KILLS", "50"))
POSTGRES_KILLS = int(os.environ.get("SCIM_POSTGRES_KILLS", "10"))


class Receiver:
    """The receiver of a webhook. It rejects a tenth of the events."""

    def __init__(self) -> None:
        receiver = self
        self.received: dict[int, dict[str, Any]] = {}
        self.order: list[int] = []
        self._random = random.Random(1)
        self._lock = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                status = receiver.take(int(self.headers["webhook-id"].removeprefix("evt_")), body)
                with contextlib.suppress(OSError):  # the sender was killed
                    self.send_response(status)
                    self.end_headers()

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.environment = {
            "SCIM_WEBHOOK_URL": f"http://127.0.0.1:{self.server.server_port}/",
            "SCIM_WEBHOOK_SECRET": "s3cret",
            "SCIM_METRICS": "1",
        }

    def take(self, number: int, body: dict[str, Any]) -> int:
        with self._lock:
            if self._random.random() < 0.1:
                return 500
            if number not in self.received:
                self.received[number] = body
                self.order.append(number)
            return 204

    def check(self, ledger: Ledger) -> None:
        """Check that each event of an acknowledged write has arrived, in order per user, group and resource."""
        arrived: Counter[tuple[str, str, str]] = Counter()
        for body in self.received.values():
            user = body["data"].get("user")
            if user is None:
                continue
            detail = {"user_changed": user.get("title", ""), "granted": "", "revoked": ""}.get(body["type"], "")
            grant = body["data"].get("grant", {}).get("value")
            arrived[body["type"], user["id"], grant or detail] += 1
        missing = {event: count for event, count in ledger.events.items() if arrived[event] < count}
        assert not missing, (len(missing), list(missing.items())[:5])
        last: dict[str, int] = {}
        for number in self.order:
            data = self.received[number]["data"]
            subject = next(data[name]["id"] for name in ("user", "group", "resource") if name in data)
            assert last.get(subject, 0) < number, f"event {number} of {subject} came after {last[subject]}"
            last[subject] = number


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that listens."""
    found = Receiver()
    threading.Thread(target=found.server.serve_forever, daemon=True).start()
    yield found
    found.server.shutdown()
    found.server.server_close()


def wait_until_delivered(server: Server, seconds: float = 120) -> None:
    """Wait until the outbox is empty."""
    for _ in range(int(seconds * 10)):
        lines = httpx.get(f"{server.url}/metrics").text.splitlines()
        if "scim_outbox_events 0" in lines:
            assert "scim_outbox_dead_letters 0" in lines
            return
        time.sleep(0.1)
    raise AssertionError(f"the outbox is not empty: {lines[-20:]}")


@pytest.mark.slow
def test_a_killed_server_loses_nothing(
    project: Path, tmp_path: Path, database: str, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """SIGKILL fifty times under load, at random times. Rows, totals and the outbox stay consistent."""
    moments = random.Random(1)
    with servers(1, project, tmp_path, database, **receiver.environment) as (server,):
        load = Load([server.base_url], faults=True)

        async def run() -> None:
            await load.prepare()
            async with load.running():
                for _ in range(KILLS):
                    await asyncio.sleep(moments.uniform(0.1, 0.8))
                    await asyncio.to_thread(server.kill)
                    await asyncio.to_thread(server.start)
            await load.check()

        asyncio.run(run())
        wait_until_delivered(server)
        asyncio.run(check_tables(database))
        failures = [line for line in server.failures() if "WebhookError" not in line]
    report(capsys, f"{KILLS} kills", load, receiver)
    receiver.check(load.ledger)
    assert not failures, failures[:3]


@pytest.mark.slow
def test_a_killed_postgresql_loses_nothing(
    project: Path,
    tmp_path: Path,
    killable_postgres: KillablePostgres,
    receiver: Receiver,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """SIGKILL ten times under load: 503 in the meantime, then the servers recover without a restart."""
    url = killable_postgres.url
    with servers(2, project, tmp_path, url, **receiver.environment) as found:
        load = Load([server.base_url for server in found])

        async def run() -> None:
            await load.prepare()
            async with load.running():
                for _ in range(POSTGRES_KILLS):
                    await asyncio.sleep(2)
                    killable_postgres.kill()
                    await asyncio.sleep(0.5)
                    await asyncio.to_thread(killable_postgres.start)
                    for server in found:
                        await asyncio.to_thread(server.wait)
            await load.check()

        asyncio.run(run())
        wait_until_delivered(found[0])
        asyncio.run(check_tables(url))
        failures = [line for server in found for line in server.failures() if "WebhookError" not in line]
    report(capsys, f"{POSTGRES_KILLS} kills of PostgreSQL", load, receiver)
    assert load.ledger.statuses["503"]
    receiver.check(load.ledger)
    assert not failures, failures[:3]


def report(capsys: pytest.CaptureFixture[str], what: str, load: Load, receiver: Receiver) -> None:
    """Print the numbers of a test."""
    acknowledged = sum(load.ledger.events.values())
    with capsys.disabled():
        statuses = dict(load.ledger.statuses)
        print(f"\n{what}: {statuses}, {acknowledged} events acknowledged, {len(receiver.received)} delivered")


def test_the_locks_of_a_server_that_hangs_are_released(
    postgresql_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stops in the middle of a write. The write is rolled back, and other servers can write."""

    async def run() -> None:
        monkeypatch.setitem(postgres._DISCONNECT_SETTINGS, "idle_in_transaction_session_timeout", "300ms")
        hanging, other = make_store(postgresql_database), make_store(postgresql_database)
        await hanging.open()
        await other.open()

        async def hang(tx: Transaction) -> None:
            assert await tx.leases.hold("a", "hanging", "1", "2", "3")
            await asyncio.sleep(1)

        stuck = asyncio.create_task(hanging.write(hang))
        await asyncio.sleep(0.1)
        assert await other.write(lambda tx: tx.leases.hold("a", "other", "1", "2", "3"))
        with pytest.raises(StorageError):
            await stuck
        await hanging.close()
        await other.close()

    asyncio.run(asyncio.wait_for(run(), 20))


def test_a_client_that_disconnects_causes_no_failure(project: Path, tmp_path: Path) -> None:
    """In the middle of its body, or before the response: one line in the log, and the next request is served."""
    with servers(1, project, tmp_path, f"sqlite:///{tmp_path}/x.db") as (server,):
        for body, sent in ((b'{"userName": "half"}', -1), (b'{"userName": "whole"}', None)):
            request = f"POST /scim/v2/Users HTTP/1.1\r\nHost: h\r\nContent-Length: {len(body)}\r\n"
            request += "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items()) + "\r\n"
            with socket.create_connection(("127.0.0.1", server.port)) as connection:
                connection.sendall(request.encode() + body[:sent])
        for _ in range(200):
            found = httpx.get(f"{server.base_url}/Users", headers=HEADERS).json()
            if found["totalResults"]:
                break
            time.sleep(0.02)
        assert [user["userName"] for user in found["Resources"]] == ["whole"]
        lines = [json.loads(line) for line in server.log.read_text().splitlines()]
        assert sorted(line["status"] for line in lines if line.get("method") == "POST") == [201, 400]
        assert not server.failures()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A small file system."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.slow
def test_a_full_disk_is_503_until_there_is_space(project: Path, tmp_path: Path) -> None:
    """Acknowledged resources can be read in the meantime. Then writes succeed without a restart."""
    with small_disk(tmp_path / "disk", 24) as disk:
        database = f"sqlite:///{disk}/x.db"
        with servers(1, project, tmp_path, database) as (server,):
            (disk / "ballast").write_bytes(bytes(8 * 2**20))
            acknowledged: list[str] = []
            with httpx.Client(base_url=server.base_url, headers=HEADERS, timeout=60) as client:
                for number in itertools.count():
                    body = {"userName": f"user-{number}", "title": "x" * 20_000}
                    response = client.post("/Users", json=body)
                    if response.status_code == 503:
                        break
                    assert response.status_code == 201, response.text
                    acknowledged.append(response.json()["id"])
                    assert number < 5000
                assert response.json()["detail"] == "The database cannot be used at the moment; try again."
                assert "full" in server.log.read_text()
                refused = [client.post("/Users", json=body).status_code for _ in range(5)]
                assert set(refused) == {503}
                for user in acknowledged:
                    assert client.get(f"/Users/{user}").status_code == 200
                (disk / "ballast").unlink()
                assert client.post("/Users", json=body).status_code == 201
                assert client.get("/Users?count=0").json()["totalResults"] == len(acknowledged) + 1
            assert not server.failures()
            server.kill()
            server.start()
            assert server.stop() in (0, -15)
            asyncio.run(check_tables(database))


@pytest.mark.slow
def test_a_server_does_not_start_on_a_full_disk(project: Path, tmp_path: Path) -> None:
    """One line with the reason."""
    with small_disk(tmp_path / "disk", 1) as disk:
        (disk / "ballast").write_bytes(bytes(2**20 - 4096))
        server = Server(project, tmp_path, f"sqlite:///{disk}/x.db")
        server.begin()
        assert server.process.wait(30) == 2
        assert len(server.log.read_text().splitlines()) == 1, server.log.read_text()


def test_a_clock_that_was_set_back_keeps_the_order_of_versions(database: str) -> None:
    """Versions count up, and `lastModified` is never before `created` or before an older `lastModified`."""
    clock = [datetime.now(UTC)]

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        service_of(app).writer._now = lambda: clock[0]
        group = (await client.post("/Groups", json={"displayName": "Group"})).json()
        user = (await client.post("/Users", json={"userName": "ada"})).json()
        members = {"op": "add", "path": "members", "value": [{"value": user["id"]}]}
        schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
        await client.patch(group["meta"]["location"], json={"schemas": [schema], "Operations": [members]})
        clock[0] -= timedelta(days=1)
        for number in (2, 3):
            operation = {"op": "replace", "path": "title", "value": str(number)}
            body = {"schemas": [schema], "Operations": [operation]}
            changed = (await client.patch(user["meta"]["location"], json=body)).json()
            assert changed["meta"]["version"] == f'W/"{number}"'
            assert changed["meta"]["lastModified"] == user["meta"]["lastModified"]
        await client.delete(user["meta"]["location"])
        left = (await client.get(group["meta"]["location"])).json()
        assert left["meta"]["version"] == 'W/"3"'
        assert left["meta"]["lastModified"] >= group["meta"]["lastModified"]
        late = (await client.post("/Users", json={"userName": "late"})).json()
        assert late["meta"]["created"] == late["meta"]["lastModified"] < user["meta"]["created"]

    play(database, scenario)
    asyncio.run(check_tables(database))


def test_a_clock_that_was_set_back_keeps_the_order_of_events(database: str) -> None:
    """An event from before is due at once, and the next event comes after it."""
    clock = [datetime.now(UTC)]
    titles: list[str | None] = []

    async def take(waiting: QueuedEvent) -> None:
        titles.append(json.loads(waiting.event)["user"].get("title"))

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        service_of(app).writer._now = lambda: clock[0]
        service_of(app).operations.recorder.consumers = {"hooks": {"user_created", "user_changed"}}
        user = (await client.post("/Users", json={"userName": "ada", "title": "first"})).json()
        clock[0] -= timedelta(hours=1)
        await client.put(user["meta"]["location"], json={"userName": "ada", "title": "second"})
        deliveries = Delivery(service_of(app).store, {"hooks": take}, now=lambda: clock[0])
        for _ in range(2):
            await deliveries._step()
        assert titles == ["first", "second"]

    play(database, scenario)
