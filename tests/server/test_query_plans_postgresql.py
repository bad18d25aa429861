"""PostgreSQL keeps the query plans of frequent statements, also after ANALYZE."""

import httpx

from scimgen_server import ScimApp
from tests.server.inside import connection_of, play

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
USERS = 5000
_FILLED = (
    "INSERT INTO resources (tenant, type, id, version, created, modified, display, body, folded)"
    " SELECT 'default', 'User', 'u' || n, 1, '', '', '', '{\"userName\":\"x\"}'::bytea, '{}'"
    f" FROM generate_series(1, {USERS}) n",
    "INSERT INTO links (tenant, link, source, target, is_primary) SELECT 'default', 'entitlements', u.key, l.key, 0"
    " FROM resources u, resources l WHERE u.type = 'User' AND l.id IN ('lic-pro', 'lic-free')",
    "INSERT INTO links (tenant, link, source, target, is_primary) SELECT 'default', 'members', g.key, u.key, 0"
    " FROM resources u, resources g WHERE u.type = 'User' AND g.type = 'Group'",
    "ANALYZE",
)
_PLANNED = """
SELECT statement FROM pg_prepared_statements WHERE custom_plans > 5
AND (statement LIKE '%links%' OR statement LIKE '%unnest%')"""
"""PostgreSQL plans five times before it keeps a plan."""


def test_frequent_statements_are_planned_once(postgresql_database: str) -> None:
    """The links of one resource and of a page, the target of a grant, a member."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        group = (await client.post("/Groups", json={"displayName": "g"})).json()["meta"]["location"]
        connection = connection_of(app)
        for statement in _FILLED:
            await connection.run(statement)
        for number in range(1, 13):
            user = f"/Users/u{number}"
            assert len((await client.get(user)).json()["entitlements"]) == 2
            assert (await client.get("/Users", params={"count": 3, "startIndex": number})).status_code == 200
            for path, attribute, value in ((user, "roles", "admin"), (group, "members", f"u{number}")):
                operation = {"op": "add", "path": attribute, "value": [{"value": value}]}
                body = {"schemas": [PATCH], "Operations": [operation]}
                response = await client.patch(f"{path}?attributes=id", json=body)
                assert response.status_code == 200, response.text
        assert [row[0] for row in await connection.rows(_PLANNED)] == []
        assert (await connection.rows("SELECT sum(generic_plans) FROM pg_prepared_statements"))[0][0] > 50

    play(postgresql_database, scenario)
