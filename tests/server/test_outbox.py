"""Hooks and the webhook: what was acknowledged is told, at least once, as differences, in order per user."""

import asyncio
import hmac
import importlib
import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from tests.server.inside import play, until

NAMES = ("created", "changed", "deactivated", "reactivated", "deleted")


class Listener:
    """Hooks that write down what they are told; `failing` says how often an event of that name fails."""

    def __init__(self, failing: dict[str, int] | None = None) -> None:
        module = importlib.import_module("crm.scim.hooks")
        self.hooks, self.current = module.Hooks(), module.current
        self.told: list[tuple[str, ...]] = []
        self.ids: list[int] = []
        self.failing = dict(failing or {})
        for name in NAMES:
            getattr(self.hooks, f"on_user_{name}")(self._hook(name))
        for name in ("granted", "revoked"):
            getattr(self.hooks, f"on_{name}")(self._hook(name))

    def _hook(self, name: str) -> Any:
        async def hook(user: Any, *grant: Any) -> None:
            self.ids.append(self.current.get().id)
            if self.failing.get(name, 0) > 0:
                self.failing[name] -= 1
                raise LookupError(user.user_name)
            self.told.append((user.user_name, name, *(one.value for one in grant)))

        return hook


async def create(client: httpx.AsyncClient, name: str, *values: str) -> dict[str, Any]:
    """A user who holds some values."""
    body = {"userName": name, "active": True, "entitlements": [{"value": value} for value in values]}
    response = await client.post("/Users", json=body)
    assert response.status_code == 201, response.text
    user: dict[str, Any] = response.json()
    return user


@pytest.fixture(autouse=True)
def quick(crm: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses after failures are short."""
    delivery = importlib.import_module("crm.scim.delivery")
    monkeypatch.setattr(delivery, "_POLL_SECONDS", 0.02)
    monkeypatch.setattr(delivery.Delivery.__init__, "__kwdefaults__", {**_defaults(delivery), "pause": 0.001})


def _defaults(delivery: Any) -> dict[str, Any]:
    return dict(delivery.Delivery.__init__.__kwdefaults__)


def test_hooks_are_told_differences(crm: Any, database: str) -> None:
    """Never whole lists: what a PUT did not change is not told."""
    listener = Listener()

    async def scenario(client: httpx.AsyncClient, app: Any) -> None:
        user = await create(client, "ada", "lic-pro")
        location = user["meta"]["location"]
        for change in ({"title": "Dr"}, {"active": False}, {"active": True}, {"entitlements": [{"value": "seat-a"}]}):
            await client.put(location, json=user | change)
        await client.put(location, json=user | {"entitlements": [{"value": "seat-a"}]})
        await client.delete(location)
        await until(lambda: ("ada", "deleted") in listener.told)

    play(database, scenario, hooks=listener.hooks)
    assert [one[1:] for one in listener.told] == [
        ("created",),
        ("granted", "lic-pro"),
        ("changed",),
        ("changed",),
        ("deactivated",),
        ("changed",),
        ("reactivated",),
        ("changed",),
        ("granted", "seat-a"),
        ("revoked", "lic-pro"),
        ("revoked", "seat-a"),
        ("deleted",),
    ]


def test_a_deleted_entitlement_is_revoked_from_all_who_held_it(crm: Any, database: str) -> None:
    """Each of them is told, once."""
    listener = Listener()

    async def scenario(client: httpx.AsyncClient, app: Any) -> None:
        body = {"displayName": "Gone", "tier": "pro"}
        schema = "urn:acme:scim:schemas:extension:crm:1.0:License"
        made = (await client.post("/Licenses", json={"displayName": "Gone", schema: body})).json()
        for name in ("ada", "grace"):
            await create(client, name, made["id"])
        assert (await client.delete(f"/Licenses/{made['id']}")).status_code == 204
        await until(lambda: sum(one[1] == "revoked" for one in listener.told) == 2)
        assert {one for one in listener.told if one[1] == "revoked"} == {
            ("ada", "revoked", made["id"]),
            ("grace", "revoked", made["id"]),
        }

    play(database, scenario, hooks=listener.hooks)


def test_a_hook_that_fails_is_tried_again_and_what_follows_waits(crm: Any, database: str) -> None:
    """The order per user holds; another user's events go on meanwhile."""
    listener = Listener({"created": 3})

    async def scenario(client: httpx.AsyncClient, app: Any) -> None:
        await create(client, "ada", "lic-pro")
        await until(lambda: ("ada", "granted", "lic-pro") in listener.told)

    play(database, scenario, hooks=listener.hooks)
    assert listener.told == [("ada", "created"), ("ada", "granted", "lic-pro")]
    assert len(set(listener.ids[:4])) == 1, "the id is the same on every attempt"


def test_what_fails_ten_times_is_put_aside_and_can_be_replayed(crm: Any, database: str) -> None:
    """What follows goes on then."""
    listener = Listener({"created": 10})
    outbox = importlib.import_module("crm.storage.outbox")

    async def scenario(client: httpx.AsyncClient, app: Any) -> None:
        await create(client, "ada", "lic-pro")
        await until(lambda: ("ada", "granted", "lic-pro") in listener.told)
        store = app.service.store
        (dead,) = await outbox.dead(store.connection)
        assert (json.loads(dead.event)["event"], dead.error) == ("user_created", "LookupError: ada")
        now = datetime.now(UTC).isoformat()
        assert await store.write(lambda tx: outbox.replay(tx.connection, [dead.position], now)) == 1
        await until(lambda: ("ada", "created") in listener.told)
        for _ in range(200):  # it is forgotten once it was told
            if await outbox.backlog(store.connection) == (0, None, 0):
                return
            await asyncio.sleep(0.02)
        raise AssertionError(await outbox.backlog(store.connection))

    play(database, scenario, hooks=listener.hooks)


def test_what_was_not_told_is_told_after_a_restart(crm: Any, database: str) -> None:
    """The first server stops before its hooks have succeeded."""
    first, second = Listener({"created": 9}), Listener()

    async def crash(client: httpx.AsyncClient, app: Any) -> None:
        await create(client, "ada", "lic-pro")

    async def restart(client: httpx.AsyncClient, app: Any) -> None:
        await until(lambda: len(second.told) == 2)

    play(database, crash, hooks=first.hooks)
    play(database, restart, hooks=second.hooks)
    assert not first.told
    assert second.told == [("ada", "created"), ("ada", "granted", "lic-pro")]


def test_one_process_delivers_at_a_time(crm: Any, database: str) -> None:
    """Two over one database: every event once, since neither crashes."""
    listener = Listener()

    async def outer(client: httpx.AsyncClient, app: Any) -> None:
        other = type(app)(settings=app.settings, hooks=listener.hooks)
        async with other.lifespan():
            for number in range(20):
                await create(client, f"user{number}", "lic-pro")
            await until(lambda: len(listener.told) >= 40)
            await asyncio.sleep(0.1)

    play(database, outer, hooks=listener.hooks)
    assert len(listener.told) == len(set(listener.told)) == 40


def test_a_clock_set_back_holds_nothing_up(crm: Any, database: str) -> None:
    """Neither a lease nor a pause that was taken before it is waited for."""
    delivery = importlib.import_module("crm.scim.delivery")
    ahead, told = datetime.now(UTC) + timedelta(days=1), []

    async def take(waiting: Any) -> None:
        told.append(waiting.subject)
        if len(told) == 1:
            raise LookupError

    async def scenario(client: httpx.AsyncClient, app: Any) -> None:
        store = app.service.store
        app.service.edits.journal.consumers = ("hooks",)
        first = delivery.Delivery(store, {"hooks": take}, now=lambda: ahead, pause=250)
        await create(client, "ada")
        assert await first._hold() and await first._deliver_due()
        async with delivery.Delivery(store, {"hooks": take}).running():
            await until(lambda: len(told) == 2)

    play(database, scenario)


def test_the_app_is_not_told_of_its_own_doings(crm: Any, database: str) -> None:
    """But the clients' are told."""
    listener = Listener()

    async def scenario(client: httpx.AsyncClient, app: Any) -> None:
        user = await create(client, "ada")
        await app.directory().users.deactivate(user["id"])
        await app.directory().grants.grant(user["id"], "lic-pro")
        await create(client, "grace")
        await until(lambda: ("grace", "created") in listener.told)

    play(database, scenario, hooks=listener.hooks)
    assert listener.told == [("ada", "created"), ("grace", "created")]


@contextmanager
def receiver(statuses: list[int]) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A real HTTP server that takes events; it answers with the statuses given, then with 204."""
    received: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = statuses.pop(0) if statuses else 204
            if status == 204:
                received.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/events", received
    finally:
        server.shutdown()
        server.server_close()


def test_the_webhook_is_signed_and_retried(crm: Any, database: str) -> None:
    """A receiver that fails or redirects gets the event again; what it takes it can verify."""
    with receiver([500, 302]) as (url, received):

        async def scenario(client: httpx.AsyncClient, app: Any) -> None:
            await create(client, "ada", "lic-pro")
            await until(lambda: len(received) == 2)

        play(database, scenario, webhook_url=url, webhook_secret="s3cret")
    bodies = [json.loads(body) for _, body in received]
    assert [body["type"] for body in bodies] == ["user_created", "granted"]
    assert bodies[1]["data"]["grant"]["value"] == "lic-pro"
    assert bodies[1]["data"]["user"]["userName"] == "ada"
    headers, body = received[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = b64encode(hmac.digest(b"s3cret", signed, sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_every_change_is_in_the_audit_trail(crm: Any, database: str) -> None:
    """Who did what: names of attributes and ids of grants, no values."""

    async def scenario(client: httpx.AsyncClient, app: Any) -> None:
        user = await create(client, "ada", "lic-pro")
        operations = [{"op": "replace", "value": {"title": "Secret", "active": False}}]
        await client.patch(user["meta"]["location"], json={"schemas": [PATCH], "Operations": operations})
        await client.patch(user["meta"]["location"], json={"schemas": [PATCH], "Operations": operations})  # no change
        await app.directory().grants.revoke(user["id"], "lic-pro")
        await client.delete(user["meta"]["location"])
        statement = "SELECT actor, action, type, id, detail FROM audit ORDER BY position"
        rows = [tuple(row) for row in await app.service.store.connection.rows(statement)]
        assert [row[1] for row in rows] == ["created", "deactivated", "changed", "deleted"]
        assert {row[2:4] for row in rows} == {("User", user["id"])}
        created, patched, revoked, _ = (json.loads(row[4]) for row in rows)
        assert created["added"] == {"entitlements": ["lic-pro"]}
        assert created["attributes"] == ["userName", "active"]
        assert sorted(patched["attributes"]) == ["active", "title"]
        assert "Secret" not in str(rows)
        assert revoked == {"attributes": [], "removed": {"entitlements": ["lic-pro"]}}
        assert rows[2][0] == "app"

    play(database, scenario)


PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
