"""Shutdown by SIGTERM: a server finishes the requests and deliveries that have begun."""

import signal
import socket
import sqlite3
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests.server.processes import HEADERS, Server


def begin_request(server: Server, body: bytes) -> socket.socket:
    """Send a POST without its last byte."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    lines = ["POST /scim/v2/Users HTTP/1.1", "Host: h", "Content-Type: application/scim+json"]
    lines += [*(f"{name}: {value}" for name, value in HEADERS.items()), f"Content-Length: {len(body)}", "", ""]
    connection.sendall("\r\n".join(lines).encode() + body[:-1])
    return connection


def wait_until_closed(server: Server) -> None:
    """Wait until the server accepts no more connections."""
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=5).close()
        except OSError:
            return
        time.sleep(0.02)
    raise AssertionError("it still accepts connections")


def test_requests_in_flight_are_answered_and_durable(project: Path, tmp_path: Path, database: str) -> None:
    """Their bodies were incomplete at the signal. New connections are refused."""
    server = Server(project, tmp_path, database).start()
    names = [f"user{number}" for number in range(8)]
    connections = [begin_request(server, b'{"userName": "%b"}' % name.encode()) for name in names]
    time.sleep(0.2)
    server.process.send_signal(signal.SIGTERM)
    wait_until_closed(server)
    assert server.process.poll() is None
    for connection in connections:
        connection.sendall(b"}")
    for connection in connections:
        assert connection.recv(100).startswith(b"HTTP/1.1 201 "), server.log.read_text()
        connection.close()
    server.process.wait(20)
    assert not server.failures()
    server.start()
    try:
        found = httpx.get(f"{server.base_url}/Users", headers=HEADERS).json()
        assert {one["userName"] for one in found["Resources"]} == set(names)
    finally:
        server.kill()


def test_writes_that_wait_for_the_database_are_finished(project: Path, tmp_path: Path) -> None:
    """They were queued at the signal."""
    server = Server(project, tmp_path, f"sqlite:///{tmp_path}/x.db").start()
    holder = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    connections = [begin_request(server, b'{"userName": "u%d"}' % number) for number in range(20)]
    for connection in connections:
        connection.sendall(b"}")
    time.sleep(1)
    server.process.send_signal(signal.SIGTERM)
    wait_until_closed(server)
    holder.execute("COMMIT")
    for connection in connections:
        assert connection.recv(100).startswith(b"HTTP/1.1 201 "), server.log.read_text()
        connection.close()
    server.process.wait(20)
    assert holder.execute("SELECT count(*) FROM resources WHERE type = 'User'").fetchone() == (20,)
    assert not server.failures()


@pytest.mark.slow
def test_a_client_that_never_sends_its_body_delays_shutdown_only_so_long(project: Path, tmp_path: Path) -> None:
    """After a timeout the server stops nevertheless."""
    server = Server(project, tmp_path, f"sqlite:///{tmp_path}/x.db").start()
    connection = begin_request(server, b'{"userName": "never"}')
    began = time.monotonic()
    assert server.stop(25) in (0, -signal.SIGTERM)
    assert 10 < time.monotonic() - began < 20
    connection.close()


@pytest.mark.parametrize("seconds", [1, 30])
def test_deliveries_are_finished_or_left_to_the_next_server(project: Path, tmp_path: Path, seconds: int) -> None:
    """A slow receiver gets its event once. One that hangs gets it again from the next server, at once."""
    received: list[str] = []
    asked, hanging = threading.Event(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            asked.set()
            hanging.wait(seconds)
            received.append(self.headers["webhook-id"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    receiver = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    webhook = {"SCIM_WEBHOOK_URL": f"http://127.0.0.1:{receiver.server_port}/", "SCIM_WEBHOOK_SECRET": "s"}
    server = Server(project, tmp_path, f"sqlite:///{tmp_path}/x.db", **webhook).start()
    try:
        body = {"userName": "ada"}
        assert httpx.post(f"{server.base_url}/Users", json=body, headers=HEADERS).status_code == 201
        assert asked.wait(10)
        server.stop(30)
        with sqlite3.connect(tmp_path / "x.db") as database:
            left = database.execute("SELECT count(*) FROM outbox").fetchone()[0]
            assert database.execute("SELECT * FROM leases").fetchall() == []
        assert (left, received) == ((0, ["evt_1"]) if seconds == 1 else (1, []))
        if left:
            hanging.set()
            server.start()
            for _ in range(200):
                time.sleep(0.02)
                if len(received) >= 2:  # the first request has ended too
                    break
            assert set(received) == {"evt_1"}
            server.stop()
    finally:
        hanging.set()
        receiver.shutdown()
        receiver.server_close()
        if server.process.poll() is None:
            server.kill()
