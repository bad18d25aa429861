"""Delivery under slow receivers, lost leases and long queues: in order for each user, and nothing is held up."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scimgen_server import Store, make_store
from scimgen_server.events import delivery, webhook
from scimgen_server.events.delivery import Delivery
from scimgen_server.events.webhook import Webhook, WebhookError
from scimgen_server.ports.outbox import Event, QueuedEvent
from scimgen_server.schema.folding import fold_date_time
from scimgen_server.testing.memory import MemoryStore
from tests.server.commands import CommandLine
from tests.server.inside import until
from tests.server.servers import receiver

LEASE = 0.6


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make all times short."""
    times = {
        "_POLL_SECONDS": 0.02,
        "_LEASE_SECONDS": LEASE,
        "_RENEW_SECONDS": 0.1,
        "CALL_SECONDS": 0.25,
        "_CLOCK_SECONDS": 0.05,
    }
    for name, seconds in times.items():
        monkeypatch.setattr(delivery, name, seconds, raising=False)
    monkeypatch.setattr(webhook, "CALL_SECONDS", 0.25, raising=False)


def event(text: str, subject: str = "ada") -> Event:
    """An event of a user."""
    return Event("default", "webhook", subject, json.dumps({"event": text}))


async def put(store: Store, *events: Event) -> None:
    """Queue events."""
    await store.write(lambda tx: tx.outbox.put(events, fold_date_time(datetime.now(UTC))))


def name_of(waiting: QueuedEvent) -> str:
    """The text that `event` was called with."""
    return str(json.loads(waiting.event)["event"])


def play(store: Store, scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a scenario while the store is open."""

    async def run() -> None:
        await store.open()
        try:
            await scenario()
        finally:
            await store.close()

    asyncio.run(asyncio.wait_for(run(), 30))


def test_a_lease_is_renewed_while_deliveries_run(database: str) -> None:
    """Deliveries that take longer than the lease are not repeated by another server."""
    store, other = make_store(database), make_store(database)
    begun: list[str] = []
    ended: list[str] = []

    async def take(waiting: QueuedEvent) -> None:
        begun.append(name_of(waiting))
        await asyncio.sleep(2 * LEASE)
        ended.append(name_of(waiting))

    async def scenario() -> None:
        await other.open()
        await put(store, event("created"), event("deactivated"), event("created", "bob"))
        first, second = Delivery(store, {"webhook": take}), Delivery(other, {"webhook": take})
        async with first.running():
            await until(lambda: len(begun) == 2)
            async with second.running():
                await until(lambda: len(ended) == 3)
        await other.close()

    play(store, scenario)
    assert sorted(begun) == ["created", "created", "deactivated"]
    assert ended[-1] == "deactivated"


def test_a_frozen_server_sends_nothing_after_its_lease(
    new_store: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is frozen just before it sends. Meanwhile another server has delivered this event and a newer one."""
    monkeypatch.setattr(delivery, "_LEASE_SECONDS", 5)
    store = new_store()
    ahead = [0.0]
    frozen, thawed = asyncio.Event(), asyncio.Event()

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=ahead[0])

    with receiver() as (url, received):
        send = Webhook(url, "s3cret").deliver

        async def freeze(waiting: QueuedEvent) -> None:
            frozen.set()
            await asyncio.shield(thawed.wait())
            await send(waiting)

        async def scenario() -> None:
            await put(store, event("created"), event("deactivated"))
            first = Delivery(store, {"webhook": freeze}, now=now)
            attempt = asyncio.create_task(first._step())
            await frozen.wait()
            ahead[0] = 60
            async with Delivery(store, {"webhook": send}, now=now).running():
                await until(lambda: len(received) == 2)
            thawed.set()
            await attempt
            await asyncio.gather(*(task for _, task in first._running.values()), return_exceptions=True)

        play(store, scenario)
    assert [json.loads(body)["type"] for _, body in received] == ["created", "deactivated"]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_receiver_that_answers_byte_by_byte_is_left(scheme: str) -> None:
    """The deadline is for the whole call: connection, TLS and answer."""

    def drip(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            try:
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
                while True:
                    connection.sendall(b"x")
                    time.sleep(0.02)
            except OSError:
                closed.set()

    closed = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=drip, args=(listener,), daemon=True).start()
        hook = Webhook(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/", "s3cret")
        waiting = QueuedEvent(1, "default", "webhook", "ada", '{"event": "created"}', "", 0)
        began = time.perf_counter()
        with pytest.raises(WebhookError):
            asyncio.run(asyncio.wait_for(hook.deliver(waiting), 5))
        assert time.perf_counter() - began < 2
        assert closed.wait(2)


def test_a_slow_delivery_holds_up_no_other_user() -> None:
    """The events of other users are delivered meanwhile."""
    store = MemoryStore()
    taken: list[str] = []

    async def take(waiting: QueuedEvent) -> None:
        if waiting.subject == "slow":
            await asyncio.sleep(0.8)
        taken.append(waiting.subject)

    async def scenario() -> None:
        await put(store, event("created", "slow"), event("created", "slow"), *[event("created")] * 4)
        async with Delivery(store, {"webhook": take}).running():
            await until(lambda: len(taken) == 6)

    play(store, scenario)
    assert taken == ["ada"] * 4 + ["slow"] * 2


def test_an_outcome_is_stored_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also of a delivery that ends while another outcome is stored: the next event does not wait for the poll."""
    store = MemoryStore()
    taken: list[str] = []

    async def take(waiting: QueuedEvent) -> None:
        await asyncio.sleep(len(taken) % 3 / 1000)
        taken.append(waiting.subject)

    async def scenario() -> None:
        events = [event("changed", f"user{number % 7}") for number in range(140)]
        await put(store, *events)
        async with Delivery(store, {"webhook": take}).running():
            await until(lambda: len(taken) == 140, 3)

    monkeypatch.setattr(delivery, "_POLL_SECONDS", 2)
    play(store, scenario)


def test_waiting_and_dead_events_do_not_slow_delivery(database: str) -> None:
    """Twenty thousand of each are not read to find the events that are due."""
    store = make_store(database)
    later = fold_date_time(datetime.now(UTC) + timedelta(seconds=200))

    async def seconds() -> float:
        times: list[float] = []
        now = datetime.now(UTC)
        until = fold_date_time(now + timedelta(seconds=300))
        for _ in range(15):
            began = time.perf_counter()
            await store.outbox.due(fold_date_time(now), until, 32)
            times.append(time.perf_counter() - began)
        return sorted(times)[7]

    async def scenario() -> None:
        few = await seconds()
        events = [event("created", f"user{number}") for number in range(20_000)]
        await put(store, *events)
        connection: Any = store.connection
        await store.write(lambda tx: tx.connection.run("UPDATE outbox SET dead = 1"))  # type: ignore[attr-defined]
        await put(store, *events, *[event("changed", "busy") for _ in range(20_000)])
        await store.write(lambda tx: tx.connection.run("UPDATE outbox SET due = ?", [later]))  # type: ignore[attr-defined]
        assert (await connection.rows("SELECT count(*) FROM outbox"))[0][0] == 60_000
        assert await seconds() < 3 * few + 0.003

    play(store, scenario)


def test_dead_letters_are_discarded(commands: CommandLine, sqlite_database: str) -> None:
    """`outbox --discard` deletes them, or those with the ids given. Waiting events stay."""

    async def fill() -> None:
        store = make_store(sqlite_database)
        await store.open()
        await put(store, *[event("created", f"user{number}") for number in range(4)])
        for position in (1, 2, 3):
            await store.write(lambda tx, at=position: tx.outbox.failed(at, "2026", "gone", dead=True))
        await store.close()

    asyncio.run(fill())
    assert commands.run(sqlite_database, "outbox", "--discard", "--id", "2")[1] == "1 events were deleted\n"
    listed = commands.run(sqlite_database, "outbox")[0]
    assert [json.loads(line)["id"] for line in listed.splitlines()] == [1, 3]
    commands.run(sqlite_database, "outbox", "--discard")
    assert "0 dead letters, 1 waiting" in commands.run(sqlite_database, "outbox")[1]
