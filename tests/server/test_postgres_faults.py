"""Faults of PostgreSQL: requests are answered with 503 within their limits, and nothing acknowledged is lost.

The server recovers by itself, and `/readyz` is red in the meantime.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import httpx
import pytest

from scimgen_server import ScimApp, StorageError
from scimgen_server.operations import probes
from scimgen_server.ports.limits import Limits
from scimgen_server.storage import watchdog
from scimgen_server.storage.postgres import PostgresStore
from scimgen_server.testing.databases import new_database
from tests.server.inside import play
from tests.server.processes import KillablePostgres
from tests.server.steps import PATCH

LIMITS = {"statement_seconds": 1, "lock_seconds": 0.5, "pool_seconds": 1}
LONGEST = 5
"""Seconds that a request takes at most with these limits."""


@pytest.fixture(scope="module")
def postgres() -> Iterator[KillablePostgres]:
    """A PostgreSQL server for the tests of this file."""
    with tempfile.TemporaryDirectory(prefix="postgresql-", ignore_cleanup_errors=True) as folder:
        server = KillablePostgres(folder)
        yield server
        server.close()


@pytest.fixture
def url(postgres: KillablePostgres, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an empty database on it. `/readyz` writes at each request."""
    monkeypatch.setattr(probes, "_WRITE_SECONDS", 0)
    return new_database(postgres.url)


@dataclass
class Client:
    """A client that remembers which users were created, and how long the longest request took."""

    http: httpx.AsyncClient
    created: list[str] = field(default_factory=list)
    longest: float = 0

    async def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send a request, which must be answered in time. A 503 has Retry-After."""
        began = time.monotonic()
        async with asyncio.timeout(3 * LONGEST):
            response = await self.http.request(method, path, **more)
        self.longest = max(self.longest, time.monotonic() - began)
        assert response.status_code < 500 or response.status_code == 503, response.text
        assert response.status_code != 503 or response.headers["retry-after"], response.text
        return response

    async def create(self) -> int:
        name = f"user-{len(self.created)}-{time.monotonic_ns()}"
        response = await self.send("POST", "/Users", json={"userName": name})
        if response.status_code == 201:
            self.created.append(response.json()["id"])
        return response.status_code

    async def statuses(self) -> set[int]:
        """The statuses of a read, a search, an expensive search and a write, sent at the same time."""
        user = f"/Users/{self.created[0]}"
        operation = {"op": "replace", "path": "title", "value": str(time.monotonic_ns())}
        searches = [self.send("GET", f"/Users?filter={one}") for one in ('userName eq "x"', 'title co "x"')]
        change = self.send("PATCH", user, json={"schemas": [PATCH], "Operations": [operation]})
        found = await asyncio.gather(self.send("GET", user), *searches, change)
        return {one.status_code for one in found} | {await self.create()}

    async def readiness(self) -> int:
        async with asyncio.timeout(3 * LONGEST):
            return (await self.http.get("http://h/readyz")).status_code

    async def recovered(self) -> None:
        """Wait until it serves again, and check that nothing is lost."""
        for _ in range(100):
            if await self.readiness() == 200 and await self.create() == 201:
                break
            await asyncio.sleep(0.1)
        assert await self.readiness() == 200
        assert await self.statuses() == {200, 201}
        for user in self.created:
            assert (await self.send("GET", f"/Users/{user}")).status_code == 200
        assert self.longest < LONGEST, self.longest


def playing(url: str, scenario: Callable[[Client], Any]) -> None:
    """Play a scenario with a client of a server that works."""

    async def run(http: httpx.AsyncClient, app: ScimApp) -> None:
        client = Client(http)
        assert await client.create() == 201
        assert await client.readiness() == 200
        await scenario(client)
        await client.recovered()

    play(url, run, **LIMITS)


@asynccontextmanager
async def connected(url: str) -> AsyncGenerator[Any]:
    """A connection of another program."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


def test_a_restart_is_survived(postgres: KillablePostgres, url: str) -> None:
    """While several clients write."""

    async def scenario(client: Client) -> None:
        restart = asyncio.create_task(asyncio.to_thread(postgres.restart))
        seen: set[int] = set()
        while not restart.done():
            seen |= set(await asyncio.gather(*(client.create() for _ in range(4))))
        await restart
        assert seen <= {201, 503}

    playing(url, scenario)


def test_tables_that_another_session_locks(url: str) -> None:
    """Reads and writes wait as long as they may."""

    async def scenario(client: Client) -> None:
        async with connected(url) as other, other.transaction():
            await other.execute("LOCK TABLE scim.resources, scim.leases IN ACCESS EXCLUSIVE MODE")
            assert await client.readiness() == 503
            assert await client.statuses() == {503}

    playing(url, scenario)


def test_a_frozen_database_holds_no_request_for_ever(postgres: KillablePostgres, url: str) -> None:
    """It still accepts connections, but answers nothing, like one whose machine is gone."""

    async def scenario(client: Client) -> None:
        assert await client.statuses() == {200, 201}
        with postgres.frozen():
            assert await client.statuses() == {503}
            assert await client.readiness() == 503
            assert await client.statuses() == {503}

    playing(url, scenario)


def test_a_frozen_commit_and_the_close_end_in_time(
    postgres: KillablePostgres, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A COMMIT without an answer may have happened, so it is not tried again. Free connections are closed, too."""
    monkeypatch.setattr(watchdog, "_MORE_SECONDS", 0)

    async def scenario() -> None:
        store = PostgresStore(url)
        store.limit(Limits(statement=1, lock=1, pool=1))
        await store.open()
        await asyncio.gather(*(store.ping() for _ in range(3)))

        async def job(tx: Any) -> None:
            await tx.mark_seeded("default", "User", "1")
            frozen.enter_context(postgres.frozen())

        with ExitStack() as frozen:
            async with asyncio.timeout(LONGEST):
                with pytest.raises(StorageError, match="has not answered for 1 s"):
                    await store.write(job)
            async with asyncio.timeout(LONGEST):
                await store.close()

    asyncio.run(scenario())


def test_what_has_no_limits_has_no_deadline(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exclusive transactions and backups. A transaction of many short statements may be long, too."""
    monkeypatch.setattr(watchdog, "_MORE_SECONDS", 0)
    monkeypatch.setattr(watchdog, "_TICK_SECONDS", 0.05)

    async def scenario() -> None:
        store = PostgresStore(url)
        store.limit(Limits(statement=0.2))
        await store.open()

        async def exclusive(tx: Any) -> None:
            await tx.exclusive()
            await tx.connection.rows("SELECT pg_sleep(0.5)")

        async def many(tx: Any) -> None:
            for _ in range(6):
                await tx.connection.rows("SELECT pg_sleep(0.1)")

        await store.write(exclusive)
        await store.write(many)
        async with store.snapshot() as stream:
            assert [row[0] async for row in stream("SELECT 1 FROM pg_sleep(0.5)")] == [1]
        await store.close()

    asyncio.run(scenario())


END = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'scim'"


async def take_all(url: str, connections: list[Any]) -> None:
    """Connect until PostgreSQL refuses it."""
    with pytest.raises(asyncpg.TooManyConnectionsError):
        while len(connections) < 1000:
            connections.append(await asyncpg.connect(url))


def test_no_connection_is_left(url: str) -> None:
    """Other programs have taken all of them, and the server has lost its own."""

    async def scenario(client: Client) -> None:
        others: list[Any] = []
        async with connected(url) as other:
            try:
                await take_all(url, others)
                while await other.fetch(END):
                    await take_all(url, others)
                assert await client.readiness() == 503
                assert await client.statuses() == {503}
            finally:
                for one in others:
                    await one.close()

    playing(url, scenario)


def test_a_read_only_database_refuses_writes(url: str) -> None:
    """Reads are answered. The setting changes while the server is connected."""

    async def set_read_only(value: str) -> None:
        async with connected(url) as other:
            await other.execute(f"ALTER SYSTEM SET default_transaction_read_only = {value}")
            await other.execute("SELECT pg_reload_conf()")
        await asyncio.sleep(0.2)

    async def scenario(client: Client) -> None:
        await set_read_only("on")
        try:
            assert await client.readiness() == 503
            assert await client.statuses() == {200, 503}
            assert await client.create() == 503
        finally:
            async with connected(url) as other:
                await other.execute("SET default_transaction_read_only = off")
                await other.execute("ALTER SYSTEM RESET default_transaction_read_only")
                await other.execute("SELECT pg_reload_conf()")
            await asyncio.sleep(0.2)

    playing(url, scenario)
