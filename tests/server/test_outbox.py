"""Hooks and the webhook get an event for each acknowledged change, at least once, in order per user."""

import asyncio
import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest

from scimgen_server import Hooks, ScimApp, Store, current_event, make_store
from scimgen_server.events import delivery
from scimgen_server.events.delivery import Delivery
from scimgen_server.events.occurrences import EVENTS
from scimgen_server.ports.audit import AuditFilter
from scimgen_server.ports.outbox import Backlog, QueuedEvent
from tests.server.inside import play, service_of, until
from tests.server.servers import receiver

NAMES = ("created", "changed", "deactivated", "reactivated", "deleted")


class Listener:
    """Hooks that keep what they receive.

    Args:
        failing: how often the hook of an event fails, by the name of the event.
    """

    def __init__(self, failing: dict[str, int] | None = None) -> None:
        self.hooks = Hooks()
        self.events: list[tuple[str, ...]] = []
        self.ids: list[int] = []
        self.failing = dict(failing or {})
        for name in NAMES:
            getattr(self.hooks, f"on_user_{name}")(self._hook(name))
        for name in ("granted", "revoked"):
            getattr(self.hooks, f"on_{name}")(self._hook(name))

    def _hook(self, name: str) -> Any:
        async def hook(user: Any, *grant: Any) -> None:
            self.ids.append(current_event.get().id)
            if self.failing.get(name, 0) > 0:
                self.failing[name] -= 1
                raise LookupError(user.user_name)
            self.events.append((user.user_name, name, *(one.value for one in grant)))

        return hook


async def create(client: httpx.AsyncClient, name: str, *values: str) -> dict[str, Any]:
    """Create a user with some grants."""
    body = {"userName": name, "active": True, "entitlements": [{"value": value} for value in values]}
    response = await client.post("/Users", json=body)
    assert response.status_code == 201, response.text
    user: dict[str, Any] = response.json()
    return user


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the pauses after failures short."""
    monkeypatch.setattr(delivery, "_POLL_SECONDS", 0.02)
    defaults = {**(Delivery.__init__.__kwdefaults__ or {}), "pause": 0.001}
    monkeypatch.setattr(Delivery.__init__, "__kwdefaults__", defaults)


def test_events_are_differences(new_store: Callable[[], Store]) -> None:
    """A PUT of a whole list has events only for the values that changed."""
    listener = Listener()

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        user = await create(client, "ada", "lic-pro")
        location = user["meta"]["location"]
        for change in ({"title": "Dr"}, {"active": False}, {"active": True}, {"entitlements": [{"value": "seat-a"}]}):
            await client.put(location, json=user | change)
        await client.put(location, json=user | {"entitlements": [{"value": "seat-a"}]})
        await client.delete(location)
        await until(lambda: ("ada", "deleted") in listener.events)

    play(new_store(), scenario, hooks=listener.hooks)
    assert [one[1:] for one in listener.events] == [
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


def test_a_deleted_entitlement_is_revoked_from_all_holders(new_store: Callable[[], Store]) -> None:
    """One event for each holder."""
    listener = Listener()

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        body = {"displayName": "Gone", "tier": "pro"}
        schema = "urn:acme:scim:schemas:extension:crm:1.0:License"
        made = (await client.post("/Licenses", json={"displayName": "Gone", schema: body})).json()
        for name in ("ada", "grace"):
            await create(client, name, made["id"])
        assert (await client.delete(f"/Licenses/{made['id']}")).status_code == 204
        await until(lambda: sum(one[1] == "revoked" for one in listener.events) == 2)
        assert {one for one in listener.events if one[1] == "revoked"} == {
            ("ada", "revoked", made["id"]),
            ("grace", "revoked", made["id"]),
        }

    play(new_store(), scenario, hooks=listener.hooks)


def test_a_failed_event_is_delivered_again_before_the_next(new_store: Callable[[], Store]) -> None:
    """The order per user is kept."""
    listener = Listener({"created": 3})

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        await create(client, "ada", "lic-pro")
        await until(lambda: ("ada", "granted", "lic-pro") in listener.events)

    play(new_store(), scenario, hooks=listener.hooks)
    assert listener.events == [("ada", "created"), ("ada", "granted", "lic-pro")]
    assert len(set(listener.ids[:4])) == 1, "the id is the same on every attempt"


def test_an_event_that_fails_ten_times_is_dead_and_can_be_replayed(new_store: Callable[[], Store]) -> None:
    """The next events are delivered then."""
    listener = Listener({"created": 10})

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        await create(client, "ada", "lic-pro")
        await until(lambda: ("ada", "granted", "lic-pro") in listener.events)
        store = service_of(app).store
        (dead,) = await store.outbox.dead()
        assert (json.loads(dead.event)["event"], dead.error) == ("user_created", "LookupError: ada")
        now = datetime.now(UTC).isoformat()
        assert await store.write(lambda tx: tx.outbox.replay([dead.position], now)) == 1
        await until(lambda: ("ada", "created") in listener.events)
        for _ in range(200):  # it is deleted after its delivery
            if await store.outbox.backlog() == Backlog(0, None, 0):
                return
            await asyncio.sleep(0.02)
        raise AssertionError(await store.outbox.backlog())

    play(new_store(), scenario, hooks=listener.hooks)


def test_a_failing_hook_has_one_trace_for_each_event(
    new_store: Callable[[], Store], capsys: pytest.CaptureFixture[str]
) -> None:
    """And one line when the event is given up, instead of a trace for each of the ten attempts."""
    listener = Listener({"created": 10})

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        await create(client, "ada", "lic-pro")
        await until(lambda: ("ada", "granted", "lic-pro") in listener.events)

    play(new_store(), scenario, hooks=listener.hooks)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    failed, given_up = [one for one in lines if "event_id" in one]
    assert (failed["event"], failed["error"], failed["consumer"]) == ("failure", "LookupError", "hooks")
    assert "LookupError: ada" in failed["trace"]
    assert (given_up["event"], given_up["event_id"]) == ("event given up", failed["event_id"])
    assert len(json.dumps(given_up)) < 300


def test_undelivered_events_are_delivered_after_a_restart(new_store: Callable[[], Store]) -> None:
    """The first server stops before its hooks have succeeded."""
    first, second = Listener({"created": 9}), Listener()

    async def crash(client: httpx.AsyncClient, app: ScimApp) -> None:
        await create(client, "ada", "lic-pro")

    async def restart(client: httpx.AsyncClient, app: ScimApp) -> None:
        await until(lambda: len(second.events) == 2)

    play(new_store(), crash, hooks=first.hooks)
    play(new_store(), restart, hooks=second.hooks)
    assert not first.events
    assert second.events == [("ada", "created"), ("ada", "granted", "lic-pro")]


def test_one_process_delivers_at_a_time(database: str) -> None:
    """Two servers over one database: every event is delivered once."""
    listener = Listener()

    async def outer(client: httpx.AsyncClient, app: ScimApp) -> None:
        other = ScimApp(app.application, settings=app.settings, store=make_store(database), hooks=listener.hooks)
        async with other.lifespan():
            for number in range(20):
                await create(client, f"user{number}", "lic-pro")
            await until(lambda: len(listener.events) >= 40)
            await asyncio.sleep(0.1)

    play(database, outer, hooks=listener.hooks)
    assert len(listener.events) == len(set(listener.events)) == 40


def test_a_clock_that_was_set_back_delays_nothing(new_store: Callable[[], Store]) -> None:
    """Leases and pauses from before are ignored."""
    ahead = datetime.now(UTC) + timedelta(days=1)
    subjects: list[str] = []

    async def take(waiting: QueuedEvent) -> None:
        subjects.append(waiting.subject)
        if len(subjects) == 1:
            raise LookupError

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        store = service_of(app).store
        service_of(app).operations.recorder.consumers = {"hooks": EVENTS}
        first = Delivery(store, {"hooks": take}, now=lambda: ahead, pause=250)
        await create(client, "ada")
        await first._step()
        await first._step()
        assert len(subjects) == 1
        async with Delivery(store, {"hooks": take}).running():
            await until(lambda: len(subjects) == 2)

    play(new_store(), scenario)


def test_the_app_gets_no_events_of_its_own_changes(new_store: Callable[[], Store]) -> None:
    """It gets those of clients."""
    listener = Listener()

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        user = await create(client, "ada")
        await app.directory().users.deactivate(user["id"])
        await app.directory().grants.grant(user["id"], "lic-pro")
        await create(client, "grace")
        await until(lambda: ("grace", "created") in listener.events)

    play(new_store(), scenario, hooks=listener.hooks)
    assert listener.events == [("ada", "created"), ("grace", "created")]


def test_the_webhook_is_signed_and_retried(new_store: Callable[[], Store]) -> None:
    """A receiver that fails or redirects gets the event again. It can verify the signature."""
    with receiver(500, 302) as (url, received):

        async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
            await create(client, "ada", "lic-pro")
            await until(lambda: len(received) == 2)

        play(new_store(), scenario, webhook_url=url, webhook_secret="s3cret")
    bodies = [json.loads(body) for _, body in received]
    assert [body["type"] for body in bodies] == ["user_created", "granted"]
    assert bodies[1]["data"]["grant"]["value"] == "lic-pro"
    assert bodies[1]["data"]["user"]["userName"] == "ada"
    headers, body = received[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = b64encode(hmac.digest(b"s3cret", signed, sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_every_change_is_in_the_audit_trail(new_store: Callable[[], Store]) -> None:
    """Actor, action, names of attributes and ids of grants; no values."""

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        user = await create(client, "ada", "lic-pro")
        operations = [{"op": "replace", "value": {"title": "Secret", "active": False}}]
        await client.patch(user["meta"]["location"], json={"schemas": [PATCH], "Operations": operations})
        await client.patch(user["meta"]["location"], json={"schemas": [PATCH], "Operations": operations})  # no change
        await app.directory().grants.revoke(user["id"], "lic-pro")
        await client.delete(user["meta"]["location"])
        entries = [entry async for _, entry in service_of(app).store.audit.read(AuditFilter())]
        assert [one.action for one in entries] == ["created", "deactivated", "changed", "deleted"]
        assert {(one.type, one.id) for one in entries} == {("User", user["id"])}
        created, patched, revoked, _ = (json.loads(one.detail) for one in entries)
        assert created["added"] == {"entitlements": ["lic-pro"]}
        assert created["attributes"] == ["userName", "active"]
        assert sorted(patched["attributes"]) == ["active", "title"]
        assert "Secret" not in str(entries)
        assert revoked == {"attributes": [], "removed": {"entitlements": ["lic-pro"]}}
        assert entries[2].actor == "app"

    play(new_store(), scenario)


PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
