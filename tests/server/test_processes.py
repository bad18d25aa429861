"""Several server processes over one database, under mixed load: nothing is lost, duplicated or left dangling."""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

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
    assert statuses["409"] and statuses["412"] and load.ledger.counted > 0, "no conflicts"
    for server in found:
        assert not server.failures()


def test_processes_share_a_database(project: Path, tmp_path: Path, database: str) -> None:
    """They start together over an empty database. Each sees the acknowledged writes of the others."""
    count = PROCESSES[database.partition(":")[0]]
    with servers(count, project, tmp_path, database) as found:
        load = Load([server.base_url for server in found])
        play(load, found, database, 5)
        assert load.ledger.statuses["503"] == 0


class Watch:
    """Memory and log size of the servers, read a hundred times.

    Args:
        wal: the write-ahead log of SQLite.
    """

    def __init__(self, found: list[Server], wal: Path) -> None:
        self.servers = found
        self.wal = wal
        self.memory: list[int] = []
        self.largest_wal = 0
        self._began = time.monotonic()

    async def run(self) -> None:
        """Read until cancelled."""
        while True:
            self.memory.append(max(server.memory() for server in self.servers))
            self.largest_wal = max(self.largest_wal, self.wal.stat().st_size if self.wal.exists() else 0)
            await asyncio.sleep(SOAK_SECONDS / 100)

    @property
    def warm(self) -> int:
        """The memory of the largest process once its caches were filled, in kB."""
        return self.memory[len(self.memory) // 4]

    def measured(self, load: Load) -> str:
        """One line for the report."""
        statuses, memory = dict(sorted(load.ledger.statuses.items())), self.memory or [0]
        wal = f", WAL at most {self.largest_wal / 2**20:.1f} MiB" if self.largest_wal else ""
        return (
            f"{len(self.servers)} processes, {time.monotonic() - self._began:.0f} s, {sum(statuses.values())} requests"
            f" {statuses}, {load.ledger.counted} counted up, memory of the largest process {memory[0]} kB first,"
            f" {memory[len(memory) // 4]} kB warm, {memory[-1]} kB last{wal}"
        )


@pytest.mark.slow
def test_a_soak(project: Path, tmp_path: Path, database: str, record_property: Callable[[str, object], None]) -> None:
    """Over ten minutes (SCIM_SOAK_SECONDS) neither memory nor the write-ahead log grow without bounds."""
    count = PROCESSES[database.partition(":")[0]]
    with servers(count, project, tmp_path, database) as found:
        load = Load([server.base_url for server in found])
        watch = Watch(found, tmp_path / "scim.db-wal")

        async def run() -> None:
            await load.prepare()
            watching = asyncio.create_task(watch.run())
            async with load.running():
                await asyncio.sleep(SOAK_SECONDS)
            watching.cancel()
            await load.check()
            await check_tables(database)

        try:
            asyncio.run(run())
        finally:
            record_property("measured", watch.measured(load))  # shown at the end of the run
        failures = [line for server in found for line in server.failures()]
    assert not failures
    assert watch.memory[-1] < watch.warm * 1.3 + 20_000
    assert watch.largest_wal < _WAL_LIMIT
