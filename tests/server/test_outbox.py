"""Hooks and the webhook get an event for each acknowledged change, at least once, in order per user."""

import asyncio
import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from typing import Any

import httpx
import pytest

from scimgen_server import Hooks, ScimApp, Settings, Store, current_event, make_store
from scimgen_server.events import delivery
from scimgen_server.events.delivery import Delivery
from scimgen_server.events.occurrences import EVENTS
from scimgen_server.ports.audit import AuditFilter
from scimgen_server.ports.outbox import Backlog, QueuedEvent
from scimgen_server.testing.memory import MemoryStore
from tests.server.inside import play, service_of, until
from tests.server.servers import receiver
from tests.support import answering

TEN_ATTEMPTS = 0.5 / 86_400
"""The setting `event_days` for ten attempts, with the pauses of `quick`: 1, 2, 4 … 256 milliseconds."""

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


def test_later_events_wait_until_a_dead_one_is_replayed(new_store: Callable[[], Store]) -> None:
    """Those of other users are delivered meanwhile."""
    listener = Listener({"created": 10})

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        await create(client, "ada", "lic-pro")
        store = service_of(app).store
        dead = await given_up(store)
        assert (json.loads(dead.event)["event"], dead.error) == ("user_created", "LookupError: ada")
        await create(client, "grace")
        await until(lambda: ("grace", "created") in listener.events)
        await asyncio.sleep(0.1)
        assert listener.events == [("grace", "created")]
        assert (dead.behind, await store.outbox.backlog()) == (1, Backlog(1, dead.time, 1))
        now = datetime.now(UTC).isoformat()
        assert await store.write(lambda tx: tx.outbox.replay([dead.position], now)) == 1
        await drained(store)

    play(new_store(), scenario, hooks=listener.hooks, event_days=TEN_ATTEMPTS)
    assert listener.events[1:] == [("ada", "created"), ("ada", "granted", "lic-pro")]


async def given_up(store: Store) -> QueuedEvent:
    """The first event that is given up, once there is one."""
    for _ in range(500):
        if dead := await store.outbox.dead():
            return dead[0]
        await asyncio.sleep(0.01)
    raise AssertionError("no event was given up")


async def drained(store: Store) -> None:
    """Wait until all events are delivered."""
    for _ in range(500):
        if await store.outbox.backlog() == Backlog(0, None, 0):
            return
        await asyncio.sleep(0.01)
    raise AssertionError(await store.outbox.backlog())


def test_an_outage_of_days_is_bridged_by_default() -> None:
    """The 864th attempt is after three days; it was the tenth, after nine minutes."""
    store = MemoryStore()
    attempts = Delivery(store, {}, days=Settings().event_days, pause=1)._attempts
    waits = [Delivery(store, {}, pause=1)._pause_after(attempt) for attempt in range(int(attempts) - 1)]
    assert waits[:10] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert 3 * 86_400 <= sum(waits) < 3 * 86_400 + 300
    assert Delivery(store, {}, days=365)._pause_after(100_000) == 300


def test_after_an_outage_the_host_equals_scim(new_store: Callable[[], Store]) -> None:
    """A licence and a membership that were given during the outage and withdrawn later are not given again."""
    host: dict[str, set[str]] = {}
    answers: list[int] = []

    def apply(event: dict[str, Any]) -> int:
        answers.append(503 if outage else 204)
        if outage:
            return 503
        data = event["data"]
        match event["type"]:
            case "granted":
                host.setdefault(data["user"]["id"], set()).add(data["grant"]["value"])
            case "revoked":
                host[data["user"]["id"]].discard(data["grant"]["value"])
            case "members_added":
                host.setdefault(data["group"]["id"], set()).update(one["value"] for one in data["members"])
            case "members_removed":
                host[data["group"]["id"]].difference_update(one["value"] for one in data["members"])
        return 204

    outage = False
    with applying(apply) as url:

        async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
            nonlocal outage
            store = service_of(app).store
            ada = await create(client, "ada")
            group = (await client.post("/Groups", json={"displayName": "Sales"})).json()
            user, sales = ada["meta"]["location"], group["meta"]["location"]
            await drained(store)
            outage = True
            await client.put(user, json=ada | {"entitlements": [{"value": "lic-pro"}]})
            await client.put(sales, json=group | {"members": [{"value": ada["id"]}]})
            for _ in range(500):
                if len(await store.outbox.dead()) == 2:
                    break
                await asyncio.sleep(0.01)
            outage = False
            await client.put(user, json=ada | {"entitlements": [{"value": "lic-free"}]})
            await client.put(sales, json=group)
            await asyncio.sleep(0.1)
            assert not host
            positions = [one.position for one in await store.outbox.dead()]
            now = datetime.now(UTC).isoformat()
            await store.write(lambda tx: tx.outbox.replay(positions, now))
            await drained(store)
            assert host == {ada["id"]: {"lic-free"}, group["id"]: set()}

        play(new_store(), scenario, webhook_url=url, webhook_secret="s3cret", event_days=TEN_ATTEMPTS)
    assert answers.count(503) == 20


def test_a_failing_hook_does_not_repeat_the_others(new_store: Callable[[], Store]) -> None:
    """Neither another hook of the event nor the webhook. The hooks after it wait for it."""
    hooks = Hooks()
    called: list[str] = []

    @hooks.on_user_created
    async def make_account(user: Any) -> None:
        called.append("account")

    @hooks.on_user_created
    async def send_mail(user: Any) -> None:
        called.append("mail")
        if called.count("mail") < 4:
            raise LookupError

    @hooks.on_user_created
    async def report(user: Any) -> None:
        called.append("report")

    with receiver() as (url, received):

        async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
            await create(client, "ada")
            await until(lambda: "report" in called)
            await drained(service_of(app).store)

        play(new_store(), scenario, hooks=hooks, webhook_url=url, webhook_secret="s3cret")
    assert called == ["account", "mail", "mail", "mail", "mail", "report"]
    assert len(received) == 1
    assert "done" not in json.loads(received[0][1])["data"]


def test_hooks_with_the_same_name_are_told_apart(new_store: Callable[[], Store]) -> None:
    """They are made by one function, for example."""
    hooks = Hooks()
    called: list[int] = []

    def hook(number: int) -> Any:
        async def call(user: Any) -> None:
            called.append(number)
            if number == 2 and called.count(2) == 1:
                raise LookupError

        return call

    for number in (1, 2, 3):
        hooks.on_user_created(hook(number))

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        await create(client, "ada")
        await until(lambda: 3 in called)

    play(new_store(), scenario, hooks=hooks)
    assert called == [1, 2, 2, 3]


def test_a_hook_that_is_not_async_is_refused() -> None:
    """When it is registered, with the correction. Objects and wrapped functions can be async."""
    hooks = Hooks()

    def blocking(user: Any) -> None:
        pass

    class Seats:
        async def __call__(self, user: Any, grant: Any) -> None:
            pass

    async def move(team: str, group: Any) -> None:
        pass

    with pytest.raises(TypeError, match=r"blocking of user_created is not async.*write `async def`"):
        hooks.on_user_created(blocking)  # type: ignore[type-var]
    assert not hooks
    hooks.on_granted(Seats())
    hooks.on_group_created(partial(move, "team"))
    assert "granted" in hooks
    assert "group_created" in hooks


def test_a_failing_hook_has_one_trace_for_each_event(
    new_store: Callable[[], Store], capsys: pytest.CaptureFixture[str]
) -> None:
    """And one line when the event is given up, instead of a trace for each of the ten attempts."""
    listener = Listener({"created": 10})

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        await create(client, "ada", "lic-pro")
        await given_up(service_of(app).store)

    play(new_store(), scenario, hooks=listener.hooks, event_days=TEN_ATTEMPTS)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    failed, last = [one for one in lines if "event_id" in one]
    assert (failed["event"], failed["error"], failed["consumer"]) == ("failure", "LookupError", "hooks")
    assert "LookupError: ada" in failed["trace"]
    assert (last["event"], last["event_id"]) == ("event given up", failed["event_id"])
    assert len(json.dumps(last)) < 300


def test_the_log_has_an_event_that_is_delayed(capsys: pytest.CaptureFixture[str]) -> None:
    """Once, after ten failures: it can take days until it is given up."""
    listener = Listener({"created": 12})

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        await create(client, "ada")
        await until(lambda: ("ada", "created") in listener.events)

    play(MemoryStore(), scenario, hooks=listener.hooks)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [one["event"] for one in lines if "event_id" in one] == ["failure", "event delayed"]


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


@contextmanager
def applying(apply: Callable[[dict[str, Any]], int]) -> Iterator[str]:
    """An HTTP server that passes each event to a function, and answers with the status that it returns."""

    def respond(request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["content-length"]))
        request.send_response(apply(json.loads(body)))
        request.end_headers()

    with answering(respond) as url:
        yield f"{url}/events"


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
