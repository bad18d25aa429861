"""What `import` writes into the audit trail: the same as the write of a client, once for each changed resource."""

import asyncio
import json
from typing import Any

from scimgen_server import make_store
from scimgen_server.events.occurrences import EVENTS
from scimgen_server.service.importing import Importer
from scimgen_server.service.startup import open_service
from tests.server.apps import every_application
from tests.server.commands import CommandLine, rows
from tests.server.test_import import ENTERPRISE, USER


def trail(commands: CommandLine, database: str, *more: str) -> list[dict[str, Any]]:
    """The entries of the audit trail."""
    return [json.loads(line) for line in commands.run(database, "audit", *more)[0].splitlines()]


def test_the_audit_trail_has_what_was_imported(commands: CommandLine, database: str) -> None:
    """Created and changed resources once each; nothing for refused, skipped and unchanged ones, and for a dry run."""
    given = "id,userName,title,roles,entitlements\nu1,ada,Countess,admin,lic-pro\nu2,bob,,,\nu3,carl,,nobody,\n"
    csv = ("import", "--format", "csv", "-")
    commands.run(database, *csv, "--dry-run", text=given, code=1)
    assert trail(commands, database) == []
    commands.run(database, *csv, text=given, code=1)
    created = ["userName", "title"]
    assert [(one["id"], one["action"], one["detail"]) for one in trail(commands, database)] == [
        ("u1", "created", {"attributes": created, "added": {"roles": ["admin"], "entitlements": ["lic-pro"]}}),
        ("u2", "created", {"attributes": created[:1]}),
    ]
    for one in trail(commands, database):
        assert (one["tenant"], one["actor"], one["request"], one["type"]) == ("default", "import", "", "User")
        assert one["time"] == rows(database, f"SELECT modified FROM resources WHERE id = '{one['id']}'")[0][0]
    commands.run(database, *csv, "--existing", "skip", text="id,userName,title\nu1,ada,Lady\n")
    again = "id,userName,title,active,roles\nu1,ada,Countess,,agent\nu2,BOB,,FALSE,\n"
    for _ in range(2):  # the second time nothing changes
        commands.run(database, *csv, "--existing", "update", text=again)
        assert [(one["id"], one["action"], one["detail"]) for one in trail(commands, database)[2:]] == [
            ("u1", "changed", {"attributes": [], "added": {"roles": ["agent"]}, "removed": {"roles": ["admin"]}}),
            ("u2", "deactivated", {"attributes": ["userName", "active"]}),
        ]


def test_the_audit_trail_has_groups_and_values(commands: CommandLine, database: str) -> None:
    """A group that had to wait for its members is there once."""
    groups = "id,displayName,members\nouter,Outer,inner\ninner,Inner,\nlost,Lost,nobody\n"
    commands.run(database, "import", "--type", "Group", "--format", "csv", "-", text=groups, code=1)
    commands.run(
        database, "import", "--type", "License", "--format", "csv", "-", text="id,displayName,tier\nlic-x,X,free\n"
    )
    inner, outer, value = trail(commands, database)
    assert (inner["type"], inner["id"], inner["detail"]) == ("Group", "inner", {"attributes": ["displayName"]})
    assert (outer["id"], outer["detail"]) == ("outer", {"attributes": ["displayName"], "added": {"members": ["inner"]}})
    assert (value["type"], value["id"], value["action"]) == ("License", "lic-x", "created")


def test_the_entries_equal_those_of_a_client(commands: CommandLine, database: str) -> None:
    """Except for the actor. Several batches, in the order of the file."""
    user = {
        "userName": "ada",
        "emails": [{"value": "ada@example.com", "type": "work"}],
        "roles": [{"value": "agent"}],
        USER: {"score": 7, "secret": "confidential"},
        ENTERPRISE: {"department": "Engines"},
    }
    users = [user | {"id": f"u{number}", "userName": f"ada{number}"} for number in range(1201)]
    commands.run(database, "import", "--format", "jsonl", "-", text="\n".join(map(json.dumps, users)))
    with commands.serving(database) as client:
        schemas = ["urn:ietf:params:scim:schemas:core:2.0:User", USER, ENTERPRISE]
        assert client.post("/Users", json=user | {"schemas": schemas}).status_code == 201
    *imported, posted = trail(commands, database)
    assert [one["id"] for one in imported] == [one["id"] for one in users]
    assert {json.dumps(one["detail"]) for one in imported} == {json.dumps(posted["detail"])}
    assert {(one["action"], one["type"]) for one in imported} == {(posted["action"], posted["type"])}
    assert "confidential" not in json.dumps(imported)


def test_an_import_sends_no_events(database: str) -> None:
    """Neither to hooks nor to the webhook, which receive events of the writes of clients."""

    async def import_one() -> None:
        async with open_service(
            every_application(), make_store(database), consumers={"hooks": EVENTS, "webhook": EVENTS}
        ) as service:
            importer = Importer(service, "acme", service.trees["User"], "fail", stop=False, rehearse=False)
            await importer.write([importer.read(1, {"userName": "ada"})])

    asyncio.run(import_one())
    assert rows(database, "SELECT count(*) FROM outbox")[0][0] == 0
    assert rows(database, "SELECT tenant, actor FROM audit")[0][:2] == ("acme", "import")
