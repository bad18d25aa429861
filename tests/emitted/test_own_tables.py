"""`examples/own-tables`: a shop whose own tables stand behind SCIM, as its README puts it together."""

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from scimgen.data import folder
from templates.server.tests.databases import DATABASES, database_url
from templates.server.tests.databases import postgresql as postgresql
from tests.support import TOKEN, Running, emit_into, running

WRITTEN = folder("examples") / "own-tables" / "project"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
ROLE = f"shopkeeper_{os.getpid()}"


@dataclass(frozen=True)
class Shop:
    """A shop's project and its database; `server` runs over both."""

    app: Any
    folder: Path
    database: str
    server: Running | None = None

    @property
    def url(self) -> str:
        assert self.server is not None
        return self.server.url

    def client(self) -> httpx.Client:
        """A SCIM client."""
        assert self.server is not None
        return self.server.client()

    def running(self, name: str = "data") -> AbstractContextManager[Running]:
        """Start a server over the database; its log is `name`/server.log."""
        data = self.folder.parent / name
        data.mkdir()
        return running(self.app, self.folder, data, SCIM_DATABASE_URL=self.database)

    def log(self, name: str = "data") -> str:
        """What a server has logged."""
        return (self.folder.parent / name / "server.log").read_text()


def put_together(target: Path) -> Any:
    """The emitted project with what the shop's owner has written in it."""
    app = emit_into(WRITTEN / "shop.scim.yaml", target)
    shutil.copytree(WRITTEN, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    return app


@contextmanager
def connected(shop: Shop) -> Iterator[Connection]:
    """The database as the shop's owner reaches it, in a transaction."""
    url = make_url(shop.database)
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    patience = {"timeout": 30} if url.drivername == "sqlite" else {}
    with create_engine(url, poolclass=NullPool, connect_args=patience).begin() as connection:
        yield connection


def sql(shop: Shop, statement: str, **parameters: object) -> list[tuple[Any, ...]]:
    """What the shop's owner might type into the database's own shell."""
    with connected(shop) as connection:
        result = connection.execute(text(statement), parameters)
        return [tuple(row) for row in result] if result.returns_rows else []


ADD_USER = (
    "INSERT INTO users (email, is_active, basket_total, created_at) VALUES (:email, true, 0, '2020-01-01 00:00:00')"
)


def add_user(shop: Shop, email: str) -> None:
    """A row that no application code has looked at."""
    sql(shop, ADD_USER, email=email)


def notes(shop: Shop) -> int:
    """How many rows SCIM has not looked at since they changed."""
    schema = "scim." if shop.database.startswith("postgresql") else ""
    return int(sql(shop, f"SELECT count(*) FROM {schema}scim_changed_rows")[0][0])


def patch(client: httpx.Client, user: str, path: str, value: object) -> httpx.Response:
    """Replace one attribute."""
    operation = {"op": "replace", "path": path, "value": value}
    return client.patch(f"/Users/{user}", json={"schemas": [PATCH], "Operations": [operation]})


def old_shop(folder: Path, database: str) -> Shop:
    """A shop whose database had users and licences before SCIM came."""
    project = folder / "project"
    project.mkdir()
    shop = Shop(put_together(project), project, database)
    create_tables(shop)
    sql(shop, "INSERT INTO licences VALUES ('trial', 'Trial', NULL, 0), ('pro', 'Professional', 25, 900)")
    sql(
        shop,
        "INSERT INTO users (email, first_name, is_active, password_hash, basket_total, created_at)"
        " VALUES ('old@example.com', 'Olga', true, 'hash', 7, '2020-01-01 00:00:00')",
    )
    sql(shop, "INSERT INTO user_licences VALUES (1, 'pro', '2020-01-01 00:00:00')")
    return shop


def create_tables(shop: Shop) -> None:
    """The shop's tables, made by its own code."""
    make = "import sys; from shop.tables import Base, engine_of; Base.metadata.create_all(engine_of(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", make, shop.database], cwd=shop.folder, check=True, timeout=60)


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    return database_url(request, request.param, tmp_path)


@pytest.fixture
def postgres(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of PostgreSQL, for what only that has."""
    return database_url(request, "postgresql", tmp_path)


@pytest.fixture
def shop(tmp_path: Path, database: str) -> Iterator[Shop]:
    """The shop, running."""
    old = old_shop(tmp_path, database)
    with old.running() as server:
        yield Shop(old.app, old.folder, database, server)


@pytest.mark.parametrize("kind", DATABASES)
def test_the_emitted_tests_pass_over_the_own_tables(tmp_path: Path, kind: str, request: pytest.FixtureRequest) -> None:
    """The contract of a store, and the HTTP tests on a real server."""
    put_together(tmp_path)
    tests = [f"tests/test_{name}.py" for name in ("storage", "resources", "lists", "okta", "errors", "discovery")]
    environment = os.environ | {"SCIM_TEST_DATABASES": kind}
    if kind == "postgresql":
        environment["SCIM_TEST_POSTGRESQL"] = request.getfixturevalue("postgresql")
    process = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "--no-cache", "."),
        ("black", "--check", "--quiet", "."),
        ("mypy", "--cache-dir", "/dev/null"),
        ("pyright", "--pythonpath", sys.executable),
    ],
    ids=lambda command: command[0],
)
def test_the_owners_code_is_clean_too(tmp_path: Path, command: tuple[str, ...]) -> None:
    """By the project's own configuration."""
    put_together(tmp_path)
    process = subprocess.run(
        [sys.executable, "-m", *command], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert process.returncode == 0, process.stdout + process.stderr


def test_users_from_before_are_there_with_what_they_hold(shop: Shop) -> None:
    """By list, by filter, with their licence; what the table does not say is not made up."""
    with shop.client() as client:
        (olga,) = client.get("/Users").json()["Resources"]
        assert (olga["id"], olga["userName"], olga["name"]) == ("u-1", "old@example.com", {"givenName": "Olga"})
        assert [(one["value"], one["display"]) for one in olga["entitlements"]] == [("pro", "Professional")]
        held = client.get("/Users", params={"filter": 'entitlements[value eq "pro"]'}).json()
        assert [one["id"] for one in held["Resources"]] == ["u-1"]
        assert client.get("/Licenses").json()["totalResults"] == 2


def test_what_a_client_writes_stands_in_the_tables(shop: Shop) -> None:
    """Created, granted, renamed, deactivated, revoked, deleted; columns that SCIM knows nothing of stay as they are."""
    body = {"schemas": [USER], "userName": "ada@example.com", "name": {"givenName": "Ada"}, "nickName": "Countess"}
    with shop.client() as client:
        made = client.post("/Users", json=body | {"entitlements": [{"value": "pro"}]})
        assert made.status_code == 201, made.text
        user = made.json()
        number = int(user["id"].removeprefix("u-"))
        row = "SELECT email, first_name, is_active, basket_total FROM users WHERE id = :id"
        assert sql(shop, row, id=number) == [("ada@example.com", "Ada", 1, 0)]
        licences = "SELECT licence_code FROM user_licences WHERE user_id = :id"
        assert notes(shop) == 0, "who reads next need not look at what a client has written"
        assert sql(shop, licences, id=number) == [("pro",)]
        sql(shop, "UPDATE users SET basket_total = 99 WHERE id = :id", id=number)
        operations = [
            {"op": "replace", "value": {"active": False, "name.familyName": "Lovelace"}},
            {"op": "remove", "path": 'entitlements[value eq "pro"]'},
        ]
        answer = client.patch(f"/Users/{user['id']}", json={"schemas": [PATCH], "Operations": operations})
        assert answer.status_code == 200, answer.text
        assert sql(shop, row, id=number) == [("ada@example.com", "Ada", 0, 99)]
        assert sql(shop, licences, id=number) == []
        assert client.get(f"/Users/{user['id']}").json()["nickName"] == "Countess"
        again = client.post("/Users", json=body | {"userName": "ADA@example.com"})
        assert (again.status_code, again.json()["scimType"]) == (409, "uniqueness")
        assert client.delete(f"/Users/{user['id']}").status_code == 204
        assert sql(shop, row, id=number) == []


def test_what_the_app_writes_is_seen_at_the_next_request(shop: Shop) -> None:
    """By the shop's own pages and by plain SQL: found by filter, counted in pages, under another ETag."""
    with shop.client() as client, httpx.Client(base_url=shop.url) as pages:
        before = client.get("/Users/u-1")
        assert pages.patch("/people/1", params={"last_name": "Ångström"}).status_code == 200
        after = client.get("/Users/u-1", headers={"If-None-Match": before.headers["etag"]})
        assert (after.status_code, after.json()["name"]["familyName"]) == (200, "Ångström")
        stale = client.put("/Users/u-1", json=before.json(), headers={"If-Match": before.headers["etag"]})
        assert stale.status_code == 412
        found = client.get("/Users", params={"filter": 'name.familyName eq "ångström"'}).json()
        assert found["totalResults"] == 1
        for number in range(25):
            assert pages.post(f"/people/new{number}@example.com").status_code == 201
        page = client.get("/Users", params={"startIndex": 21, "count": 10}).json()
        assert (page["totalResults"], page["itemsPerPage"]) == (26, 6)
        assert client.get("/Users", params={"filter": 'entitlements.value eq "trial"'}).json()["totalResults"] == 25
        sql(shop, "UPDATE users SET is_active = false WHERE email LIKE 'new1%'")
        inactive = client.get("/Users", params={"filter": "active eq false"}).json()
        assert inactive["totalResults"] == 11
        sql(shop, "DELETE FROM user_licences WHERE user_id = 1")
        sql(shop, "DELETE FROM users WHERE id = 1")
        assert client.get("/Users/u-1").status_code == 404
        assert client.get("/Users").json()["totalResults"] == 25


def test_a_change_of_the_app_and_one_of_a_client_do_not_lose_each_other(shop: Shop) -> None:
    """The app has changed the first name: a client that then changes the last one leaves it. So with a new row."""
    with shop.client() as client:
        sql(shop, "UPDATE users SET first_name = 'Olena', email = 'new@example.com' WHERE id = 1")
        add_user(shop, "second@example.com")
        assert patch(client, "u-2", "nickName", "Second").status_code == 200
        operation = {"op": "replace", "path": "name.familyName", "value": "Older"}
        client.patch("/Users/u-1", json={"schemas": [PATCH], "Operations": [operation]})
        row = "SELECT email, first_name, last_name FROM users WHERE id = 1"
        assert sql(shop, row) == [("new@example.com", "Olena", "Older")]
        assert client.get("/Users/u-1").json()["emails"] == [{"value": "new@example.com", "primary": True}]


def test_rows_that_scim_would_refuse_harm_nobody(shop: Shop) -> None:
    """Two names that differ in case are both shown, and stay taken while one is left; without a name a row is not."""
    body = {"schemas": [USER], "userName": "Twin@example.com"}
    with shop.client() as client:
        for email in ("twin@example.com", "TWIN@example.com", ""):
            add_user(shop, email)
        twins = client.get("/Users", params={"filter": 'userName eq "twin@example.com"'}).json()
        assert [one["userName"] for one in twins["Resources"]] == ["twin@example.com", "TWIN@example.com"]
        assert client.get("/Users").json()["totalResults"] == 3
        assert client.delete(f"/Users/{twins['Resources'][1]['id']}").status_code == 204
        assert client.post("/Users", json=body).status_code == 409
    assert "row refused" in shop.log()


def test_tables_that_are_not_there_are_one_line_and_exit_2(tmp_path: Path, database: str) -> None:
    """It names the table, and says what to do."""
    put_together(tmp_path)
    store = tmp_path / "shop" / "store.py"
    store.write_text(store.read_text().replace("    Base.metadata.create_all(engine)\n", ""))
    environment = os.environ | {"SCIM_TOKEN": "t", "SCIM_DATABASE_URL": database}
    command = [sys.executable, "-m", "shop", "serve", "--port", "0"]
    run = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 2
    assert "there is no table licences: create the app's own tables" in run.stderr
    assert "Traceback" not in run.stderr


GONE = {
    "sqlite": (
        "DROP TRIGGER scim_User_users_insert",
        "DROP TRIGGER scim_User_users_delete",
        "DROP TRIGGER scim_License_licences_update",
    ),
    "postgresql": (
        'DROP TRIGGER "scim_rows_User" ON users',
        'ALTER TABLE licences DISABLE TRIGGER "scim_rows_License"',
    ),
}


def test_triggers_that_are_gone_come_back_and_nothing_is_missed(shop: Shop) -> None:
    """A migration that rebuilds a table drops them: at the next start every row is looked at, and every missing one."""
    for statement in GONE[make_url(shop.database).drivername]:
        sql(shop, statement)
    add_user(shop, "z@example.com")
    sql(shop, "UPDATE licences SET title = 'Expert' WHERE code = 'pro'")
    sql(shop, "DELETE FROM user_licences")
    sql(shop, "DELETE FROM users WHERE id = 1")
    with shop.running("again") as again, again.client() as client:
        assert [one["userName"] for one in client.get("/Users").json()["Resources"]] == ["z@example.com"]
        assert client.get("/Licenses/pro").json()["displayName"] == "Expert"
        add_user(shop, "y@example.com")
        assert client.get("/Users").json()["totalResults"] == 2


def beside(change: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """Begin a change that has to wait for somebody; where its outcome will be."""
    outcome: list[Any] = []
    thread = threading.Thread(target=lambda: outcome.append(change()))
    thread.start()
    time.sleep(0.7)
    return thread, outcome


def test_a_client_waits_for_the_apps_transaction_and_keeps_what_it_did(shop: Shop) -> None:
    """An ETag of before is stale, what is patched is the row as the app left it, a name that it has given is taken."""
    add_user(shop, "second@example.com")
    with shop.client() as client:
        seen = client.get("/Users/u-1")
        stale = {"If-Match": seen.headers["etag"]}
        with connected(shop) as app:
            app.execute(text("UPDATE users SET first_name = 'Olena', last_name = 'New'"))
            app.execute(text(ADD_USER), {"email": "new@example.com"})
            body = {"schemas": [USER], "userName": "new@example.com"}
            changes = [
                beside(lambda: client.put("/Users/u-1", json=seen.json() | {"nickName": "Olga"}, headers=stale)),
                beside(lambda: patch(client, "u-2", "nickName", "Second")),
                beside(lambda: client.post("/Users", json=body)),
            ]
            assert not any(outcome for _, outcome in changes), "nobody has waited: nothing was tried"
        for thread, _ in changes:
            thread.join(20)
        replaced, patched, posted = (outcome[0] for _, outcome in changes)
        assert (replaced.status_code, patched.status_code, posted.status_code) == (412, 200, 409)
        assert patched.json()["name"] == {"givenName": "Olena", "familyName": "New"}
        names = sql(shop, "SELECT email, first_name, last_name FROM users ORDER BY id")
        assert names == [
            ("old@example.com", "Olena", "New"),
            ("second@example.com", "Olena", "New"),
            ("new@example.com", None, None),
        ]


def test_a_value_that_is_as_new_as_its_grant_is_granted(shop: Shop) -> None:
    """While a client waits for the user, the app sells a new licence and grants it: SCIM knows neither."""
    with shop.client() as client:
        with connected(shop) as app:
            app.execute(text("UPDATE users SET first_name = 'Olena' WHERE id = 1"))
            thread, outcome = beside(lambda: patch(client, "u-1", "nickName", "Olga"))
            app.execute(text("INSERT INTO licences VALUES ('new', 'New', NULL, 0)"))
            app.execute(text("INSERT INTO user_licences VALUES (1, 'new', '2020-01-01 00:00:00')"))
        thread.join(20)
        assert outcome[0].status_code == 200
        olga = client.get("/Users/u-1").json()
        assert sorted(one["value"] for one in olga["entitlements"]) == ["new", "pro"]
        assert olga["nickName"] == "Olga"
        assert notes(shop) == 0


@contextmanager
def two_running(shop: Shop) -> Iterator[list[Running]]:
    """Two servers over one database, started at the same moment."""
    contexts = [shop.running(name) for name in ("one", "two")]
    with ThreadPoolExecutor(2) as pool, ExitStack() as stack:
        starting = [pool.submit(context.__enter__) for context in contexts]
        for context in contexts:
            stack.push(context)
        yield [start.result() for start in starting]


def test_several_servers_and_the_app_write_at_once(tmp_path: Path, database: str) -> None:
    """Nobody's change of one user is lost, every row is shown once by both servers, and nothing went wrong."""
    shop, rounds = old_shop(tmp_path, database), 20

    def app() -> None:
        for number in range(rounds):
            add_user(shop, f"app{number}@example.com")
            statement = "UPDATE users SET first_name = :name, basket_total = basket_total + 1 WHERE id = 1"
            sql(shop, statement, name=f"First {number}")

    def provision(server: Running, path: str) -> None:
        with server.client() as client:
            for number in range(rounds):
                body = {"schemas": [USER], "userName": f"{path}{number}@example.com"}
                assert client.post("/Users", json=body).status_code == 201
                answer = patch(client, "u-1", path, f"Last {number}")
                assert answer.status_code == 200, answer.text

    with two_running(shop) as servers, ThreadPoolExecutor(3) as pool:
        paths = ("name.familyName", "nickName")
        for done in [pool.submit(app), *(pool.submit(provision, *one) for one in zip(servers, paths, strict=True))]:
            done.result(120)
        row = sql(shop, "SELECT first_name, last_name, basket_total FROM users WHERE id = 1")
        assert row == [(f"First {rounds - 1}", f"Last {rounds - 1}", 7 + rounds)]
        emails = sorted(one[0] for one in sql(shop, "SELECT email FROM users"))
        for server in servers:
            with server.client() as client:
                listed = client.get("/Users", params={"count": 100}).json()
                assert sorted(one["userName"] for one in listed["Resources"]) == emails
                assert listed["totalResults"] == len(emails) == 1 + 3 * rounds
                olga = client.get("/Users/u-1").json()
                assert (olga["name"]["givenName"], olga["nickName"]) == (row[0][0], row[0][1])
    for name in ("one", "two"):
        assert not [word for word in ("row refused", "failure", "not unique", "storage") if word in shop.log(name)]


def test_a_new_row_is_taken_up_once_by_whoever_comes_first(tmp_path: Path, database: str) -> None:
    """Both servers are asked at the same moment, and each shows all of it, as it was last."""
    shop = old_shop(tmp_path, database)
    with two_running(shop) as servers, ThreadPoolExecutor(6) as pool, ExitStack() as stack:
        clients = [stack.enter_context(server.client()) for server in servers]
        for number in range(10):
            with connected(shop) as connection:
                for each in range(5):
                    connection.execute(text(ADD_USER), {"email": f"new{number}-{each}@example.com"})
            asked = [pool.submit(one.get, "/Users", params={"count": 0}) for one in clients * 3]
            sql(shop, "UPDATE users SET first_name = 'Last' WHERE email LIKE :some", some=f"new{number}-%")
            assert {one.result().json()["totalResults"] for one in asked} == {6 + 5 * number}
        for client in clients:
            found = client.get("/Users", params={"filter": 'name.givenName eq "Last"', "count": 0}).json()
            assert found["totalResults"] == 50
    assert "row refused" not in shop.log("one") + shop.log("two")


def rewritten(shop: Shop, **tables: str) -> None:
    """Give the shop's tables other names, in its code."""
    for file in ("tables.py", "store.py"):
        path = shop.folder / "shop" / file
        content = path.read_text()
        for old, new in tables.items():
            content = re.sub(rf'"{old}((?:\.\w+)?)"', lambda found, new=new: repr(new + found[1]), content)
        path.write_text(content)


def test_names_are_names_whatever_they_hold(tmp_path: Path, database: str) -> None:
    """Quotes, statements, and two that are the same as far as PostgreSQL's longest names go."""
    (tmp_path / "project").mkdir()
    shop = Shop(put_together(tmp_path / "project"), tmp_path / "project", database)
    long, key = "or\"der's; DROP TABLE x -- and what belongs to such orders", 'the user\'s "key"'
    rewritten(shop, users=f"{long}_a", user_licences=f"{long}_b", user_id=key)
    tables = shop.folder / "shop" / "tables.py"
    tables.write_text(
        tables.read_text().replace(column := "user_id: Mapped[int] = mapped_column(", f"{column}{key!r}, ")
    )
    users, held = ('"' + f"{long}_{letter}".replace('"', '""') + '"' for letter in "ab")
    create_tables(shop)
    sql(shop, "INSERT INTO licences VALUES ('pro', 'Professional', 25, 900)")
    with shop.running() as server, server.client() as client:
        body = {"schemas": [USER], "userName": "ada@example.com", "entitlements": [{"value": "pro"}]}
        made = client.post("/Users", json=body).json()
        sql(shop, f"UPDATE {users} SET first_name = 'Ada'")
        assert client.get(f"/Users/{made['id']}").json()["name"]["givenName"] == "Ada"
        assert patch(client, made["id"], "name.familyName", "Lovelace").status_code == 200
        assert sql(shop, f"SELECT first_name, last_name FROM {users}") == [("Ada", "Lovelace")]
        sql(shop, f"DELETE FROM {held}")
        assert "entitlements" not in client.get(f"/Users/{made['id']}").json()
        sql(shop, f"DELETE FROM {users}")
        assert client.get("/Users").json()["totalResults"] == 0


def test_tables_that_are_called_as_scims_own_are_not_taken_for_them(tmp_path: Path, postgres: str) -> None:
    """In PostgreSQL SCIM's have a schema of their own: the shop's `resources` and `audit` are the shop's."""
    (tmp_path / "project").mkdir()
    shop = Shop(put_together(tmp_path / "project"), tmp_path / "project", postgres)
    rewritten(shop, users="resources", licences="links", user_licences="tokens")
    create_tables(shop)
    sql(shop, "CREATE TABLE audit (email TEXT)")
    noted = "BEGIN INSERT INTO audit VALUES (NEW.email); RETURN NULL; END"
    sql(shop, f"CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS '{noted}'")
    sql(shop, "CREATE TRIGGER note AFTER INSERT ON resources FOR EACH ROW EXECUTE FUNCTION note()")
    sql(shop, "INSERT INTO links VALUES ('pro', 'Professional', 25, 900)")
    with shop.running() as server, server.client() as client:
        body = {"schemas": [USER], "userName": "ada@example.com", "entitlements": [{"value": "pro"}]}
        made = client.post("/Users", json=body)
        assert made.status_code == 201, made.text
        assert sql(shop, "SELECT email FROM audit") == [("ada@example.com",)]
        assert sql(shop, "SELECT licence_code FROM tokens") == [("pro",)]
        sql(shop, "DELETE FROM tokens")
        assert "entitlements" not in client.get(f"/Users/{made.json()['id']}").json()


def test_postgresql_tells_of_truncate_and_of_users_without_rights(tmp_path: Path, postgres: str) -> None:
    """The app's database user has no rights in SCIM's schema; TRUNCATE deletes rows without a word for each."""
    shop = old_shop(tmp_path, postgres)
    with shop.running() as server, server.client() as client:
        with connected(shop) as connection:
            connection.execute(text(f"CREATE ROLE {ROLE}"))
            connection.execute(text(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {ROLE}"))
            connection.execute(text(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {ROLE}"))
            connection.execute(text(f"SET LOCAL ROLE {ROLE}"))
            connection.execute(text(ADD_USER), {"email": "role@example.com"})
        try:
            assert client.get("/Users").json()["totalResults"] == 2
            sql(shop, "TRUNCATE user_licences")
            assert "entitlements" not in client.get("/Users/u-1").json()
            sql(shop, "TRUNCATE users CASCADE")
            assert client.get("/Users").json()["totalResults"] == 0
            assert client.get("/Licenses").json()["totalResults"] == 2
        finally:
            sql(shop, f"DROP OWNED BY {ROLE}")
            sql(shop, f"DROP ROLE {ROLE}")


def test_a_server_starts_while_the_app_is_at_work(tmp_path: Path, postgres: str) -> None:
    """It waits for no transaction of the app's, however long that takes, and holds nobody up."""
    shop = old_shop(tmp_path, postgres)
    with shop.running(), connected(shop) as app:
        app.execute(text("UPDATE users SET first_name = 'Olena' WHERE id = 1"))
        with shop.running("again") as again, again.client() as client:
            add_user(shop, "new@example.com")
            assert [one["userName"] for one in client.get("/Users").json()["Resources"]] == [
                "old@example.com",
                "new@example.com",
            ]
            assert client.get("/Users/u-1").json()["name"] == {"givenName": "Olga"}
