"""A changed description, and an older layout of the tables, meet what is stored: with `migrate`, and at start."""

import asyncio
import importlib
import json
import re
import signal
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from templates.server.tests.databases import DATABASES, database_url

from .commands import Project, connected, emitted, rows
from .invariants import check_tables

HERE = Path(__file__).parent
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
def old(crm: Any, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The app as it was."""
    return emitted((HERE / "every.scim.yaml").read_text(), tmp_path_factory.mktemp("old") / "project")


@pytest.fixture(scope="module")
def new(crm: Any, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The app after its description has changed."""
    text = (HERE / "every.scim.yaml").read_text()
    for before, after in CHANGES.items():
        assert before in text
        text = text.replace(before, after)
    return emitted(text, tmp_path_factory.mktemp("new") / "project")


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    return database_url(request, request.param, tmp_path)


def fill(project: Project, url: str) -> None:
    """Three users and a licence that have what the description is about to change."""
    extension = {"region": "emea", "staff": True, "level": "low", "secret": "s3cret"}
    users = [
        {"id": f"u{number}", "userName": f"user{number}", USER: extension | {"badge": badge}}
        for number, badge in enumerate(("one", "ONE", "two"))
    ]
    project.run(url, "import", "--format", "jsonl", "-", text="\n".join(map(json.dumps, users)))
    licence = {"id": "l", "displayName": "L", LICENSE: {"tier": "pro", "renewsAt": "2026-01-01T00:00:00Z"}}
    project.run(url, "import", "--type", "license", "--format", "jsonl", "-", text=json.dumps(licence))


def test_a_changed_description_is_brought_to_what_is_stored(
    old: Project, new: Project, url: str, tmp_path: Path
) -> None:
    """New indexes serve, removed attributes are kept out of sight and come back, what is not unique is named."""
    fill(old, url)
    for _ in range(2):  # looking changes nothing
        told, _ = new.run(url, "migrate", "--dry-run")
        assert re.search(r"default: User: 3 resources to be laid down anew, about \S+ s", told)
        assert "default: License: 3 resources" in told
        assert "Role" not in told
    assert "run crm migrate first" in new.run(url, "export", code=2)[1]
    told, _ = new.run(url, "migrate")
    assert "default: User: 3 resources laid down anew in " in told
    assert f'not unique: {USER}:badge "one" is in User "u0", User "u1"\n' in told
    assert rows(url, f"SELECT count(*) FROM attribute_values WHERE attribute = '{USER.lower()}.region'")[0][0] == 3
    with new.serving(url, tmp_path) as server, server.client() as client:
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
    assert new.run(url, "migrate")[0] == "resources: all are up to date\n"
    old.run(url, "migrate")
    with old.serving(url, tmp_path) as server, server.client() as client:
        assert client.get("/Users/u0").json()[USER]["staff"] is True
        assert client.get("/Licenses/l").json()[LICENSE]["renewsAt"] == "2026-01-01T00:00:00Z"
        found = client.get("/Users", params={"filter": f"{USER}:staff eq true"}).json()
        assert [user["id"] for user in found["Resources"]] == ["u0", "u1", "u2"], "a PUT leaves what nobody could see"
    exported, _ = old.run(url, "export")
    assert "s3cret" not in exported


STATE = "SELECT fingerprint FROM layouts WHERE type = 'User'"


async def kill_in_the_middle(project: Project, url: str) -> None:
    """Start to migrate, and kill that once some users are done."""
    async with connected(url) as connection:
        process = project.start(url, "migrate")
        while not re.search("@[1-9]", (await connection.rows(STATE))[0][0]):
            assert process.poll() is None
            await asyncio.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_killed_in_the_middle_it_goes_on_from_there(old: Project, new: Project, url: str, tmp_path: Path) -> None:
    """Beside another one too; nothing is lost, nothing is there twice, and meanwhile nobody serves half of it."""
    users = "".join(
        json.dumps({"userName": f"user{number}", USER: {"region": f"r{number % 2}"}}) + "\n" for number in range(MANY)
    )
    old.run(url, "import", "--format", "jsonl", "-", text=users)
    asyncio.run(kill_in_the_middle(new, url))
    assert "@" in rows(url, STATE)[0][0]
    assert "run crm migrate first" in old.run(url, "export", code=2)[1]
    both = [new.start(url, "migrate") for _ in range(2)]
    done = 0
    for one in both:
        output, errors = one.communicate(timeout=60)
        assert one.returncode == 0, errors
        done += sum(int(count.replace(",", "")) for count in re.findall(r"User: ([\d,]+) resources laid", output))
    assert 0 < done < MANY
    assert "@" not in rows(url, STATE)[0][0]
    indexed = "SELECT attribute, count(*) FROM attribute_values WHERE type = 'User' GROUP BY attribute"
    assert {row[0]: row[1] for row in rows(url, indexed)} == {"username": MANY, f"{USER.lower()}.region": MANY}
    assert rows(url, "SELECT count(*) FROM unique_values")[0][0] == MANY
    assert rows(url, "SELECT count(*) FROM resources WHERE version <> 1")[0][0] == 0


def test_a_server_lays_down_little_by_itself(
    crm: Any, old: Project, new: Project, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than that it leaves to `migrate`, and says how much it is."""
    fill(old, url)
    new.run(url, "migrate")
    relaying = importlib.import_module("crm.scim.relaying")
    opening = importlib.import_module("crm.scim.opening")
    settings = importlib.import_module("crm.settings").Settings(tokens=("t",), database_url=url)
    interface = importlib.import_module("crm.storage.interface")

    async def start() -> None:
        async with opening.opened(settings) as service:
            await relaying.relay(service, "default")

    monkeypatch.setattr(relaying, "AT_START", 5)
    with pytest.raises(interface.StorageError, match=r"run crm migrate first: 6 resources .*, about "):
        asyncio.run(start())
    with old.serving(url, tmp_path) as server, server.client() as client:
        assert client.get("/Users/u0").json()[USER]["level"] == "low"
    assert '"event": "laid down anew", "tenant": "default", "type": "User"' in (tmp_path / "server.log").read_text()


def test_it_has_partitions_for_new_tables_alone(request: pytest.FixtureRequest, old: Project, tmp_path: Path) -> None:
    """Of PostgreSQL."""
    url = database_url(request, "postgresql", tmp_path)
    assert "new: " not in old.run(url, "migrate", "--dry-run")[0]
    assert old.run(url, "migrate", "--partitions", "3")[0].startswith("tables: new")
    assert (
        rows(url, "SELECT count(*) FROM pg_inherits JOIN pg_class ON oid = inhparent AND relname = 'links'")[0][0] == 3
    )
    assert "are there already" in old.run(url, "migrate", "--partitions", "3", code=2)[1]
    assert "PostgreSQL" in old.run(f"sqlite:///{tmp_path}/x.db", "migrate", "--partitions", "3", code=2)[1]
    assert old.run(f"sqlite:///{tmp_path}/x.db", "migrate", "--dry-run")[0].startswith("new: ")
    assert not (tmp_path / "x.db").exists()


def test_every_released_layout_has_its_database(crm: Any) -> None:
    """A dump of it lies in `layouts`."""
    layout = importlib.import_module("crm.storage.schema").LAYOUT
    assert sorted(int(path.stem) for path in (HERE / "layouts").iterdir()) == list(range(1, layout))


@pytest.mark.parametrize("path", sorted((HERE / "layouts").iterdir()), ids=lambda path: str(path.stem))
def test_a_database_of_a_released_layout_is_migrated(path: Path, old: Project, tmp_path: Path) -> None:
    """With everything in it: resources, what is hidden, memberships, grants, totals, seeds that were deleted."""
    with sqlite3.connect(tmp_path / "x.db") as database:
        database.executescript(path.read_text())
    database.close()
    url = f"sqlite:///{tmp_path}/x.db"
    told, _ = old.run(url, "migrate", "--dry-run")
    assert told.startswith(f"tables: layout {path.stem} to ")
    assert old.run(url, "migrate")[0].startswith(f"tables: layout {path.stem} to ")
    with old.serving(url, tmp_path) as server, server.client() as client:
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
    assert b"s3cret" in rows(url, "SELECT whole FROM resources WHERE type = 'User'")[0][0]
    asyncio.run(check_tables(url))
