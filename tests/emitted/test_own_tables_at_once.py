"""`examples/own-tables`: servers, the app and its clients at work over the same rows at the same time."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text

from tests.emitted.shops import (
    ADD_USER,
    USER,
    Shop,
    add_user,
    connected,
    notes,
    old_shop,
    patch,
    sql,
)
from tests.support import Running


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
