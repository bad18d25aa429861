"""What a store must get right at its edges: jumps while others write, large groups, what a description has dropped."""

import asyncio
import importlib
import json
import tracemalloc
from pathlib import Path
from typing import Any

import httpx
import pytest

from templates.server.tests.databases import database_url
from tests.server.inside import play

LICENSE = "urn:acme:scim:schemas:extension:crm:1.0:License"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
MEMBERS = 3000


async def crawled(client: httpx.AsyncClient, count: int) -> list[str]:
    """The names of all users, page after page."""
    names: list[str] = []
    while True:
        page = (await client.get("/Users", params={"startIndex": len(names) + 1, "count": count})).json()
        names += [user["userName"] for user in page["Resources"]]
        if len(names) >= page["totalResults"]:
            return names


def test_a_jump_while_somebody_writes_loses_nobody_later(crm: Any, database: str) -> None:
    """Between the total and the page of a jump to the end: every later crawl meets each user once."""

    async def scenario(client: httpx.AsyncClient, app: Any) -> None:
        for number in range(20):
            await client.post("/Users", json={"userName": f"u{number:02}"})
        connection = app.service.store.connection
        original = connection.rows

        async def raced(statement: str, parameters: Any = ()) -> Any:
            found = await original(statement, parameters)
            if "FROM totals" in statement and "resources" not in statement:
                connection.rows = original
                assert (await client.post("/Users", json={"userName": "late"})).status_code == 201
            return found

        connection.rows = raced
        page = (await client.get("/Users", params={"startIndex": 16, "count": 4})).json()
        assert connection.rows == original, "nobody has written meanwhile"
        assert [user["userName"] for user in page["Resources"]] == [f"u{number:02}" for number in range(15, 19)]
        for count in (5, 3, 7):
            assert await crawled(client, count) == [*(f"u{number:02}" for number in range(20)), "late"]

    play(database, scenario)


def test_a_large_group_is_read_in_proportion(crm: Any, tmp_path: Path) -> None:
    """Its members are there once, and cost what they are, not their square."""

    async def scenario(client: httpx.AsyncClient, app: Any) -> None:
        store = app.service.store
        records = importlib.import_module("crm.scim.records")
        users, groups = (records.Layout(app.service.trees[name]) for name in ("User", "Group"))

        async def fill(tx: Any) -> int:
            group = await tx.insert("default", groups.record("g", {"schemas": [], "displayName": "g"}), "")
            for number in range(MEMBERS):
                user = users.record(f"u{number}", {"schemas": [], "userName": f"u{number}"})
                stored = await tx.insert("default", user, "")
                await tx.link("default", group.key, "members", {stored.key: False})
            return int(group.key)

        key = await store.write(fill)
        tracemalloc.start()
        linked = (await store.links("default", [key], ["members"]))[key]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert [one.id for one in linked] == [f"u{number}" for number in range(MEMBERS)]
        assert peak < 2000 * MEMBERS

    play(f"sqlite:///{tmp_path}/scim.db", scenario)


def test_filters_on_links_need_no_statistics(crm: Any, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """In the first minute PostgreSQL has counted nothing: what took minutes then is looked up along the links."""
    database = database_url(request, "postgresql", tmp_path)

    async def scenario(client: httpx.AsyncClient, app: Any) -> None:
        connection = app.service.store.connection
        for table in ("resources", "links"):
            await connection.run(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
        await connection.run(_USERS)
        await connection.run(_GROUPS)
        await connection.run(_MEMBERS)
        location = "http://h/scim/v2/Users/u7"
        for path, condition, ids in (
            ("/Groups", f'members.$ref eq "{location}"', ["g7"]),
            ("/Groups", 'members.value eq "u7"', ["g7"]),
            ("/Users", 'groups[value eq "g7" and type eq "direct"] and id eq "u7"', ["u7"]),
        ):
            asked = client.get(path, params={"filter": condition})
            found = (await asyncio.wait_for(asked, 20)).json()
            assert [one["meta"]["location"].rpartition("/")[2] for one in found["Resources"]] == ids, condition

    play(database, scenario)


_INTO = "INSERT INTO resources (tenant, type, id, version, created, modified, display, body, folded)"
_ROW = "1, '', '', '', '{\"schemas\":[]}'::bytea, '{}'"
_USERS = f"{_INTO} SELECT 'default', 'User', 'u' || n, {_ROW} FROM generate_series(1, {MEMBERS}) n"
_GROUPS = f"{_INTO} SELECT 'default', 'Group', 'g' || n, {_ROW} FROM generate_series(1, 200) n"
_MEMBERS = """
INSERT INTO links (tenant, link, source, target, is_primary) SELECT 'default', 'members', g.key, u.key, 0
FROM resources g JOIN resources u ON u.type = 'User' AND g.id = 'g' || (substr(u.id, 2)::int % 200)
WHERE g.type = 'Group'"""


def test_what_a_list_held_that_is_unknown_now_stays_hidden(crm: Any, tmp_path: Path) -> None:
    """Where a write leaves the list alone, and no attribute of the type is hidden."""

    async def scenario(client: httpx.AsyncClient, app: Any) -> None:
        extension = {"tier": "pro", "limits": [{"name": "seats", "value": 1}]}
        given = {"id": "x", "displayName": "X", LICENSE: extension}
        location = (await client.post("/Licenses", json=given)).json()["meta"]["location"]
        tree = app.service.trees["License"]
        assert not any(one.hidden for one in tree.walk()), "then the whole is compared anyway"
        resource_id = location.rpartition("/")[2]

        async def as_earlier(tx: Any) -> None:
            stored = await tx.get("default", "License", resource_id)
            whole = json.loads(stored.body)
            whole[LICENSE]["limits"][0]["legacy"] = "kept"
            layout = app.service.writer.layouts["License"]
            record = layout.record(resource_id, {name: value for name, value in whole.items() if name != "id"})
            assert b"legacy" not in record.body and b"legacy" in record.whole
            await tx.update("default", stored, record, record, "")

        await app.service.store.write(as_earlier)
        rename = {"schemas": [PATCH], "Operations": [{"op": "replace", "value": {"displayName": "Y"}}]}
        for answer in (await client.patch(location, json=rename), await client.get(location)):
            assert answer.json()["displayName"] == "Y"
            assert "legacy" not in answer.text
        stored = await app.service.store.get("default", "License", resource_id)
        assert b'"legacy":"kept"' in stored.whole

    play(f"sqlite:///{tmp_path}/scim.db", scenario)
