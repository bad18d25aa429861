"""`/readyz` is red while writes cannot succeed."""

import asyncio
import sqlite3
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
import httpx
import pytest

from scimgen_server import ScimApp
from scimgen_server.operations import probes
from tests.server.inside import play
from tests.server.test_faults import small_disk


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look again soon."""
    monkeypatch.setattr(probes, "_WRITE_SECONDS", 0.01, raising=False)


async def readiness(client: httpx.AsyncClient) -> tuple[int, str]:
    """Status and text of `/readyz`, when the last outcome is too old to be used again."""
    await asyncio.sleep(0.05)
    response = await client.get("http://h/readyz")
    return response.status_code, response.text


def test_a_read_only_database_is_not_ready(postgresql_database: str) -> None:
    """As after a failover, when the server is connected to a standby. It recovers without a restart."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        assert await readiness(client) == (200, "ready")
        other = await asyncpg.connect(postgresql_database)
        name = await other.fetchval("SELECT current_database()")
        for state, expected in (("on", (503, "the database does not accept writes")), ("off", (200, "ready"))):
            await other.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {state}")
            await other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = 'scim'"
            )
            await other.execute("SET default_transaction_read_only = off")
            assert await readiness(client) == expected
        await other.close()

    play(postgresql_database, scenario)


def test_a_full_disk_is_not_ready(tmp_path: Path) -> None:
    """Reads still succeed."""
    with small_disk(tmp_path / "disk", 8) as disk:

        async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
            assert await readiness(client) == (200, "ready")
            (disk / "ballast").write_bytes(b"")
            with (disk / "ballast").open("wb", buffering=0) as ballast:
                for size in (2**16, 2**12, 1):
                    try:
                        while True:
                            ballast.write(bytes(size))
                    except OSError:
                        continue
            for number in range(3):
                await client.post("/Users", json={"userName": f"u{number}", "title": "x" * 50_000})
            assert await readiness(client) == (503, "the database does not accept writes")
            assert (await client.get("/Users")).status_code == 200
            (disk / "ballast").unlink()
            assert await readiness(client) == (200, "ready")

        play(f"sqlite:///{disk}/scim.db", scenario)


def test_a_database_that_is_busy_is_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import of another process can hold it for seconds: no load balancer should take all servers out."""
    monkeypatch.setattr(probes, "_TIMEOUT", 0.2)

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        other = sqlite3.connect(tmp_path / "scim.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert await readiness(client) == (200, "ready")
        other.close()

    play(f"sqlite:///{tmp_path}/scim.db", scenario)
