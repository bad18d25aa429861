"""`examples/own-tables`, one server over the tables: what each side writes, the other sees."""

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url, text

from scimgen_server.testing.databases import DATABASES
from tests.emitted.shops import (
    ADD_USER,
    PATCH,
    USER,
    Shop,
    add_user,
    connected,
    create_tables,
    notes,
    old_shop,
    other_shop,
    patch,
    put_together,
    sql,
)
from tests.support import run_tool

ROLE = f"shopkeeper_{os.getpid()}"


@pytest.mark.parametrize("kind", DATABASES)
def test_the_emitted_tests_pass_over_the_own_tables(tmp_path: Path, kind: str, request: pytest.FixtureRequest) -> None:
    """The conformance tests over HTTP, on a real server."""
    put_together(tmp_path)
    settings = {"SCIM_TEST_DATABASES": kind}
    if kind == "postgresql":
        settings["SCIM_TEST_POSTGRESQL"] = request.getfixturevalue("postgresql")
    run_tool("pytest", "-q", "-p", "no:cacheprovider", "tests/test_conformance.py", cwd=tmp_path, **settings)


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "--no-cache", "."),
        ("black", "--check", "--quiet", "."),
        ("mypy",),
    ],
    ids=lambda command: command[0],
)
def test_the_owners_code_is_clean_too(tmp_path: Path, command: tuple[str, ...]) -> None:
    """By the project's own configuration."""
    put_together(tmp_path)
    run_tool(*command, cwd=tmp_path)


def test_users_from_before_are_there_with_what_they_hold(shop: Shop) -> None:
    """By list, by filter, with their licence; what the table does not have is not made up."""
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


def test_rows_that_scim_would_refuse_harm_nobody(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
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
    assert "row refused" in capsys.readouterr().err


def test_tables_that_are_not_there_are_one_line_and_exit_2(tmp_path: Path, database: str) -> None:
    """The message names the table and the fix."""
    put_together(tmp_path)
    store = tmp_path / "shop" / "store.py"
    store.write_text(store.read_text().replace("    Base.metadata.create_all(engine)\n", ""))
    environment = os.environ | {"SCIM_TOKEN": "t", "SCIM_WEAK_SECRETS": "1", "SCIM_DATABASE_URL": database}
    command = [sys.executable, "-m", "shop", "serve", "--port", "0"]
    run = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 2
    assert "there is no table licences: create the host tables" in run.stderr
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
    with shop.serving() as again, again.client() as client:
        assert [one["userName"] for one in client.get("/Users").json()["Resources"]] == ["z@example.com"]
        assert client.get("/Licenses/pro").json()["displayName"] == "Expert"
        add_user(shop, "y@example.com")
        assert client.get("/Users").json()["totalResults"] == 2


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
    shop = other_shop(tmp_path, database)
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
    """In PostgreSQL, SCIM's tables are in a separate schema: the shop's `resources` and `audit` are the shop's."""
    shop = other_shop(tmp_path, postgres)
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
    with shop.serving() as server, server.client() as client:
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
