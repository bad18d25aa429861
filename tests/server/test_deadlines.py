"""Expensive searches, foreign locks and clients that leave: each ends at its limit, and others are served."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped]
import httpx
import pytest
from starlette.types import Message, Scope

from scimgen_server import ScimApp, Store
from scimgen_server.ports.resources import Transaction
from tests.server.inside import play, service_of
from tests.server.steps import PATCH, USER

T = TypeVar("T")

USERS = 1500
TERMS = " or ".join(f'value co "absent{number}"' for number in range(190))
EXPENSIVE = {"filter": f"emails[{TERMS}]"}


async def insert_users(app: ScimApp) -> None:
    """Store many users, without HTTP."""
    service = service_of(app)
    builder = service.writer.builders["User"]
    emails = [{"value": f"address{number}@example.com"} for number in range(10)]

    async def job(tx: Transaction) -> None:
        for number in range(USERS):
            document = {"schemas": [USER], "userName": f"user{number}", "emails": emails}
            await tx.insert("default", builder.record(f"u{number}", document), "2026-01-31T09:30:00.000000Z")

    await service.store.write(lambda tx: tx.bulk_insert(job))


async def answered_during(client: httpx.AsyncClient, work: "asyncio.Task[T]") -> tuple[T, list[float]]:
    """The result of some work, and how long each of the small requests took that were sent meanwhile."""
    times: list[float] = []
    await asyncio.sleep(0.02)
    while not work.done():
        began = time.perf_counter()
        response = await client.get("/Users/u7")
        assert response.status_code == 200, response.text
        times.append(time.perf_counter() - began)
        await asyncio.sleep(0.002)
    return await work, times


def test_an_expensive_search_is_refused_and_delays_nobody(database: str) -> None:
    """400 tooMany after the limit. Other requests are answered while it runs."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        await insert_users(app)
        search = asyncio.create_task(client.get("/Users", params=EXPENSIVE))
        response, times = await answered_during(client, search)
        assert response.status_code == 400, response.text
        assert response.json()["scimType"] == "tooMany"
        assert "takes too long" in response.json()["detail"]
        assert len(times) > 5
        assert (await client.get("/Users", params={"filter": 'userName eq "user7"'})).json()["totalResults"] == 1

    play(database, scenario, statement_seconds=0.3)


def test_many_expensive_searches_leave_room_for_others(database: str) -> None:
    """Twelve at the same time: some run until their limit, the others are refused. Nobody else waits for them."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        await insert_users(app)
        searches = [client.post("/Users/.search", json=EXPENSIVE) for _ in range(12)]
        task = asyncio.create_task(gather(searches))
        responses, times = await answered_during(client, task)
        statuses = {response.status_code for response in responses}
        assert {400, 429} <= statuses <= {400, 429, 503}
        assert all(one.headers["retry-after"] for one in responses if one.status_code != 400)
        assert len(times) > 5

    play(database, scenario, statement_seconds=0.3, pool_seconds=0.2)


async def gather(work: list[Awaitable[T]]) -> list[T]:
    """The results of several calls."""
    return list(await asyncio.gather(*work))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_search_of_a_client_that_left_is_cancelled(database: str, method: str) -> None:
    """Its statement ends in the database too, long before its limit."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        await insert_users(app)
        began = time.perf_counter()
        await search_and_leave(app, method)
        assert time.perf_counter() - began < 5
        for _ in range(200):
            if not await running_searches(database, service_of(app).store):
                break
            await asyncio.sleep(0.01)
        else:
            raise AssertionError("the search still runs")

    play(database, scenario, statement_seconds=60)


async def search_and_leave(app: ScimApp, method: str) -> None:
    """Send an expensive search and disconnect while it runs."""
    query = str(httpx.QueryParams(EXPENSIVE)).encode()
    body = b""
    path = "/Users"
    if method == "POST":
        query, path = b"", "/Users/.search"
        body = httpx.Request("POST", "http://h", json=EXPENSIVE).content
    scope: Scope = {
        "type": "http",
        "method": method,
        "path": path,
        "root_path": "",
        "query_string": query,
        "headers": [(b"authorization", b"Bearer t"), (b"host", b"h"), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
        "scheme": "http",
        "server": ("h", 80),
    }
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[Message] = []

    async def receive() -> Message:
        if messages:
            return messages.pop()
        await asyncio.sleep(0.1)
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    assert sent[0]["status"] == 400


async def running_searches(database: str, store: Store) -> int:
    """How many statements of the server still run."""
    if database.startswith("sqlite"):
        return int(store.gauges()["scim_long_reads"][1])  # type: ignore[attr-defined]
    async with connected(database) as connection:
        return int(
            await connection.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'scim' AND state = 'active'"
                " AND datname = current_database()"
            )
        )


@asynccontextmanager
async def connected(database: str) -> AsyncGenerator[Any]:
    """A connection of another program to a PostgreSQL database."""
    connection = await asyncpg.connect(database)
    try:
        yield connection
    finally:
        await connection.close()


def test_a_foreign_lock_delays_only_its_resource(postgresql_database: str) -> None:
    """Thirteen changes of a locked user: 503 after the limit. Everything else is answered meanwhile."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        await insert_users(app)
        operation = {"op": "replace", "path": "title", "value": "x"}
        body = {"schemas": [PATCH], "Operations": [operation]}
        async with connected(postgresql_database) as other:
            transaction = other.transaction()
            await transaction.start()
            await other.fetch("SELECT 1 FROM scim.resources WHERE id = 'u1' FOR UPDATE")
            changes = [client.patch("/Users/u1", json=body) for _ in range(13)]
            responses, times = await answered_during(client, asyncio.create_task(gather(changes)))
            await transaction.rollback()
        assert {response.status_code for response in responses} == {503}
        assert all(response.headers["retry-after"] for response in responses)
        assert len(times) > 20
        assert (await client.patch("/Users/u1", json=body)).status_code == 200

    play(postgresql_database, scenario, lock_seconds=0.3, pool_seconds=1)


def test_a_write_waits_for_a_locked_file_until_the_limit(tmp_path: Path) -> None:
    """The log names the lock, so that it is not taken for damage."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        other = sqlite3.connect(tmp_path / "scim.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        began = time.perf_counter()
        response = await client.post("/Users", json={"userName": "ada"})
        assert response.status_code == 503
        assert time.perf_counter() - began < 3
        assert (await client.get("/Users")).json()["totalResults"] == 0
        other.execute("ROLLBACK")
        assert (await client.post("/Users", json={"userName": "ada"})).status_code == 201
        other.close()

    play(f"sqlite:///{tmp_path}/scim.db", scenario, lock_seconds=0.2)
