"""The query plans of SQLite: every request finds rows by index, and none scans a table."""

import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from scimgen_server import ScimApp
from scimgen_server.storage.sqlite import SqliteConnection
from tests.server.inside import play

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
TABLES = ("resources", "attribute_values", "unique_values", "links", "r", "t", "v", "l")
SCAN = re.compile(rf"SCAN ({'|'.join(TABLES)})\b(?! VIRTUAL TABLE)")
WHOLE_TENANT = re.compile(r"\((tenant=\?)\)")


def test_no_request_scans_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`EXPLAIN QUERY PLAN` of every statement of every kind of request."""
    explained: dict[str, list[str]] = {}
    other = sqlite3.connect(tmp_path / "scim.db", check_same_thread=False)

    def explaining(original: Any) -> Any:
        async def traced(self: Any, statement: str, parameters: Sequence[Any] = ()) -> Any:
            if statement not in explained and not statement.lstrip().startswith(("CREATE", "PRAGMA", "ALTER", "DROP")):
                plan = other.execute(f"EXPLAIN QUERY PLAN {statement}", list(parameters)).fetchall()
                explained[statement] = [row[3] for row in plan]
            return await original(self, statement, parameters)

        return traced

    for name in ("rows", "run"):
        monkeypatch.setattr(SqliteConnection, name, explaining(getattr(SqliteConnection, name)))

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        explained.clear()  # statements of the start-up may scan
        grants = {"entitlements": [{"value": "lic-pro"}], "roles": [{"value": "admin"}]}
        user = (await client.post("/Users", json={"userName": "ada", "active": True} | grants)).json()
        group = (await client.post("/Groups", json={"displayName": "g", "members": [{"value": user["id"]}]})).json()
        add = {"op": "add", "path": "members", "value": [{"value": user["id"]}]}
        remove = {"op": "remove", "path": f'members[value eq "{user["id"]}"]'}
        for location, operation in (
            (user["meta"]["location"], {"op": "replace", "value": {"title": "Dr"}}),
            (user["meta"]["location"], {"op": "remove", "path": 'entitlements[value eq "lic-pro"]'}),
            (group["meta"]["location"], remove),
            (group["meta"]["location"], add),
        ):
            body = {"schemas": [PATCH], "Operations": [operation]}
            assert (await client.patch(location, json=body)).status_code < 300
        assert (await client.put(user["meta"]["location"], json=user)).status_code == 200
        for query in (
            {},
            {"startIndex": "2", "count": "1"},
            {"cursor": ""},
            {"sortBy": "userName"},
            {"filter": 'userName eq "ada"'},
            {"filter": 'userName eq "ada" and active eq true'},
            {"filter": 'externalId eq "1"'},
            {"filter": 'emails.value eq "a@example.com"'},
            {"filter": 'emails[type eq "work" and value eq "a@example.com"]'},
            {"filter": "active eq true"},
            {"filter": 'entitlements[value eq "lic-pro"]'},
            {"filter": 'roles.value eq "admin"'},
            {"filter": f'groups.value eq "{group["id"]}"'},
        ):
            response = await client.get("/Users", params=query)
            assert response.status_code == 200, (query, response.text)
        for location in (group["meta"]["location"], user["meta"]["location"], "/Licenses/lic-free"):
            assert (await client.get(location)).status_code == 200
            assert (await client.delete(location)).status_code == 204

    play(f"sqlite:///{tmp_path}/scim.db", scenario)
    assert len(explained) > 20
    for statement, plan in explained.items():
        assert not [step for step in plan if SCAN.search(step) or WHOLE_TENANT.search(step)], (statement, plan)
