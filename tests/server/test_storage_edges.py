"""Edge cases of the SQL stores: pages while others write, large groups, attributes that the description dropped."""

import asyncio
import json
import tracemalloc
from typing import Any

import httpx

from scimgen_server import ScimApp
from scimgen_server.ports.resources import LinkUpdate, Transaction
from scimgen_server.schema.records import RecordBuilder
from tests.server.inside import connection_of, play, search_connection_of, service_of

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


def test_a_write_during_a_jump_to_a_page_hides_no_user_later(database: str) -> None:
    """A user is created between the total and the page of a jump to the end. Later crawls find each user once."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        for number in range(20):
            await client.post("/Users", json={"userName": f"u{number:02}"})
        connection: Any = search_connection_of(app)
        original = connection.rows

        async def raced(statement: str, parameters: Any = ()) -> Any:
            found = await original(statement, parameters)
            if "FROM totals" in statement and "resources" not in statement:
                connection.rows = original
                assert (await client.post("/Users", json={"userName": "late"})).status_code == 201
            return found

        connection.rows = raced
        page = (await client.get("/Users", params={"startIndex": 16, "count": 4})).json()
        assert connection.rows == original, "no write in between"
        assert [user["userName"] for user in page["Resources"]] == [f"u{number:02}" for number in range(15, 19)]
        for count in (5, 3, 7):
            assert await crawled(client, count) == [*(f"u{number:02}" for number in range(20)), "late"]

    play(database, scenario)


def test_the_cost_of_a_large_group_is_linear(sqlite_database: str) -> None:
    """The members are there once, and the memory grows with their number, not its square."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        service = service_of(app)
        store = service.store
        users, groups = (RecordBuilder(service.trees[name]) for name in ("User", "Group"))

        async def fill(tx: Transaction) -> int:
            group = await tx.insert("default", groups.record("g", {"schemas": [], "displayName": "g"}), "")
            for number in range(MEMBERS):
                user = users.record(f"u{number}", {"schemas": [], "userName": f"u{number}"})
                stored = await tx.insert("default", user, "")
                await tx.link("default", group.key, LinkUpdate("members", {stored.key: False}))
            return group.key

        key = await store.write(fill)
        tracemalloc.start()
        linked = (await store.links("default", [key], ["members"]))[key]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert [one.id for one in linked] == [f"u{number}" for number in range(MEMBERS)]
        assert peak < 2000 * MEMBERS

    play(sqlite_database, scenario)


def test_filters_on_links_need_no_statistics(postgresql_database: str) -> None:
    """A new PostgreSQL database has no statistics, and the filters are fast nevertheless."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        connection = connection_of(app)
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

    play(postgresql_database, scenario)


_INTO = "INSERT INTO resources (tenant, type, id, version, created, modified, display, body, folded)"
_ROW = "1, '', '', '', '{\"schemas\":[]}'::bytea, '{}'"
_USERS = f"{_INTO} SELECT 'default', 'User', 'u' || n, {_ROW} FROM generate_series(1, {MEMBERS}) n"
_GROUPS = f"{_INTO} SELECT 'default', 'Group', 'g' || n, {_ROW} FROM generate_series(1, 200) n"
_MEMBERS = """
INSERT INTO links (tenant, link, source, target, is_primary) SELECT 'default', 'members', g.key, u.key, 0
FROM resources g JOIN resources u ON u.type = 'User' AND g.id = 'g' || (substr(u.id, 2)::int % 200)
WHERE g.type = 'Group'"""


def test_unknown_sub_attributes_in_a_list_stay_hidden(sqlite_database: str) -> None:
    """After a write that does not change the list, of a type without hidden attributes."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        extension = {"tier": "pro", "limits": [{"name": "seats", "value": 1}]}
        given = {"id": "x", "displayName": "X", LICENSE: extension}
        location = (await client.post("/Licenses", json=given)).json()["meta"]["location"]
        tree = service_of(app).trees["License"]
        assert not any(one.hidden for one in tree.walk()), "then the test proves nothing"
        resource_id = location.rpartition("/")[2]

        async def store_as_before(tx: Transaction) -> None:
            stored = await tx.get("default", "License", resource_id)
            assert stored is not None
            whole = json.loads(stored.body)
            whole[LICENSE]["limits"][0]["legacy"] = "kept"
            builder = service_of(app).writer.builders["License"]
            record = builder.record(resource_id, {name: value for name, value in whole.items() if name != "id"})
            assert b"legacy" not in record.body and b"legacy" in (record.whole or b"")
            await tx.update("default", stored, record, record, "")

        store = service_of(app).store
        await store.write(store_as_before)
        rename = {"schemas": [PATCH], "Operations": [{"op": "replace", "value": {"displayName": "Y"}}]}
        for answer in (await client.patch(location, json=rename), await client.get(location)):
            assert answer.json()["displayName"] == "Y"
            assert "legacy" not in answer.text
        stored = await store.get("default", "License", resource_id)
        assert stored is not None
        assert b'"legacy":"kept"' in (stored.whole or b"")

    play(sqlite_database, scenario)
