"""Health probes and metrics."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from scimgen_server import ScimApp, Settings, Store, build_app
from scimgen_server.operations.metrics import Metrics
from scimgen_server.ports.outbox import Event
from scimgen_server.testing.memory import MemoryStore
from tests.server.apps import every_application
from tests.server.inside import client as client_of
from tests.server.inside import play, service_of
from tests.server.processes import HEADERS, KillablePostgres, Server, servers
from tests.server.processes import killable_postgres as killable_postgres


def values(client_text: str) -> dict[str, float]:
    """The values of the text format of Prometheus, by name and labels."""
    lines = [line for line in client_text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_metrics_count_responses(database: str) -> None:
    """By method, route template and status. Unknown paths share one series."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        for name in ("ada", "ada", "grace"):
            await client.post("/Users", json={"userName": name})
        for made_up in range(5):
            await client.get(f"/Users/{made_up}")
            await client.get(f"/Made/Up/{made_up}")
            await client.request(f"MADE{made_up}", "/Users")
        response = await client.get("http://h/metrics")
        assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        found = values(response.text)
        assert found['scim_requests_total{method="POST",route="/Users",status="201"}'] == 2
        assert found['scim_requests_total{method="POST",route="/Users",status="409"}'] == 1
        assert found['scim_requests_total{method="GET",route="/Users/{id}",status="404"}'] == 5
        assert found['scim_requests_total{method="GET",route="",status="404"}'] == 5
        assert found['scim_requests_total{method="other",route="/Users",status="405"}'] == 5
        assert found['scim_request_seconds_bucket{method="POST",route="/Users",le="+Inf"}'] == 3
        assert found['scim_request_seconds_count{method="POST",route="/Users"}'] == 3
        assert 0 < found['scim_request_seconds_sum{method="POST",route="/Users"}'] < 10
        assert len([name for name in found if "requests_total" in name]) == 5
        assert found["scim_database_up"] == 1
        assert found["scim_outbox_events"] == 0
        busy = "scim_writes_waiting" if database.startswith("sqlite") else "scim_database_connections_in_use"
        assert found[busy] == 0

    play(database, scenario, metrics=True)


def test_buckets_are_cumulative() -> None:
    """`le` means at most. The last bucket counts everything."""
    counted = Metrics()
    for seconds in (0.001, 0.0011, 0.4, 99):
        counted.observe("GET", '/a"\\\n', 200, seconds)
    found = values("\n".join(counted.requests()))
    labels = 'method="GET",route="/a\\"\\\\\\n"'
    buckets = [value for name, value in found.items() if name.startswith("scim_request_seconds_bucket{" + labels)]
    assert buckets == [1, 2, 2, 2, 3, 3, 3, 4]
    assert found["scim_request_seconds_sum{" + labels + "}"] == pytest.approx(99.4021)


def test_metrics_show_the_backlog_of_events(new_store: Callable[[], Store]) -> None:
    """How many events wait, for how long, and how many are dead."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        store = service_of(app).store
        long_ago = [Event("default", "nobody", f"user{number}", "{}") for number in range(3)]
        await store.write(lambda tx: tx.outbox.put(long_ago, "2020-01-01T00:00:00.000000Z"))
        first, *_ = await store.outbox.due("2030", "2031", 10)
        await store.write(lambda tx: tx.outbox.failed(first.position, "2020", "gone", dead=True))
        found = values((await client.get("http://h/metrics")).text)
        assert found["scim_outbox_events"] == 2
        assert found["scim_outbox_dead_letters"] == 1
        assert found["scim_outbox_oldest_seconds"] > 6 * 365 * 86400

    play(new_store(), scenario, metrics=True)


def test_metrics_are_off_by_default(new_store: Callable[[], Store]) -> None:
    """SCIM_METRICS enables them."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        assert (await client.get("http://h/metrics")).status_code == 404
        assert (await client.get("http://h/readyz")).status_code == 200

    play(new_store(), scenario)
    assert Settings.from_environment({"SCIM_METRICS": "1", "SCIM_TOKEN": "t"}).metrics
    assert not Settings.from_environment({"SCIM_TOKEN": "t"}).metrics


def test_it_is_not_ready_before_start_up_and_after_shutdown() -> None:
    """It is alive all the time."""
    scim_app = ScimApp(every_application(), settings=Settings(tokens=("t",), weak_secrets=True), store=MemoryStore())

    async def run() -> None:
        async with client_of(build_app(scim_app)) as session:

            async def answers() -> list[int]:
                return [(await session.get(f"http://h/{name}")).status_code for name in ("healthz", "readyz")]

            assert await answers() == [200, 503]
            async with scim_app.lifespan():
                assert await answers() == [200, 200]
            assert await answers() == [200, 503]

    asyncio.run(run())


@pytest.mark.slow
def test_a_locked_sqlite_file_is_503_until_it_is_released(project: Path, tmp_path: Path) -> None:
    """Writes fail after a timeout, reads work. Later writes succeed."""
    server = Server(project, tmp_path, f"sqlite:///{tmp_path}/x.db").start()
    try:
        with httpx.Client(base_url=server.base_url, headers=HEADERS, timeout=30) as client:
            holder = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
            holder.execute("BEGIN IMMEDIATE")
            response = client.post("/Users", json={"userName": "ada"})
            assert response.status_code == 503, response.text
            assert response.json()["detail"] == "The database cannot be used at the moment; try again."
            assert response.headers["retry-after"]
            assert client.get("/Users").json()["totalResults"] == 0
            holder.execute("ROLLBACK")
            assert client.post("/Users", json={"userName": "ada"}).status_code == 201
        assert not server.failures()
    finally:
        server.kill()


def test_without_its_database_it_is_not_ready(
    project: Path, tmp_path: Path, killable_postgres: KillablePostgres
) -> None:
    """503 with a SCIM error while PostgreSQL is gone. It recovers without a restart, and is alive all the time."""
    with servers(1, project, tmp_path, killable_postgres.url, SCIM_METRICS="1") as (server,):
        with httpx.Client(base_url=server.base_url, headers=HEADERS, timeout=30) as client:
            assert client.post("/Users", json={"userName": "ada"}).status_code == 201
            killable_postgres.kill()
            server.wait("/readyz", 503)
            for response in (client.get("/Users"), client.post("/Users", json={"userName": "grace"})):
                assert response.status_code == 503, response.text
                assert response.json()["detail"] == "The database cannot be used at the moment; try again."
            assert httpx.get(f"{server.url}/healthz").status_code == 200
            assert values(httpx.get(f"{server.url}/metrics").text)["scim_database_up"] == 0
            killable_postgres.start()
            server.wait()
            assert client.post("/Users", json={"userName": "grace"}).status_code == 201
            assert client.get("/Users").json()["totalResults"] == 2
        assert not server.failures()
