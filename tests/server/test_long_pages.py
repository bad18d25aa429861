"""A page of up to 1,000 resources costs one search, and its bytes are bounded before they are read."""

from itertools import groupby
from typing import Any

import httpx
import pytest

from scimgen_server import ScimApp
from scimgen_server.ports.queries import Query
from scimgen_server.ports.resources import Transaction
from tests.server.inside import play, service_of
from tests.server.steps import USER

USERS = 350


async def insert_users(app: ScimApp, count: int, title: str) -> None:
    """Store many users, without HTTP."""
    service = service_of(app)
    builder = service.writer.builders["User"]

    async def job(tx: Transaction) -> None:
        for number in range(count):
            document = {"schemas": [USER], "userName": f"user{number:03}", "title": title}
            await tx.insert("default", builder.record(f"u{number:03}", document), "2026-01-31T09:30:00.000000Z")

    await service.store.write(lambda tx: tx.bulk_insert(job))


@pytest.mark.parametrize(
    "parameters",
    [
        {"filter": 'title co "engineer"'},
        {"filter": 'title co "engineer"', "sortBy": "title"},
        {"filter": 'title co "engineer"', "startIndex": 20},
        {"filter": 'title co "engineer"', "cursor": ""},
    ],
    ids=["filter", "sorted", "deep", "cursor"],
)
def test_a_condition_is_evaluated_for_a_long_page_once_and_for_the_total_once(
    statements: list[str], database: str, parameters: dict[str, Any]
) -> None:
    """A filter that no index serves, on a page of 300 of 350 users."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        await insert_users(app, USERS, "engineer")
        statements.clear()
        response = await client.get("/Users", params={"count": 300, **parameters})
        assert response.json()["totalResults"] == USERS
        assert len(response.json()["Resources"]) == 300
        # The layers of a connection report the same statement.
        searching = [text for text, _ in groupby(statements) if "instr(" in text or "strpos(" in text]
        assert len(searching) == 2, searching
        assert sum("count(*)" in text for text in searching) == 1

    play(database, scenario)


def test_a_page_with_all_matches_is_not_counted(statements: list[str], database: str) -> None:
    """The page is shorter than the client asked for, so its length is the total."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        await insert_users(app, USERS, "engineer")
        statements.clear()
        response = await client.get("/Users", params={"count": 1000, "filter": 'title co "engineer"'})
        assert response.json()["totalResults"] == USERS == len(response.json()["Resources"])
        assert not any("count(*)" in text for text in statements)

    play(database, scenario)


@pytest.mark.parametrize("sorts", [False, True])
def test_a_store_reads_only_the_resources_that_fit(database: str, sorts: bool) -> None:
    """A store returns what fits, the number of all matches, and that some were left out."""

    async def scenario(_: httpx.AsyncClient, app: ScimApp) -> None:
        await insert_users(app, USERS, "x" * 1000)
        store = service_of(app).store
        tree = service_of(app).trees["User"]
        title = tree.find("title")
        assert title is not None
        sort_by = {"User": title} if sorts else None
        query = Query([(tree, None)], count=300, max_bytes=10_000, sort_by=sort_by)
        page = await store.search("default", query)
        assert page.total == USERS
        assert page.is_cut
        assert 5 < len(page.items) < 10
        assert [one.id for one in page.items] == [f"u{number:03}" for number in range(len(page.items))]
        assert sum(len(one.body) for one in page.items) <= 10_000

    play(database, scenario)
