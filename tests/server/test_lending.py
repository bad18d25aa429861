"""Connections to PostgreSQL, few for many requests: everybody gets one, and those that are dead are not lent again."""

import asyncio
import importlib
from typing import Any

import pytest

from templates.server.tests.databases import database_url

END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> ALL($1)"


@pytest.fixture
def url(crm: Any, request: pytest.FixtureRequest, tmp_path: Any) -> str:
    """An empty database."""
    return database_url(request, "postgresql", tmp_path)


async def opened(url: str, connections: int) -> Any:
    """The store, with so many connections at most."""
    store = importlib.import_module("crm.storage.postgres").PostgresStore(url, connections=connections)
    await store.open()
    return store


def in_use(store: Any) -> int:
    """How many connections are at work, as the metrics say."""
    return int(store.gauges()["scim_database_connections_in_use"][1])


@pytest.mark.parametrize("connections", [1, 2, 5])
def test_many_share_few(url: str, connections: int) -> None:
    """Reads and writes of any length, some of which fail or are given up: whoever waits gets a turn."""

    async def scenario() -> None:
        store = await opened(url, connections)

        async def read(number: int) -> int:
            rows = await store.connection.rows("SELECT ?::int, pg_sleep(?)", (number, number % 3 / 500))
            return int(rows[0][0])

        async def write(number: int) -> int:
            async def job(tx: Any) -> int:
                await tx.seed("default", "User", str(number))
                if number % 7 == 0:
                    raise LookupError(number)
                return number

            return int(await store.write(job))

        async def given_up(number: int) -> int:
            async with asyncio.timeout(0.02):
                await store.connection.rows("SELECT pg_sleep(30)")
            return number

        kinds = (read, read, write, given_up)
        tasks = [kinds[number % 4](number) for number in range(200)]
        outcomes = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 60)
        for number, outcome in enumerate(outcomes):
            if number % 4 == 3:
                assert isinstance(outcome, TimeoutError | store_error())
            elif number % 4 == 2 and number % 7 == 0:
                assert isinstance(outcome, LookupError)
            else:
                assert outcome == number
        assert in_use(store) == 0
        sizes = [value for name, (_, value) in store.gauges().items() if name.endswith(("connections", "max"))]
        assert sizes[0] <= connections == sizes[1]
        kept = {row[0] for row in await store.connection.rows("SELECT id FROM seeds")}
        assert kept == {str(number) for number in range(2, 200, 4) if number % 7}
        await store.close()

    asyncio.run(scenario())


def store_error() -> type[Exception]:
    """What a store raises whose database cannot be used."""
    return importlib.import_module("crm.storage.interface").StorageError  # type: ignore[no-any-return]


def test_a_connection_that_ended_is_lent_to_nobody(url: str) -> None:
    """The database has ended all of them, at rest or at work: the next statement gets a new one."""

    async def scenario() -> None:
        store = await opened(url, 3)
        other = await importlib.import_module("asyncpg").connect(url)
        for _ in range(3):
            reads = [store.connection.rows("SELECT pg_backend_pid(), pg_sleep(0.1)") for _ in range(3)]
            before = {row[0] for (row,) in await asyncio.gather(*reads)}
            at_work = asyncio.create_task(store.connection.rows("SELECT pg_sleep(30)"))
            await asyncio.sleep(0.1)
            assert in_use(store) == 1
            await other.execute(END, [other.get_server_pid()])
            with pytest.raises(store_error()):
                await asyncio.wait_for(at_work, 10)
            await asyncio.sleep(0.1)
            after = (await store.connection.rows("SELECT pg_backend_pid()"))[0][0]
            assert after not in before
            assert in_use(store) == 0
        await other.close()
        await asyncio.wait_for(store.close(), 10)

    asyncio.run(scenario())


def test_the_one_that_was_used_last_is_used_next(url: str) -> None:
    """One after another, all statements run on one connection: its statements are prepared already."""

    async def scenario() -> None:
        store = await opened(url, 5)
        found = {(await store.connection.rows("SELECT pg_backend_pid()"))[0][0] for _ in range(20)}
        assert len(found) == 1
        assert store.gauges()["scim_database_connections"][1] == 1
        await store.close()

    asyncio.run(scenario())
