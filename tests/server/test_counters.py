"""Counters: totals of pages and limits are stored numbers, not counted for each request."""

from collections.abc import Callable

import httpx

from scimgen_server import ScimApp, Store
from tests.server.inside import play

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
USERS = 6


def test_pages_and_limits_count_no_rows(statements: list[str], database: str) -> None:
    """Pages of active users and of holders of a value, and a grant of a type with a limit."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        for number in range(USERS):
            user = {"userName": f"u{number}", "id": f"u{number}", "active": number % 2 == 0}
            location = (await client.post("/Users", json=user)).json()["meta"]["location"]
            statements.clear()
            for value, status in (("lic-pro", 200), ("seat-a", 200 if number < 2 else 400)):
                operation = {"op": "add", "path": "entitlements", "value": [{"value": value}]}
                body = {"schemas": [PATCH], "Operations": [operation]}
                assert (await client.patch(f"{location}?attributes=id", json=body)).status_code == status
            assert any("FROM totals" in one for one in statements), "the limit of a seat"
            assert not any("count(" in one for one in statements)
        for condition, total in (
            ("active eq true", 3),
            ("active eq false", 3),
            ('entitlements[value eq "lic-pro"]', USERS),
            ('entitlements.value eq "seat-a"', 2),
            ('roles.value eq "admin"', 0),
        ):
            statements.clear()
            page = (await client.get("/Users", params={"filter": condition, "startIndex": 2, "count": 1})).json()
            assert page["totalResults"] == total, condition
            assert len(page["Resources"]) == min(1, max(0, total - 1))
            assert not any("count(" in one for one in statements), condition

    play(database, scenario)


def test_deletions_and_changes_lower_the_counters(new_store: Callable[[], Store]) -> None:
    """A deleted user, a deleted value that is held, a changed `active`, a replaced list."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        async def totals() -> list[int]:
            conditions = ("active eq true", 'entitlements.value eq "lic-pro"', 'roles.value eq "agent"')
            pages = [await client.get("/Users", params={"filter": one, "count": 0}) for one in conditions]
            return [int(page.json()["totalResults"]) for page in pages]

        given = {"active": True, "entitlements": [{"value": "lic-pro"}], "roles": [{"value": "agent"}]}
        users = [(await client.post("/Users", json={"userName": f"u{n}"} | given)).json() for n in range(4)]
        assert await totals() == [4, 4, 4]
        await client.delete(users[0]["meta"]["location"])
        assert await totals() == [3, 3, 3]
        await client.put(users[1]["meta"]["location"], json={"userName": "u1", "active": False})
        assert await totals() == [2, 2, 2]
        same = {"userName": "u2"} | given | {"roles": [{"value": "agent", "primary": True}, {"value": "admin"}]}
        assert (await client.put(users[2]["meta"]["location"], json=same)).status_code == 200
        assert await totals() == [2, 2, 2]
        await client.delete("/Licenses/lic-pro")
        assert await totals() == [2, 0, 2]

    play(new_store(), scenario)
