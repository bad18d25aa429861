"""The connection pool of PostgreSQL: few connections for many requests, and no dead connection is used again."""

import asyncio
from typing import Any

import asyncpg  # type: ignore[import-untyped]
import pytest

from scimgen_server import StorageError
from scimgen_server.storage.postgres import PostgresStore

END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> ALL($1)"


async def open_store(url: str, connections: int) -> PostgresStore:
    """An open store with a maximum of connections."""
    store = PostgresStore(url, connections=connections)
    await store.open()
    return store


def in_use(store: PostgresStore) -> int:
    """How many connections are in use, from the metrics."""
    return int(store.gauges()["scim_database_connections_in_use"][1])


@pytest.mark.parametrize("connections", [1, 2, 5])
def test_many_requests_share_few_connections(postgresql_database: str, connections: int) -> None:
    """Reads and writes of different lengths, some of which fail or are cancelled. None waits for ever."""

    async def scenario() -> None:
        store = await open_store(postgresql_database, connections)

        async def read(number: int) -> int:
            rows = await store.connection.rows("SELECT ?::int, pg_sleep(?)", (number, number % 3 / 500))
            return int(rows[0][0])

        async def write(number: int) -> int:
            async def job(tx: Any) -> int:
                await tx.mark_seeded("default", "User", str(number))
                if number % 7 == 0:
                    raise LookupError(number)
                return number

            return int(await store.write(job))

        async def cancelled(number: int) -> int:
            async with asyncio.timeout(0.02):
                await store.connection.rows("SELECT pg_sleep(10)")
            return number

        kinds = (read, read, write, cancelled)
        tasks = [kinds[number % 4](number) for number in range(200)]
        outcomes = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 60)
        for number, outcome in enumerate(outcomes):
            if number % 4 == 3:
                assert isinstance(outcome, TimeoutError | StorageError)
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


def test_a_closed_connection_is_not_used_again(postgresql_database: str) -> None:
    """The database has closed all of them, idle or in use. The next statement gets a new one."""

    async def scenario() -> None:
        store = await open_store(postgresql_database, 3)
        other = await asyncpg.connect(postgresql_database)
        for _ in range(3):
            reads = [store.connection.rows("SELECT pg_backend_pid(), pg_sleep(0.1)") for _ in range(3)]
            before = {row[0] for (row,) in await asyncio.gather(*reads)}
            at_work = asyncio.create_task(store.connection.rows("SELECT pg_sleep(30)"))
            await asyncio.sleep(0.1)
            assert in_use(store) == 1
            await other.execute(END, [other.get_server_pid()])
            with pytest.raises(StorageError):
                await asyncio.wait_for(at_work, 10)
            await asyncio.sleep(0.1)
            after = (await store.connection.rows("SELECT pg_backend_pid()"))[0][0]
            assert after not in before
            assert in_use(store) == 0
        await other.close()
        await asyncio.wait_for(store.close(), 10)

    asyncio.run(scenario())


def test_the_connection_that_was_used_last_is_used_next(postgresql_database: str) -> None:
    """Statements one after another run on one connection, which has prepared them already."""

    async def scenario() -> None:
        store = await open_store(postgresql_database, 5)
        found = {(await store.connection.rows("SELECT pg_backend_pid()"))[0][0] for _ in range(20)}
        assert len(found) == 1
        assert store.gauges()["scim_database_connections"][1] == 1
        await store.close()

    asyncio.run(scenario())
