"""One client with many expensive searches: another client's expensive search runs all the same."""

import asyncio
import time
from typing import Any

import httpx

from scimgen_server import ScimApp
from tests.server.inside import play
from tests.server.test_deadlines import EXPENSIVE, gather, insert_users

GREEDY = {"Authorization": "Bearer t"}
MODEST = {"Authorization": httpx.BasicAuth("okta", "s:cret")._auth_header}
LIMITS: dict[str, Any] = {"basic": "okta:s:cret", "statement_seconds": 0.5, "pool_seconds": 0.3}


async def search(client: httpx.AsyncClient, headers: dict[str, str]) -> httpx.Response:
    """Send an expensive search."""
    return await client.post("/Users/.search", json=EXPENSIVE, headers=headers)


def begin(client: httpx.AsyncClient, count: int) -> "asyncio.Task[list[httpx.Response]]":
    """Send expensive searches of the greedy client at the same time."""
    return asyncio.create_task(gather([search(client, GREEDY) for _ in range(count)]))


def test_one_token_never_has_all_long_searches(database: str) -> None:
    """Those beyond its share are refused with 429. The other token's search runs until its own limit."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        await insert_users(app)
        greedy = begin(client, 8)
        await asyncio.sleep(0.4)
        modest = await search(client, MODEST)
        assert modest.status_code == 400, modest.text
        assert modest.json()["scimType"] == "tooMany"
        responses = await greedy
        assert {400, 429} <= {response.status_code for response in responses} <= {400, 429, 503}
        refused = [response for response in responses if response.status_code == 429]
        assert all(int(response.headers["retry-after"]) >= 1 for response in refused)
        assert "long searches at the same time" in refused[0].json()["detail"]

    play(database, scenario, **LIMITS)


def test_a_search_does_not_wait_for_those_of_another_token_that_came_before(database: str) -> None:
    """Ten searches of one token wait when the first one of the other comes. It waits for none of them."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        await insert_users(app)
        greedy = begin(client, 10)
        await asyncio.sleep(0.4)
        began = time.perf_counter()
        modest = await search(client, MODEST)
        took = time.perf_counter() - began
        assert modest.status_code == 400
        assert took < 2
        await greedy

    play(database, scenario, **{**LIMITS, "pool_seconds": 5})


def test_a_cheap_request_of_a_token_does_not_wait_for_its_long_searches(database: str) -> None:
    """Only long reads are shared out."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        await insert_users(app)
        greedy = begin(client, 4)
        await asyncio.sleep(0.4)
        for _ in range(5):
            found = await client.get("/Users", params={"filter": 'userName eq "user7"'}, headers=GREEDY)
            assert found.json()["totalResults"] == 1
        assert not greedy.done()
        await greedy

    play(database, scenario, **{**LIMITS, "pool_seconds": 1})


def test_the_slots_of_searches_that_were_cancelled_are_free_again(database: str) -> None:
    """Clients leave while their searches run and while they wait."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        await insert_users(app)
        tasks = [asyncio.create_task(search(client, headers)) for headers in (GREEDY, MODEST) * 3]
        await asyncio.sleep(0.4)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        responses = await gather([search(client, GREEDY), search(client, MODEST)])
        assert [response.status_code for response in responses] == [400, 400]

    play(database, scenario, **LIMITS)
