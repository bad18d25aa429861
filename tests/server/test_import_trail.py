"""What `import` writes into the audit trail: what a client's write would, once for each resource that it changes."""

import asyncio
import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from .commands import Project, emitted, rows
from .test_import import ENTERPRISE, HERE, USER


@pytest.fixture(scope="module")
def app(crm: Any, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The app, as commands of its own."""
    return emitted((HERE / "every.scim.yaml").read_text(), tmp_path_factory.mktemp("app") / "project")


def trail(app: Project, database: str, *more: str) -> list[dict[str, Any]]:
    """The entries of the audit trail."""
    return [json.loads(line) for line in app.run(database, "audit", *more)[0].splitlines()]


def test_the_audit_trail_tells_what_was_imported(app: Project, database: str) -> None:
    """Once each, what was created or changed; nothing of what was refused, left, rehearsed or is as it was."""
    given = "id,userName,title,roles,entitlements\nu1,ada,Countess,admin,lic-pro\nu2,bob,,,\nu3,carl,,nobody,\n"
    csv = ("import", "--format", "csv", "-")
    app.run(database, *csv, "--dry-run", text=given, code=1)
    assert trail(app, database) == []
    app.run(database, *csv, text=given, code=1)
    created = ["userName", "title"]
    assert [(one["id"], one["action"], one["detail"]) for one in trail(app, database)] == [
        ("u1", "created", {"attributes": created, "added": {"roles": ["admin"], "entitlements": ["lic-pro"]}}),
        ("u2", "created", {"attributes": created[:1]}),
    ]
    for one in trail(app, database):
        assert (one["tenant"], one["actor"], one["request"], one["type"]) == ("default", "import", "", "User")
        assert one["time"] == rows(database, f"SELECT modified FROM resources WHERE id = '{one['id']}'")[0][0]
    app.run(database, *csv, "--existing", "skip", text="id,userName,title\nu1,ada,Lady\n")
    again = "id,userName,title,active,roles\nu1,ada,Countess,,agent\nu2,BOB,,FALSE,\n"
    for _ in range(2):  # the second time everything is as the file says
        app.run(database, *csv, "--existing", "update", text=again)
        assert [(one["id"], one["action"], one["detail"]) for one in trail(app, database)[2:]] == [
            ("u1", "changed", {"attributes": [], "added": {"roles": ["agent"]}, "removed": {"roles": ["admin"]}}),
            ("u2", "deactivated", {"attributes": ["userName", "active"]}),
        ]


def test_the_audit_trail_tells_of_groups_and_values(app: Project, database: str) -> None:
    """Those that had to wait for their members too: once."""
    groups = "id,displayName,members\nouter,Outer,inner\ninner,Inner,\nlost,Lost,nobody\n"
    app.run(database, "import", "--type", "Group", "--format", "csv", "-", text=groups, code=1)
    app.run(database, "import", "--type", "License", "--format", "csv", "-", text="id,displayName,tier\nlic-x,X,free\n")
    inner, outer, value = trail(app, database)
    assert (inner["type"], inner["id"], inner["detail"]) == ("Group", "inner", {"attributes": ["displayName"]})
    assert (outer["id"], outer["detail"]) == ("outer", {"attributes": ["displayName"], "added": {"members": ["inner"]}})
    assert (value["type"], value["id"], value["action"]) == ("License", "lic-x", "created")


def test_an_import_is_noted_as_a_clients_write_is(app: Project, database: str, tmp_path: Path) -> None:
    """But for who did it; whole batches of them, in the file's order."""
    user = {
        "userName": "ada",
        "emails": [{"value": "ada@example.com", "type": "work"}],
        "roles": [{"value": "agent"}],
        USER: {"score": 7, "secret": "never told"},
        ENTERPRISE: {"department": "Engines"},
    }
    users = [user | {"id": f"u{number}", "userName": f"ada{number}"} for number in range(1201)]
    app.run(database, "import", "--format", "jsonl", "-", text="\n".join(map(json.dumps, users)))
    with app.serving(database, tmp_path) as server, server.client() as client:
        schemas = ["urn:ietf:params:scim:schemas:core:2.0:User", USER, ENTERPRISE]
        assert client.post("/Users", json=user | {"schemas": schemas}).status_code == 201
    *imported, posted = trail(app, database)
    assert [one["id"] for one in imported] == [one["id"] for one in users]
    assert {json.dumps(one["detail"]) for one in imported} == {json.dumps(posted["detail"])}
    assert {(one["action"], one["type"]) for one in imported} == {(posted["action"], posted["type"])}
    assert "never told" not in json.dumps(imported)


def test_nobody_but_the_audit_trail_is_told(crm: Any, database: str) -> None:
    """Neither hooks nor the webhook, though they would be told of a client's write."""
    importing, opening = (importlib.import_module(f"crm.scim.{name}") for name in ("importing", "opening"))
    settings = importlib.import_module("crm.settings").Settings(database_url=database)

    async def bring_in() -> None:
        async with opening.opened(settings, consumers=("hooks", "webhook")) as service:
            importer = importing.Importer(service, "acme", service.trees["User"], "fail", stop=False, rehearse=False)
            await importer.write([importer.read(1, {"userName": "ada"})])

    asyncio.run(bring_in())
    assert rows(database, "SELECT count(*) FROM outbox")[0][0] == 0
    assert rows(database, "SELECT tenant, actor FROM audit")[0][:2] == ("acme", "import")
