"""`migrate` and start-up after the description has changed, or over an older layout of the tables."""

import asyncio
import json
import re
import signal
import sqlite3
from pathlib import Path

import pytest

from scimgen_server import StorageError, make_store
from scimgen_server.service import reindex
from scimgen_server.service.startup import open_service
from scimgen_server.storage.tables import LAYOUT
from tests.server.apps import EVERY
from tests.server.commands import CommandLine, change, connected, rows
from tests.server.invariants import check_tables

LAYOUTS = Path(__file__).with_name("layouts")
USER = "urn:acme:scim:schemas:extension:crm:1.0:User"
LICENSE = "urn:acme:scim:schemas:extension:crm:1.0:License"
CHANGES = {
    "    region: string\n": "    region: {type: string, indexed: true}\n",
    "    badge: {type: string, mutability: immutable}\n": "    badge: {type: string, uniqueness: server}\n",
    "    staff: boolean\n": "",
    "level: {type: string, canonicalValues: [low, high], closed: true}\n": "level: {type: integer, indexed: true}\n",
    "      renewsAt: dateTime\n": "",
}
MANY = 6000


@pytest.fixture(scope="module")
def old(commands: CommandLine) -> CommandLine:
    """The app before its description has changed."""
    return commands


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """The app after its description has changed."""
    text = EVERY.read_text()
    for before, after in CHANGES.items():
        assert before in text
        text = text.replace(before, after)
    folder = tmp_path_factory.mktemp("new")
    (folder / EVERY.name).write_text(text)
    return CommandLine(folder / EVERY.name, folder / "project")


def fill(project: CommandLine, database: str) -> None:
    """Create three users and a licence with values of the attributes that change."""
    extension = {"region": "emea", "staff": True, "level": "low", "secret": "s3cret"}
    users = [
        {"id": f"u{number}", "userName": f"user{number}", USER: extension | {"badge": badge}}
        for number, badge in enumerate(("one", "ONE", "two"))
    ]
    project.run(database, "import", "--format", "jsonl", "-", text="\n".join(map(json.dumps, users)))
    licence = {"id": "l", "displayName": "L", LICENSE: {"tier": "pro", "renewsAt": "2026-01-01T00:00:00Z"}}
    project.run(database, "import", "--type", "license", "--format", "jsonl", "-", text=json.dumps(licence))


def test_migrate_applies_a_changed_description(
    old: CommandLine, new: CommandLine, database: str, tmp_path: Path
) -> None:
    """New indexes work, removed attributes are hidden and can come back, duplicates are reported."""
    fill(old, database)
    for _ in range(2):  # a dry run changes nothing
        output, _ = new.run(database, "migrate", "--dry-run")
        assert re.search(r"default: User: 3 resources to be reindexed, about \S+ s", output)
        assert "default: License: 3 resources" in output
        assert "Role" not in output
    assert "run crm migrate first" in new.run(database, "export", code=2)[1]
    output, _ = new.run(database, "migrate")
    assert "default: User: 3 resources reindexed in " in output
    assert f'not unique: {USER}:badge "one" is in User "u0", User "u1"\n' in output
    assert rows(database, f"SELECT count(*) FROM attribute_values WHERE attribute = '{USER.lower()}.region'")[0][0] == 3
    with new.serving(database) as client:
        found = client.get("/Users", params={"filter": f'{USER}:region eq "EMEA"'}).json()
        assert found["totalResults"] == 3
        assert found["Resources"][0]["meta"]["version"] == 'W/"1"'
        assert found["Resources"][0][USER] == {"region": "emea", "level": "low", "badge": "one"}
        licence = client.get("/Licenses/l").json()
        assert licence[LICENSE] == {"tier": "pro"}
        other = {"userName": "other", USER: {"badge": "Two"}}
        assert client.post("/Users", json=other).status_code == 409
        clash = found["Resources"][1] | {USER: {"badge": "three"}}
        assert client.put("/Users/u1", json=clash).status_code == 200
        assert client.post("/Users", json=other | {USER: {"badge": "one"}}).status_code == 409  # u0 still has it
    assert new.run(database, "migrate")[0] == "resources: all are up to date\n"
    old.run(database, "migrate")
    with old.serving(database) as client:
        assert client.get("/Users/u0").json()[USER]["staff"] is True
        assert client.get("/Licenses/l").json()[LICENSE]["renewsAt"] == "2026-01-01T00:00:00Z"
        found = client.get("/Users", params={"filter": f"{USER}:staff eq true"}).json()
        assert [user["id"] for user in found["Resources"]] == ["u0", "u1", "u2"], "a PUT keeps hidden attributes"
    exported, _ = old.run(database, "export")
    assert "s3cret" not in exported


STATE = "SELECT fingerprint FROM layouts WHERE type = 'User'"


async def kill_in_the_middle(project: CommandLine, database: str) -> None:
    """Start to migrate, and kill that once some users are done."""
    async with connected(database) as connection:
        process = project.start(database, "migrate")
        while not re.search("@[1-9]", (await connection.rows(STATE))[0][0]):
            assert process.poll() is None
            await asyncio.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.communicate()


@pytest.mark.process
def test_a_killed_reindex_continues(old: CommandLine, new: CommandLine, database: str) -> None:
    """Also in two processes at once. No row is lost or duplicated, and nothing is served in the meantime."""
    users = "".join(
        json.dumps({"userName": f"user{number}", USER: {"region": f"r{number % 2}"}}) + "\n" for number in range(MANY)
    )
    old.run(database, "import", "--format", "jsonl", "-", text=users)
    asyncio.run(kill_in_the_middle(new, database))
    assert "@" in rows(database, STATE)[0][0]
    assert "run crm migrate first" in old.run(database, "export", code=2)[1]
    both = [new.start(database, "migrate") for _ in range(2)]
    done = 0
    for one in both:
        output, errors = one.communicate(timeout=60)
        assert one.returncode == 0, errors
        done += sum(int(count.replace(",", "")) for count in re.findall(r"User: ([\d,]+) resources reindexed", output))
    assert 0 < done < MANY
    assert "@" not in rows(database, STATE)[0][0]
    indexed = "SELECT attribute, count(*) FROM attribute_values WHERE type = 'User' GROUP BY attribute"
    assert {row[0]: row[1] for row in rows(database, indexed)} == {"username": MANY, f"{USER.lower()}.region": MANY}
    assert rows(database, "SELECT count(*) FROM unique_values")[0][0] == MANY
    assert rows(database, "SELECT count(*) FROM resources WHERE version <> 1")[0][0] == 0


def test_start_up_reindexes_few_resources(
    old: CommandLine,
    new: CommandLine,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """More are left to `migrate`, with their number in the message."""
    fill(old, database)
    new.run(database, "migrate")

    async def start() -> None:
        async with open_service(old.application, make_store(database)) as service:
            await reindex.reindex_at_startup(service, "default")

    monkeypatch.setattr(reindex, "MAX_AT_STARTUP", 5)
    with pytest.raises(StorageError, match=r"run crm migrate first: 6 resources .*, about "):
        asyncio.run(start())
    monkeypatch.undo()
    with old.serving(database) as client:
        assert client.get("/Users/u0").json()[USER]["level"] == "low"
    assert '"event": "reindexed", "tenant": "default", "type": "User"' in capsys.readouterr().err


def test_only_new_tables_can_be_partitioned(postgresql_database: str, old: CommandLine, tmp_path: Path) -> None:
    """In PostgreSQL only."""
    database = postgresql_database
    assert "does not exist" not in old.run(database, "migrate", "--dry-run")[0]
    assert old.run(database, "migrate", "--partitions", "3")[0].startswith("tables: new")
    partitions = "SELECT count(*) FROM pg_inherits JOIN pg_class ON oid = inhparent AND relname = 'links'"
    assert rows(database, partitions)[0][0] == 3
    assert "the tables exist" in old.run(database, "migrate", "--partitions", "3", code=2)[1]
    assert "PostgreSQL" in old.run(f"sqlite:///{tmp_path}/x.db", "migrate", "--partitions", "3", code=2)[1]
    assert old.run(f"sqlite:///{tmp_path}/x.db", "migrate", "--dry-run")[0].startswith("tables: new, ")
    assert not (tmp_path / "x.db").exists()


def test_every_released_layout_has_a_dump() -> None:
    """In the folder `layouts`."""
    assert sorted(int(path.stem) for path in LAYOUTS.iterdir()) == list(range(1, LAYOUT))


@pytest.mark.parametrize("path", sorted(LAYOUTS.iterdir()), ids=lambda path: str(path.stem))
def test_a_database_of_a_released_layout_is_migrated(path: Path, old: CommandLine, tmp_path: Path) -> None:
    """With resources, hidden attributes, memberships, grants, totals and deleted seeds."""
    with sqlite3.connect(tmp_path / "x.db") as connection:
        connection.executescript(path.read_text())
    connection.close()
    database = f"sqlite:///{tmp_path}/x.db"
    output, _ = old.run(database, "migrate", "--dry-run")
    assert output.startswith(f"tables: layout {path.stem} to ")
    assert old.run(database, "migrate")[0].startswith(f"tables: layout {path.stem} to ")
    with old.serving(database) as client:
        users = client.get(
            "/Users", params={"attributes": f"userName,title,roles,entitlements,groups,{USER}:note"}
        ).json()
        assert users["totalResults"] == 2
        ada, bob = users["Resources"]
        assert (ada["userName"], ada["title"], ada[USER]["note"]) == ("Ada", "Countess", "asked for")
        assert [role["value"] for role in ada["roles"]] == ["admin"]
        assert {grant["value"]: grant.get("primary") for grant in ada["entitlements"]} == {
            "lic-pro": True,
            "seat-a": None,
        }
        assert {group["display"]: group["type"] for group in ada["groups"]} == {"Inner": "direct", "Outer": "indirect"}
        assert bob["userName"] == "bøb"
        found = client.get("/Users", params={"filter": 'emails.value eq "ada@example.com"'}).json()
        assert found["totalResults"] == 1
        assert client.get("/Users", params={"filter": "active eq true"}).json()["totalResults"] == 1
        assert client.get("/Users", params={"filter": 'roles.value eq "admin"'}).json()["totalResults"] == 1
        assert client.get("/Licenses/lic-free").status_code == 404
        assert client.post("/Users", json={"userName": "ADA"}).status_code == 409
    assert b"s3cret" in rows(database, "SELECT whole FROM resources WHERE type = 'User'")[0][0]
    asyncio.run(check_tables(database))


BACK_TO_LAYOUT_5 = """
DROP INDEX outbox_subject;
CREATE INDEX outbox_subject ON outbox (tenant, consumer, subject, position) WHERE dead = 0;
INSERT INTO outbox (tenant, consumer, subject, event, time, attempts, due, dead) VALUES
('default', 'webhook', 'ada', '{"event":"granted"}', '2026-01-31T09:30:00.000000Z', 10, '2026', 1),
('default', 'webhook', 'ada', '{"event":"revoked"}', '2026-01-31T09:30:00.000000Z', 0, '2026', 0),
('default', 'webhook', 'bob', '{"event":"granted"}', '2026-01-31T09:30:00.000000Z', 0, '2026', 0)"""


def test_events_behind_dead_ones_wait_after_a_migration(old: CommandLine, database: str) -> None:
    """An earlier release has given one up, and not delivered a later one of the same user yet."""
    old.run(database, "migrate")
    is_sqlite = database.startswith("sqlite")
    set_layout = "PRAGMA user_version = 5" if is_sqlite else "UPDATE layout SET version = 5"
    for statement in (*BACK_TO_LAYOUT_5.split(";\n"), set_layout):
        change(database, statement)
    assert old.run(database, "migrate")[0].startswith("tables: layout 5 to 6")
    states = "SELECT dead FROM outbox ORDER BY position"
    assert [row[0] for row in rows(database, states)] == [1, 2, 0]
    listed, summary = old.run(database, "outbox")
    assert [(one["resource"], one["behind"]) for one in map(json.loads, listed.splitlines())] == [("ada", 1)]
    assert "1 dead letters, 2 waiting, the oldest since 2026-01-31" in summary
    old.run(database, "outbox", "--replay")
    assert [row[0] for row in rows(database, states)] == [0, 0, 0]
