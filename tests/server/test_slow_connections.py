"""Thousands of clients that send nothing, or slowly, or without end, while others are served."""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.server.commands import ROOT
from tests.server.processes import Server
from tests.server.wire import head, wire
from tests.support import TOKEN

SECONDS = float(os.environ.get("SCIM_SLOW_SECONDS", "60"))
CONNECTIONS = min(2000, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 4)

Record = Callable[[str, object], None]


@contextmanager
def attack(server: Server, count: int, kind: str) -> Iterator[Callable[[], int]]:
    """Attack a server until the block ends. The function that is given ends it earlier: connections made."""
    command = [sys.executable, "-m", "tests.server.slow_clients", str(server.port), str(count), kind]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield lambda: int(process.communicate()[0])
    finally:
        process.kill()
        process.wait()


def latencies(server: Server, seconds: float) -> list[float]:
    """The seconds of requests of a client that connects for each of them, in ascending order."""
    found: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        with wire(server.url) as connection:
            connection.send(head("GET", "/scim/v2/ServiceProviderConfig", token=TOKEN))
            assert connection.answer().status == 200
        found.append(time.monotonic() - began)
        time.sleep(0.02)
    return sorted(found)


def cpu_seconds(server: Server) -> float:
    """The processor time that a server has used."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(server: Server, count: int, kind: str, seconds: float, record: Record) -> None:
    """Attack a server and check that others are served; record latencies, memory and processor time."""
    calm = latencies(server, 2)
    before, used = server.memory(), cpu_seconds(server)
    with attack(server, count, kind) as end:
        found = latencies(server, seconds)
        memory, used = server.memory(), cpu_seconds(server) - used
        made = end()
    p99 = found[int(len(found) * 0.99)]
    figures = {
        "requests": len(found),
        "calm p50 and p99 in ms": [_ms(statistics.median(calm)), _ms(calm[int(len(calm) * 0.99)])],
        "p50, p99 and maximum in ms": [_ms(statistics.median(found)), _ms(p99), _ms(found[-1])],
        "memory before and after in MB": [before // 1024, memory // 1024],
        "connections of the attack": made,
        "processor time in percent": round(100 * used / seconds),
    }
    print(figures)
    for name, value in figures.items():
        record(name, value)
    assert made >= count
    assert p99 < 1
    assert memory < before + 100 * 1024
    assert "Traceback" not in server.log.read_text()


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


@pytest.fixture
def server(project: Path, tmp_path: Path) -> Iterator[Server]:
    """A server with the limits of the defaults."""
    found = Server(project, tmp_path, f"sqlite:///{tmp_path}/x.db").start()
    try:
        yield found
    finally:
        found.kill()


@pytest.mark.slow
def test_slow_clients_keep_nobody_out(server: Server, record_property: Record) -> None:
    """Two thousand for a minute are more than the server has connections."""
    measure(server, CONNECTIONS, "slow", SECONDS, record_property)


@pytest.mark.slow
def test_endless_heads_delay_nobody(server: Server, record_property: Record) -> None:
    """Ten clients send them as fast as they can."""
    measure(server, 10, "endless", min(SECONDS, 20), record_property)
