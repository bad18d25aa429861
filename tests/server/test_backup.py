"""`backup` and `restore`: all of one moment, whole or not at all, from either database into either."""

import gzip
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from templates.server.tests.databases import database_url

from .commands import Project, emitted, rows

HERE = Path(__file__).parent
USER = "urn:acme:scim:schemas:extension:crm:1.0:User"


@pytest.fixture(scope="module")
def app(crm: Any, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The app, as commands of its own."""
    return emitted((HERE / "every.scim.yaml").read_text(), tmp_path_factory.mktemp("app") / "project")


@pytest.fixture
def sqlite(app: Project, tmp_path: Path) -> str:
    """A SQLite database with two users and a group."""
    url = f"sqlite:///{tmp_path}/laptop.db"
    app.run(url, "import", "--format", "jsonl", "-", text="\n".join(map(json.dumps, users("ada", "bøb"))))
    group = {"id": "g", "displayName": "G", "members": [{"value": "ada"}]}
    app.run(url, "import", "--type", "Group", "--format", "jsonl", "-", text=json.dumps(group))
    return url


def users(*names: str) -> list[dict[str, Any]]:
    """Users with something hidden and a grant."""
    extension = {"secret": "s3cret", "region": "emea"}
    return [{"id": name, "userName": name, "roles": [{"value": "admin"}], USER: extension} for name in names]


def content(file: Path) -> list[str]:
    """The lines of a backup; a database gives rows in any order, and the checksum follows that."""
    lines = gzip.decompress(file.read_bytes()).decode().splitlines()
    return [*sorted(lines[:-1]), json.dumps(json.loads(lines[-1])["rows"])]


def test_a_laptop_moves_to_postgresql_and_back(
    app: Project, sqlite: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """With all that it has; both go on from there."""
    postgresql = database_url(request, "postgresql", tmp_path)
    first, second, third = (tmp_path / f"{name}.gz" for name in ("first", "second", "third"))
    app.run(sqlite, "backup", str(first))
    assert (first.stat().st_mode & 0o077) == 0
    app.run(postgresql, "restore", str(first))
    app.run(postgresql, "backup", str(second))
    assert content(first) == content(second)
    with app.serving(postgresql, tmp_path) as server, server.client() as client:
        ada = client.get("/Users/ada").json()
        assert (ada["roles"][0]["value"], ada["groups"][0]["value"]) == ("admin", "g")
        assert client.post("/Users", json={"userName": "ADA"}).status_code == 409
        assert client.post("/Users", json={"userName": "carl"}).status_code == 201  # its key is a new one
        assert client.get("/Users").json()["totalResults"] == 3
    assert b"s3cret" in rows(postgresql, "SELECT whole FROM resources WHERE id = 'ada'")[0][0]
    app.run(postgresql, "backup", "--force", str(second))
    back = f"sqlite:///{tmp_path}/back.db"
    app.run(back, "restore", str(second))
    app.run(back, "backup", str(third))
    assert content(second) == content(third)
    with app.serving(back, tmp_path) as server, server.client() as client:
        assert client.post("/Users", json={"userName": "dora"}).status_code == 201
        assert client.get("/Users").json()["totalResults"] == 4


def test_counted_columns_count_on(app: Project, sqlite: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """What PostgreSQL numbers itself begins behind what was restored."""
    postgresql = database_url(request, "postgresql", tmp_path)
    file = tmp_path / "b.gz"
    columns = "tenant, time, actor, request, action, type, id, detail"
    trail = f"INSERT INTO audit ({columns}) VALUES ('t', '', '', '', '', '', '', '')"
    for _ in range(3):
        insert(sqlite, trail)
    app.run(sqlite, "backup", str(file))
    app.run(postgresql, "restore", str(file))
    insert(postgresql, trail)
    imported = 3  # the import of the fixture has noted each
    assert rows(postgresql, "SELECT max(position), count(*) FROM audit")[0] == (imported + 4, imported + 4)


def insert(url: str, statement: str) -> None:
    """Write to a database past the server."""
    import asyncio
    import importlib

    async def write() -> None:
        store = importlib.import_module("crm.storage.stores").make_store(url)
        await store.open()
        try:
            await store.write(lambda tx: tx.connection.run(statement))
        finally:
            await store.close()

    asyncio.run(write())


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_damaged_file_changes_nothing(
    app: Project, sqlite: str, request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    """Cut off anywhere, changed, of another release, or something else: one line, exit code 2."""
    (tmp_path / "empty").mkdir()
    url = database_url(request, kind, tmp_path / "empty")
    file, damaged = tmp_path / "b.gz", tmp_path / "damaged.gz"
    app.run(sqlite, "backup", str(file))
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
        _, errors = app.run(url, "restore", str(damaged), code=2)
        assert len(errors.splitlines()) == 1, errors
        assert rows(url, "SELECT count(*) FROM resources")[0][0] == 0
    app.run(url, "restore", str(file))
    assert "No such file" in app.run(url, "restore", str(tmp_path / "none"), code=2)[1]


def test_nothing_is_overwritten_unasked(app: Project, sqlite: str, tmp_path: Path) -> None:
    """Neither a file nor a database; and a file only by a whole one."""
    file = tmp_path / "b.gz"
    app.run(sqlite, "backup", str(file))
    before = file.read_bytes()
    assert "--force" in app.run(sqlite, "backup", str(file), code=2)[1]
    assert "holds nothing" in app.run(f"sqlite:///{tmp_path}/none.db", "backup", "--force", str(file), code=2)[1]
    assert file.read_bytes() == before
    app.run(sqlite, "import", "--format", "csv", "-", text="userName\nlater\n")
    assert "--force" in app.run(sqlite, "restore", str(file), code=2)[1]
    assert rows(sqlite, "SELECT count(*) FROM resources WHERE type = 'User'")[0][0] == 3
    app.run(sqlite, "restore", "--force", str(file))
    assert rows(sqlite, "SELECT count(*) FROM resources WHERE type = 'User'")[0][0] == 2
    assert not list(tmp_path.glob(".b.gz*"))
    assert "No such file" in app.run(sqlite, "backup", str(tmp_path / "none" / "b.gz"), code=2)[1]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_under_load_is_of_one_moment(
    app: Project, request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    """Every total equals its rows, every link has both ends, though a server writes all the while."""
    url = database_url(request, kind, tmp_path)
    file, stop = tmp_path / "b.gz", threading.Event()
    with app.serving(url, tmp_path) as server, server.client() as client:

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
            app.run(url, "backup", str(file))
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
