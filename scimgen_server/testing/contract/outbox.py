"""The outbox."""

import pytest

from ...ports.outbox import Backlog, Event, QueuedEvent
from ...ports.resources import Store, Transaction
from .scenarios import LATER, NOW, MakeStore, StoreTests, run, with_store

_MUCH_LATER = "2026-01-31T09:35:00.000000Z"


def _event(text: str, subject: str = "ada", consumer: str = "hooks", tenant: str = "a") -> Event:
    return Event(tenant, consumer, subject, text)


async def _put(store: Store, *events: Event, now: str = NOW) -> None:
    await store.write(lambda tx: tx.outbox.put(events, now))


async def _due(store: Store, now: str = NOW, limit: int = 100) -> list[QueuedEvent]:
    return await store.outbox.due(now, _MUCH_LATER, limit)


async def _settle(store: Store, delivered: list[QueuedEvent]) -> None:
    positions = [one.position for one in delivered]
    await store.write(lambda tx: tx.outbox.delivered(positions))


def _texts(events: list[QueuedEvent]) -> str:
    return " ".join(one.event for one in events)


class OutboxContract(StoreTests):
    """The outbox port."""

    @with_store
    async def test_the_first_event_of_each_subject_is_due(self, store: Store) -> None:
        """Subjects of other tenants and consumers are other subjects."""
        await _put(store, _event("e1"), _event("e2"), _event("e3", "alan"))
        await _put(store, _event("e4", consumer="webhook"), _event("e5", tenant="b"))
        due = await _due(store)
        assert _texts(due) == "e1 e3 e4 e5"
        assert _texts(await _due(store, limit=2)) == "e1 e3"
        first = due[0]
        assert first == QueuedEvent(first.position, "a", "hooks", "ada", "e1", NOW, 0, None)

    @with_store
    async def test_delivered_events_are_deleted(self, store: Store) -> None:
        """Then the next event of the subject is due."""
        await _put(store, _event("e1"), _event("e2"), _event("e3", "alan"))
        positions = [one.position for one in await _due(store)]
        await store.write(lambda tx: tx.outbox.delivered(positions))
        assert _texts(await _due(store)) == "e2"
        await store.write(lambda tx: tx.outbox.delivered([]))
        assert await store.outbox.backlog() == Backlog(1, NOW, 0)

    @with_store
    async def test_a_failed_event_waits(self, store: Store) -> None:
        """It holds up the later events of its subject, and no others."""
        await _put(store, _event("e1"), _event("e2"), _event("e3", "alan"))
        position = (await _due(store))[0].position
        await store.write(lambda tx: tx.outbox.failed(position, LATER, "refused", dead=False))
        assert _texts(await _due(store)) == "e3"
        again = await _due(store, LATER)
        assert _texts(again) == "e1 e3"
        assert (again[0].attempts, again[0].error) == (1, "refused")

    @with_store
    async def test_an_event_beyond_the_horizon_is_due(self, store: Store) -> None:
        """The clock was set back."""
        await _put(store, _event("e1"))
        position = (await _due(store))[0].position
        far = "2026-02-01T00:00:00.000000Z"
        await store.write(lambda tx: tx.outbox.failed(position, far, "refused", dead=False))
        assert _texts(await _due(store)) == "e1"

    @with_store
    async def test_events_wait_behind_a_dead_one(self, store: Store) -> None:
        """Also new ones. After a replay, all are due in their order."""
        await _put(store, _event("e1"), _event("e2"), _event("e3", "alan"))
        position, other = (one.position for one in await _due(store))
        await store.write(lambda tx: tx.outbox.failed(position, NOW, "gone", dead=True))
        await _put(store, _event("e4"), _event("e5", consumer="webhook"))
        assert _texts(await _due(store, LATER)) == "e3 e5"
        (dead,) = await store.outbox.dead()
        assert (dead.position, dead.attempts, dead.error, dead.behind) == (position, 1, "gone", 2)
        replayed = await store.write(lambda tx: tx.outbox.replay([position, other, 10**9], LATER))
        assert replayed == 1
        assert await store.outbox.dead() == []
        delivered: list[str] = []
        while due := [one for one in await _due(store, LATER) if one.subject == "ada"]:
            ready = [one for one in due if one.consumer == "hooks"]
            assert len(ready) < 2
            delivered += [one.event for one in ready]
            await _settle(store, due)
        assert delivered == ["e1", "e2", "e4"]

    @with_store
    async def test_a_replayed_event_has_all_its_attempts_again(self, store: Store) -> None:
        """It can be given up again, with all events behind it."""
        await _put(store, _event("e1"), _event("e2"))
        position = (await _due(store))[0].position
        for _ in range(2):
            await store.write(lambda tx: tx.outbox.failed(position, NOW, "gone", dead=True))
            assert await _due(store, LATER) == []
            await store.write(lambda tx: tx.outbox.replay([position], LATER))
            (due,) = await _due(store, LATER)
            assert (due.position, due.attempts) == (position, 0)

    @with_store
    async def test_a_failed_event_can_be_replaced(self, store: Store) -> None:
        """With what the next attempt has to do. Without that it stays."""
        await _put(store, _event("e1"))
        position = (await _due(store))[0].position
        await store.write(
            lambda tx: tx.outbox.failed(position, NOW, "no", dead=False, event="part")
        )
        await store.write(lambda tx: tx.outbox.failed(position, NOW, "no", dead=False))
        (due,) = await _due(store)
        assert (due.event, due.attempts) == ("part", 2)

    @with_store
    async def test_a_new_event_waits_for_the_failed_one_before_it(self, store: Store) -> None:
        """It is not due earlier than the first event of its subject."""
        await _put(store, _event("e1"))
        position = (await _due(store))[0].position
        await store.write(lambda tx: tx.outbox.failed(position, LATER, "refused", dead=False))
        await _put(store, _event("e2"), _event("e3", "alan"))
        assert _texts(await _due(store)) == "e3"
        await store.write(lambda tx: tx.outbox.delivered([position]))
        assert _texts(await _due(store, LATER)) == "e2 e3"

    @with_store
    async def test_only_dead_events_are_discarded(self, store: Store) -> None:
        """Waiting events stay, and those behind the deleted one are due."""
        await _put(store, _event("e1"), _event("e2", "alan"), _event("e3"))
        dead, waiting = (one.position for one in await _due(store))
        await store.write(lambda tx: tx.outbox.failed(dead, NOW, "gone", dead=True))
        positions = [dead, waiting, 10**9]
        assert await store.write(lambda tx: tx.outbox.discard(positions)) == 1
        assert await store.outbox.dead() == []
        assert await store.outbox.backlog() == Backlog(2, NOW, 0)
        assert _texts(await _due(store)) == "e2 e3"

    @with_store
    async def test_the_backlog_is_counted(self, store: Store) -> None:
        """All of it, or among the oldest events. Those behind a dead one wait."""
        assert await store.outbox.backlog() == Backlog(0, None, 0)
        await _put(store, _event("e1"), _event("e2", "alan"))
        await _put(store, _event("e3"), now=LATER)
        position = (await _due(store))[0].position
        await store.write(lambda tx: tx.outbox.failed(position, NOW, "gone", dead=True))
        assert await store.outbox.backlog() == Backlog(2, NOW, 1)
        assert await store.outbox.backlog(2) == Backlog(1, NOW, 1)
        assert await store.outbox.backlog(1) == Backlog(0, None, 1)

    @with_store
    async def test_a_failed_transaction_leaves_no_event(self, store: Store) -> None:
        """Events are part of the transaction of the change."""

        async def failing(tx: Transaction) -> None:
            await tx.outbox.put([_event("e1")], NOW)
            raise LookupError("no")

        with pytest.raises(LookupError):
            await store.write(failing)
        assert await _due(store) == []

    def test_events_survive_a_restart(self, make_store: MakeStore) -> None:
        """In their order, with new ones after them."""
        if not self.durable:
            pytest.skip("the store is not durable")

        async def put(store: Store) -> None:
            await _put(store, _event("e1"), _event("e2"))

        async def read(store: Store) -> None:
            await _put(store, _event("e3", "alan"))
            assert _texts(await _due(store)) == "e1 e3"

        run(make_store, put)
        run(make_store, read)
