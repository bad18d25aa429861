"""Caches that clients fill are bounded in bytes."""

import tracemalloc

import httpx
import pytest

from scimgen_server import ScimApp
from tests.server.apps import trees
from tests.server.inside import play, search_connection_of

MEGABYTE = 2**20
SHAPES = 260


@pytest.mark.parametrize("name", ["x", "urn:ietf:params:scim:schemas:core:2.0:User:x", "name."])
def test_long_attribute_names_are_not_kept(name: str) -> None:
    """A request can have an attribute name of a megabyte."""
    tree = trees()["User"]
    tracemalloc.start()
    try:
        for number in range(20):
            assert tree.find(name + str(number) + "x" * MEGABYTE) is None
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < MEGABYTE


def test_postgresql_keeps_few_plans_of_filters(postgresql_database: str) -> None:
    """Each form of a filter is another statement. A connection keeps the plans of some short ones."""
    names = ("title", "nickName", "displayName", "userName")

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        for number in range(SHAPES):
            parts = [f'{names[number >> (2 * place) & 3]} eq "x"' for place in range(5)]
            long = [f'name.familyName ne "{place}"' for place in range(number % 40)]
            response = await client.get("/Users", params={"filter": " or ".join(parts + long), "count": "0"})
            assert response.status_code == 200, response.text
        rows = await search_connection_of(app).rows(
            "SELECT count(*), max(length(statement)), sum(length(statement)) FROM pg_prepared_statements"
        )
        count, longest, total = map(int, rows[0])
        assert count <= 200
        assert longest <= 2500
        assert total < 300_000

    play(postgresql_database, scenario)
