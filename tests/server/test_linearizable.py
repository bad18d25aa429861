"""Two servers on one database answer as one that does one thing after another, also when they are killed.

Several clients create, change and delete the same users, groups and grants. `histories` checks every answer.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.server.commands import change
from tests.server.invariants import check_tables
from tests.server.processes import Server, servers
from tests.server.recorded_clients import Recorder
from tests.server.recorded_histories import violations
from tests.server.recorded_trails import wrong_audit, wrong_events
from tests.server.test_faults import Receiver, wait_until_delivered
from tests.server.test_faults import receiver as receiver

SOAK_SECONDS = float(os.environ.get("SCIM_SOAK_SECONDS", "600"))


async def kill_again_and_again(found: list[Server], seconds: float, pauses: tuple[float, float]) -> int:
    """SIGKILL one of the servers at random times, and start it again. Returns how often."""
    chance = random.Random(1)
    end = asyncio.get_running_loop().time() + seconds
    kills = 0
    while True:
        pause = chance.uniform(*pauses)
        if asyncio.get_running_loop().time() + pause > end:
            await asyncio.sleep(pause / 2)
            return kills
        await asyncio.sleep(pause)
        server = chance.choice(found)
        await asyncio.to_thread(server.kill)
        kills += 1
        await asyncio.to_thread(server.start)


def play(
    database: str, project: Path, folder: Path, receiver: Receiver, seconds: float, pauses: tuple[float, float]
) -> str:
    """Load with kills, then all checks. Returns one line for the report."""
    with servers(2, project, folder, database, **receiver.environment) as found:
        recorder = Recorder([server.base_url for server in found])

        async def run() -> int:
            async with recorder.running():
                return await kill_again_and_again(found, seconds, pauses)

        kills = asyncio.run(run())
        assert not recorder.wrong, recorder.wrong[:3]
        for server in found:
            server.stop()
        change(database, "DELETE FROM leases")  # those of killed servers would last for half a minute
        found[0].start()
        wait_until_delivered(found[0])
        asyncio.run(check_tables(database))
        failures = [line for server in found for line in server.failures() if "WebhookError" not in line]
    records = recorder.records
    wrong = [*violations(records), *wrong_audit(database, records)]
    wrong += wrong_events(receiver.received, receiver.order, records)
    deeds = Counter(one.deed for one in records)
    line = (
        f"{database.partition(':')[0]}: {sum(recorder.statuses.values())} requests {dict(recorder.statuses)}"
        f" {dict(deeds)}, {kills} kills, {len(receiver.received)} events, {len(wrong)} violations"
    )
    assert not wrong, "\n".join([line, *wrong[:5]])
    assert not failures, failures[:3]
    assert {"200", "201", "204", "412"} <= recorder.statuses.keys(), line
    return line


def test_two_servers_answer_as_one(
    project: Path, tmp_path: Path, database: str, receiver: Receiver, record_property: Callable[[str, object], None]
) -> None:
    """A few seconds, with one or two kills."""
    record_property("measured", play(database, project, tmp_path, receiver, 4, (0.8, 1.2)))


@pytest.mark.slow
def test_two_servers_answer_as_one_for_long(
    project: Path, tmp_path: Path, database: str, receiver: Receiver, record_property: Callable[[str, object], None]
) -> None:
    """Ten minutes (SCIM_SOAK_SECONDS), with a kill every two seconds."""
    record_property("measured", play(database, project, tmp_path, receiver, SOAK_SECONDS, (0.5, 2)))
