"""Sends requests from this process over loopback, and measures what they cost the server's."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from pathlib import Path

CONNECTIONS = 4
SECONDS = 300
"""The most that one round of one operation may take."""


@dataclass
class Sample:
    """One round of one operation: microseconds of CPU a request, and of waiting; requests a
    second.
    """

    cpu: float
    database_cpu: float
    rate: float
    latencies: list[float] = field(repr=False)


def drive(port: int, requests: list[bytes]) -> tuple[list[float], list[bytes]]:
    """Send the requests over a few connections that are kept alive; seconds that each took, and the
    last bodies.
    """
    return asyncio.run(asyncio.wait_for(_drive(port, requests), SECONDS))


async def _drive(port: int, requests: list[bytes]) -> tuple[list[float], list[bytes]]:
    waiting, latencies, bodies = iter(requests), list[float](), list[bytes]()

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for message in waiting:
            began = time.perf_counter()
            writer.write(message)
            head = await reader.readuntil(b"\r\n\r\n")
            status = int(head[9:12])
            body = await _body(reader, head.lower())
            latencies.append(time.perf_counter() - began)
            if status >= 300:
                raise RuntimeError(f"{message[:300]!r}: {status} {body[:500]!r}")
            bodies[:] = [body]
        writer.close()

    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return latencies, bodies


async def _body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    lengths = [line for line in head.split(b"\r\n") if line.startswith(b"content-length:")]
    if lengths:
        return await reader.readexactly(int(lengths[0].partition(b":")[2]))
    parts: list[bytes] = []
    while b"transfer-encoding: chunked" in head and (size := int(await reader.readline(), 16)) > 0:
        parts.append(await reader.readexactly(size))
        await reader.readline()
    if parts:
        await reader.readline()
    return b"".join(parts)


def sample(port: int, process: int, database: int | None, requests: list[bytes]) -> Sample:
    """One round."""
    before, database_before, began = cpu(process), cpu_of_all(database), time.perf_counter()
    latencies, _ = drive(port, requests)
    took, count = time.perf_counter() - began, len(requests)
    return Sample(
        cpu=(cpu(process) - before) / count * 1e6,
        database_cpu=(cpu_of_all(database) - database_before) / count * 1e6,
        rate=count / took,
        latencies=[latency * 1e6 for latency in latencies],
    )


def next_cursor(port: int, message: bytes) -> str:
    """The cursor of the page that follows."""
    _, bodies = drive(port, [message])
    return str(json.loads(bodies[0])["nextCursor"])


def cpu(process: int) -> float:
    """Seconds of user and system time that all threads of a process have used."""
    total = 0
    for task in Path(f"/proc/{process}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def cpu_of_all(database: int | None) -> float:
    """The same of a PostgreSQL server and the processes that it has started."""
    if database is None:
        return 0.0
    children = Path(f"/proc/{database}/task/{database}/children").read_text().split()
    return sum(
        cpu(int(process)) for process in [database, *children] if Path(f"/proc/{process}").exists()
    )


def memory(process: int) -> float:
    """The anonymous memory of a process in MiB, without mapped files."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024
