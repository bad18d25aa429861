"""`examples/own-tables`: a shop whose own tables stand behind SCIM, as its README puts it together."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from scimgen.data import folder
from tests.support import Running, emit_into, running

WRITTEN = folder("examples") / "own-tables" / "project"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"


def put_together(target: Path) -> Any:
    """The emitted project with what the shop's owner has written in it."""
    app = emit_into(WRITTEN / "shop.scim.yaml", target)
    shutil.copytree(WRITTEN, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    return app


def sql(shop: Running, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
    """What the shop's owner might type into the database's own shell."""
    with sqlite3.connect(shop.folder.parent / "shop.db", timeout=10) as connection:
        return connection.execute(statement, parameters).fetchall()


def add_user(shop: Running, email: str) -> None:
    """A row that no application code has looked at."""
    columns = "(email, is_active, basket_total, created_at)"
    sql(shop, f"INSERT INTO users {columns} VALUES (?, 1, 0, '2020-01-01 00:00:00')", email)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Running]:
    """The shop, running over a database that had users and licences before SCIM came."""
    (tmp_path / "project").mkdir()
    app = put_together(tmp_path / "project")
    tables = "from sqlalchemy import create_engine; from shop.tables import Base;"
    make = f"{tables} Base.metadata.create_all(create_engine('sqlite:///{tmp_path}/shop.db'))"
    subprocess.run([sys.executable, "-c", make], cwd=tmp_path / "project", check=True, timeout=60)
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("INSERT INTO licences VALUES ('trial', 'Trial', NULL, 0), ('pro', 'Professional', 25, 900)")
        connection.execute(
            "INSERT INTO users (email, first_name, is_active, password_hash, basket_total, created_at)"
            " VALUES ('old@example.com', 'Olga', 1, 'hash', 7, '2020-01-01 00:00:00')"
        )
        connection.execute("INSERT INTO user_licences VALUES (1, 'pro', '2020-01-01 00:00:00')")
    with running(app, tmp_path / "project", tmp_path) as server:
        yield server


def test_the_emitted_tests_pass_over_the_own_tables(tmp_path: Path) -> None:
    """The contract of a store, and the HTTP tests on a real server."""
    put_together(tmp_path)
    tests = [f"tests/test_{name}.py" for name in ("storage", "resources", "lists", "okta", "errors", "discovery")]
    process = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
        cwd=tmp_path,
        env=os.environ | {"SCIM_TEST_DATABASES": "sqlite"},
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


def test_users_from_before_are_there_with_what_they_hold(shop: Running) -> None:
    """By list, by filter, with their licence; what the table does not say is not made up."""
    with shop.client() as client:
        (olga,) = client.get("/Users").json()["Resources"]
        assert (olga["id"], olga["userName"], olga["name"]) == ("u-1", "old@example.com", {"givenName": "Olga"})
        assert [(one["value"], one["display"]) for one in olga["entitlements"]] == [("pro", "Professional")]
        held = client.get("/Users", params={"filter": 'entitlements[value eq "pro"]'}).json()
        assert [one["id"] for one in held["Resources"]] == ["u-1"]
        assert client.get("/Licenses").json()["totalResults"] == 2


def test_what_a_client_writes_stands_in_the_tables(shop: Running) -> None:
    """Created, granted, renamed, deactivated, revoked, deleted; columns that SCIM knows nothing of stay as they are."""
    body = {"schemas": [USER], "userName": "ada@example.com", "name": {"givenName": "Ada"}, "nickName": "Countess"}
    with shop.client() as client:
        made = client.post("/Users", json=body | {"entitlements": [{"value": "pro"}]})
        assert made.status_code == 201, made.text
        user = made.json()
        number = int(user["id"].removeprefix("u-"))
        row = "SELECT email, first_name, is_active, basket_total FROM users WHERE id = ?"
        assert sql(shop, row, number) == [("ada@example.com", "Ada", 1, 0)]
        licences = "SELECT licence_code FROM user_licences WHERE user_id = ?"
        assert sql(shop, licences, number) == [("pro",)]
        sql(shop, "UPDATE users SET basket_total = 99 WHERE id = ?", number)
        operations = [
            {"op": "replace", "value": {"active": False, "name.familyName": "Lovelace"}},
            {"op": "remove", "path": 'entitlements[value eq "pro"]'},
        ]
        answer = client.patch(f"/Users/{user['id']}", json={"schemas": [PATCH], "Operations": operations})
        assert answer.status_code == 200, answer.text
        assert sql(shop, row, number) == [("ada@example.com", "Ada", 0, 99)]
        assert sql(shop, licences, number) == []
        assert client.get(f"/Users/{user['id']}").json()["nickName"] == "Countess"
        again = client.post("/Users", json=body | {"userName": "ADA@example.com"})
        assert (again.status_code, again.json()["scimType"]) == (409, "uniqueness")
        assert client.delete(f"/Users/{user['id']}").status_code == 204
        assert sql(shop, row, number) == []


def test_what_the_app_writes_is_seen_at_the_next_request(shop: Running) -> None:
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
        sql(shop, "UPDATE users SET is_active = 0 WHERE email LIKE 'new1%'")
        inactive = client.get("/Users", params={"filter": "active eq false"}).json()
        assert inactive["totalResults"] == 11
        sql(shop, "DELETE FROM users WHERE id = 1")
        assert client.get("/Users/u-1").status_code == 404
        assert client.get("/Users").json()["totalResults"] == 25


def test_a_change_of_the_app_and_one_of_a_client_do_not_lose_each_other(shop: Running) -> None:
    """The app has changed the first name: a client that then changes the last one leaves it."""
    with shop.client() as client:
        sql(shop, "UPDATE users SET first_name = 'Olena', email = 'new@example.com' WHERE id = 1")
        operation = {"op": "replace", "path": "name.familyName", "value": "Older"}
        client.patch("/Users/u-1", json={"schemas": [PATCH], "Operations": [operation]})
        assert sql(shop, "SELECT email, first_name, last_name FROM users") == [("new@example.com", "Olena", "Older")]
        assert client.get("/Users/u-1").json()["emails"] == [{"value": "new@example.com", "primary": True}]


def test_rows_that_scim_would_refuse_harm_nobody(shop: Running) -> None:
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
    assert "row refused" in (shop.folder.parent / "server.log").read_text()


def test_tables_that_are_not_there_are_one_line_and_exit_2(tmp_path: Path) -> None:
    """It names the table, and says what to do."""
    put_together(tmp_path)
    store = tmp_path / "shop" / "store.py"
    store.write_text(store.read_text().replace("    Base.metadata.create_all(engine)\n", ""))
    environment = os.environ | {"SCIM_TOKEN": "t", "SCIM_DATABASE_URL": f"sqlite:///{tmp_path}/empty.db"}
    command = [sys.executable, "-m", "shop", "serve", "--port", "0"]
    run = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 2
    assert "there is no table licences: create the app's own tables" in run.stderr
    assert "Traceback" not in run.stderr


def test_triggers_that_are_gone_come_back_and_nothing_is_missed(shop: Running, tmp_path: Path) -> None:
    """A migration that rebuilds a table drops them: at the next start every row is looked at, and every missing one."""
    sql(shop, "DROP TRIGGER scim_User_users_insert")
    sql(shop, "DROP TRIGGER scim_User_users_delete")
    add_user(shop, "z@example.com")
    sql(shop, "DELETE FROM users WHERE id = 1")
    with running(shop.app, shop.folder, tmp_path) as again, again.client() as client:
        assert [one["userName"] for one in client.get("/Users").json()["Resources"]] == ["z@example.com"]
