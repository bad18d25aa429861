"""`backup` and `restore`: everything at one moment, all or nothing, between any two kinds of database."""

import gzip
import json
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from scimgen_server.testing.databases import database_url
from tests.server.commands import CommandLine, change, rows
from tests.server.processes import HEADERS, servers

USER = "urn:acme:scim:schemas:extension:crm:1.0:User"


@pytest.fixture
def laptop(commands: CommandLine, tmp_path: Path) -> str:
    """A SQLite database with two users and a group."""
    url = f"sqlite:///{tmp_path}/laptop.db"
    commands.run(url, "import", "--format", "jsonl", "-", text="\n".join(map(json.dumps, users("ada", "bøb"))))
    group = {"id": "g", "displayName": "G", "members": [{"value": "ada"}]}
    commands.run(url, "import", "--type", "Group", "--format", "jsonl", "-", text=json.dumps(group))
    return url


def users(*names: str) -> list[dict[str, Any]]:
    """Users with a hidden attribute and a grant."""
    extension = {"secret": "s3cret", "region": "emea"}
    return [{"id": name, "userName": name, "roles": [{"value": "admin"}], USER: extension} for name in names]


def content(file: Path) -> list[str]:
    """The lines of a backup in an order that does not depend on the database, and without the checksum."""
    lines = gzip.decompress(file.read_bytes()).decode().splitlines()
    return [*sorted(lines[:-1]), json.dumps(json.loads(lines[-1])["rows"])]


def test_a_laptop_moves_to_postgresql_and_back(
    commands: CommandLine, laptop: str, postgresql_database: str, tmp_path: Path
) -> None:
    """With all data. Both can be written to afterwards."""
    postgresql = postgresql_database
    first, second, third = (tmp_path / f"{name}.gz" for name in ("first", "second", "third"))
    commands.run(laptop, "backup", str(first))
    assert (first.stat().st_mode & 0o077) == 0
    commands.run(postgresql, "restore", str(first))
    commands.run(postgresql, "backup", str(second))
    assert content(first) == content(second)
    with commands.serving(postgresql) as client:
        ada = client.get("/Users/ada").json()
        assert (ada["roles"][0]["value"], ada["groups"][0]["value"]) == ("admin", "g")
        assert client.post("/Users", json={"userName": "ADA"}).status_code == 409
        assert client.post("/Users", json={"userName": "carl"}).status_code == 201  # with a new key
        assert client.get("/Users").json()["totalResults"] == 3
    assert b"s3cret" in rows(postgresql, "SELECT whole FROM resources WHERE id = 'ada'")[0][0]
    commands.run(postgresql, "backup", "--force", str(second))
    back = f"sqlite:///{tmp_path}/back.db"
    commands.run(back, "restore", str(second))
    commands.run(back, "backup", str(third))
    assert content(second) == content(third)
    with commands.serving(back) as client:
        assert client.post("/Users", json={"userName": "dora"}).status_code == 201
        assert client.get("/Users").json()["totalResults"] == 4


def test_numbered_columns_continue(
    commands: CommandLine, laptop: str, postgresql_database: str, tmp_path: Path
) -> None:
    """The numbers that PostgreSQL assigns begin after those that were restored."""
    postgresql = postgresql_database
    file = tmp_path / "b.gz"
    columns = "tenant, time, actor, request, action, type, id, detail"
    trail = f"INSERT INTO audit ({columns}) VALUES ('t', '', '', '', '', '', '', '')"
    for _ in range(3):
        change(laptop, trail)
    commands.run(laptop, "backup", str(file))
    commands.run(postgresql, "restore", str(file))
    change(postgresql, trail)
    imported = 3  # by the fixture
    assert rows(postgresql, "SELECT max(position), count(*) FROM audit")[0] == (imported + 4, imported + 4)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_damaged_file_changes_nothing(
    commands: CommandLine, laptop: str, request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    """Truncated, changed, of another release, or no backup at all: one line, exit code 2."""
    (tmp_path / "empty").mkdir()
    url = database_url(request, kind, tmp_path / "empty")
    file, damaged = tmp_path / "b.gz", tmp_path / "damaged.gz"
    commands.run(laptop, "backup", str(file))
    whole = gzip.decompress(file.read_bytes())
    lines = whole.splitlines(keepends=True)
    for content_ in (
        file.read_bytes()[:-20],
        file.read_bytes()[:100],
        gzip.compress(b"".join(lines[:-1])),
        gzip.compress(b"".join(lines[:-3] + lines[-2:])),
        gzip.compress(whole.replace(b"s3cret", b"secret")),
        gzip.compress(whole.replace(b'"layout":', b'"layout":1')),
        gzip.compress(whole.replace(b'"table":"links"', b'"table":"pg_user"')),
        gzip.compress(b'{"format":1,"layout":2}\n[[]]\n'),
        gzip.compress(b""),
        gzip.compress(b"null\n"),
        b"no gzip at all",
    ):
        damaged.write_bytes(content_)
        _, errors = commands.run(url, "restore", str(damaged), code=2)
        assert len(errors.splitlines()) == 1, errors
        assert rows(url, "SELECT count(*) FROM resources")[0][0] == 0
    commands.run(url, "restore", str(file))
    assert "No such file" in commands.run(url, "restore", str(tmp_path / "none"), code=2)[1]


def test_nothing_is_overwritten_without_force(commands: CommandLine, laptop: str, tmp_path: Path) -> None:
    """Neither a file nor a database. A file is replaced only by a complete one."""
    file = tmp_path / "b.gz"
    commands.run(laptop, "backup", str(file))
    before = file.read_bytes()
    assert "--force" in commands.run(laptop, "backup", str(file), code=2)[1]
    assert (
        "the database is empty"
        in commands.run(f"sqlite:///{tmp_path}/none.db", "backup", "--force", str(file), code=2)[1]
    )
    assert file.read_bytes() == before
    commands.run(laptop, "import", "--format", "csv", "-", text="userName\nlater\n")
    assert "--force" in commands.run(laptop, "restore", str(file), code=2)[1]
    assert rows(laptop, "SELECT count(*) FROM resources WHERE type = 'User'")[0][0] == 3
    commands.run(laptop, "restore", "--force", str(file))
    assert rows(laptop, "SELECT count(*) FROM resources WHERE type = 'User'")[0][0] == 2
    assert not list(tmp_path.glob(".b.gz*"))
    assert "No such file" in commands.run(laptop, "backup", str(tmp_path / "none" / "b.gz"), code=2)[1]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_under_load_is_consistent(
    commands: CommandLine, project: Path, request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    """Totals equal the rows and links have both ends, while a server writes."""
    url = database_url(request, kind, tmp_path)
    file, stop = tmp_path / "b.gz", threading.Event()
    with (
        servers(1, project, tmp_path, url) as (server,),
        httpx.Client(base_url=server.base_url, headers=HEADERS, timeout=30) as client,
    ):

        def load() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                body = {"userName": f"user{number}", "roles": [{"value": "admin"}]}
                location = client.post("/Users", json=body).json()["id"]
                if number % 3 == 0:
                    client.delete(f"/Users/{location}")

        writer = threading.Thread(target=load)
        writer.start()
        try:
            commands.run(url, "backup", str(file))
        finally:
            stop.set()
            writer.join()
    tables: dict[str, list[list[Any]]] = {}
    for value in map(json.loads, gzip.decompress(file.read_bytes()).splitlines()[1:-1]):
        if isinstance(value, dict):
            table = tables[value["table"]] = []
        else:
            table.append(value)
    keys = {row[0] for row in tables["resources"]}
    links = [(row[2], row[3]) for row in tables["links"]]
    assert all(source in keys and target in keys for source, target in links)
    counted = sum(1 for row in tables["resources"] if row[2] == "User")
    assert sum(row[3] for row in tables["totals"] if row[1] == "User") == counted == len(links)
