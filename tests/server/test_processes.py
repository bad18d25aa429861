"""Several server processes over one database, under mixed load: nothing is lost, doubled or left dangling."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from templates.server.tests.databases import DATABASES
from tests.server.invariants import check_tables
from tests.server.load import Load
from tests.server.processes import Server, servers

PROCESSES = {"sqlite": 2, "postgresql": 4}
SOAK_SECONDS = float(os.environ.get("SCIM_SOAK_SECONDS", "600"))
_WAL_LIMIT = 100 * 2**20
"""SQLite's journal_size_limit is 64 MiB, and a transaction may go beyond."""


def play(load: Load, found: list[Server], database: str, seconds: float) -> None:
    """Load for some time, then all checks."""

    async def run() -> None:
        await load.prepare()
        async with load.running():
            await asyncio.sleep(seconds)
        await load.check()
        await check_tables(database)

    asyncio.run(run())
    statuses = load.ledger.statuses
    assert set(statuses) <= {"200", "201", "204", "400", "404", "409", "412", "503"}, statuses
    assert statuses["409"] and statuses["412"] and load.ledger.counted > 0, "they never met"
    for server in found:
        assert not server.failures()


def test_processes_share_a_database(project: Path, crm: object, tmp_path: Path, database: str) -> None:
    """They start at once over an empty one; each knows what the others have acknowledged."""
    count = PROCESSES[DATABASES[0] if database.startswith("sqlite") else DATABASES[1]]
    with servers(count, project, tmp_path, database) as found:
        load = Load([server.base_url for server in found])
        play(load, found, database, 5)
        assert load.ledger.statuses["503"] == 0


@pytest.mark.slow
def test_a_soak(project: Path, crm: object, tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Over ten minutes (SCIM_SOAK_SECONDS) neither memory nor the write-ahead log grow without bounds."""
    count = PROCESSES[DATABASES[0] if database.startswith("sqlite") else DATABASES[1]]
    memory: list[int] = []
    wal: list[int] = []
    file = tmp_path / "scim.db-wal"

    async def watch(found: list[Server]) -> None:
        while True:
            memory.append(max(server.memory() for server in found))
            wal.append(file.stat().st_size if file.exists() else 0)
            await asyncio.sleep(SOAK_SECONDS / 100)

    with servers(count, project, tmp_path, database) as found:
        load = Load([server.base_url for server in found])
        began = time.monotonic()

        async def run() -> None:
            await load.prepare()
            watching = asyncio.create_task(watch(found))
            async with load.running():
                await asyncio.sleep(SOAK_SECONDS)
            watching.cancel()
            await load.check()
            await check_tables(database)

        asyncio.run(run())
        seconds = time.monotonic() - began
        failures = [line for server in found for line in server.failures()]
    statuses = load.ledger.statuses
    with capsys.disabled():
        print(
            f"\n{count} processes, {seconds:.0f} s, {sum(statuses.values())} requests {dict(statuses)},"
            f" {load.ledger.counted} counted up, memory {memory[len(memory) // 4]} -> {memory[-1]} kB a process,"
            f" WAL at most {max(wal) / 2**20:.1f} MiB"
        )
    assert not failures
    assert memory[-1] < memory[len(memory) // 4] * 1.3 + 20_000
    assert max(wal) < _WAL_LIMIT
