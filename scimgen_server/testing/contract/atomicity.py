"""Transactions: all or nothing, one after the other, durable on return."""

import asyncio
from functools import partial

import pytest

from ...ports.resources import LinkUpdate, StorageError, Store, Stored, Transaction
from ..models import user
from .scenarios import (
    LATER,
    NOW,
    TENANT,
    StoreTests,
    current,
    find,
    insert,
    insert_users,
    names,
    with_store,
)


class TransactionTests(StoreTests):
    """What `Store.write` guarantees."""

    @with_store
    async def test_write_returns_the_result_of_the_job(self, store: Store) -> None:
        """The store answers, and the job has read its own write."""
        await store.ping()

        async def job(tx: Transaction) -> tuple[Stored | None, int]:
            stored = await tx.insert(TENANT, user("1"), NOW)
            total = (await find(tx, None)).total
            return await tx.get(TENANT, "User", stored.id), total

        stored, total = await store.write(job)
        assert stored == (await find(store, None)).items[0]
        assert total == 1

    @with_store
    async def test_a_job_that_raises_changes_nothing(self, store: Store) -> None:
        """Neither resources nor links, seeds or unique values. Other jobs are not affected."""
        ada, alan = await insert_users(store, "ada", "alan")

        async def failing(tx: Transaction) -> None:
            await tx.insert(TENANT, user("1", "new"), NOW)
            await tx.update(TENANT, ada, user("ada"), user(ada.id, "changed"), LATER)
            await tx.delete(TENANT, alan, user("alan"), LATER)
            await tx.link(TENANT, ada.key, LinkUpdate("roles", {alan.key: False}))
            await tx.mark_seeded(TENANT, "Role", "1")
            raise LookupError("no")

        outcomes = await asyncio.gather(
            store.write(failing), insert_users(store, "grace"), return_exceptions=True
        )
        assert isinstance(outcomes[0], LookupError)
        page = await find(store, None)
        assert (page.total, names(page)) == (3, ["ada", "alan", "grace"])
        assert page.items[:2] == [ada, alan]
        assert await store.links(TENANT, [ada.key], ["roles"]) == {}
        assert await store.counts(TENANT, "roles", [alan.key]) == {alan.key: 0}
        assert await store.seeded(TENANT, "Role") == set()
        assert (await find(store, 'userName eq "changed"')).total == 0
        await insert(store, user("1", "new"))

    @with_store
    async def test_readers_see_all_of_a_transaction_or_nothing(self, store: Store) -> None:
        """Before it ends they see the state before it."""

        async def insert_all(tx: Transaction) -> None:
            for number in range(20):
                await tx.insert(TENANT, user(f"user{number}"), NOW)

        writing = asyncio.create_task(store.write(insert_all))
        while not writing.done():
            assert (await find(store, None)).total in (0, 20)
            await asyncio.sleep(0)
        await writing
        assert (await find(store, None)).total == 20

    @with_store
    async def test_concurrent_jobs_do_not_lose_updates(self, store: Store) -> None:
        """What a job has read with `get` stays true until its transaction ends."""
        (stored,) = await insert(store, user("1", "ada", logins=0))

        async def count(tx: Transaction) -> None:
            found = await tx.get(TENANT, "User", stored.id)
            assert found is not None
            logins = found.version - 1
            before = user(found.id, "ada", logins=logins)
            after = user(found.id, "ada", logins=logins + 1)
            await tx.update(TENANT, found, before, after, LATER)

        await asyncio.gather(*(store.write(count) for _ in range(10)))
        assert (await current(store, stored)).version == 11
        assert (await find(store, "logins eq 10")).total == 1

    @with_store
    async def test_a_limit_holds_for_concurrent_jobs(self, store: Store) -> None:
        """The number that `counts` returns in a transaction stays true until it ends."""
        licence, *users = await insert_users(store, "pro", "a", "b", "c", "d", "e")

        async def grant(tx: Transaction, to: Stored) -> None:
            used = (await tx.counts(TENANT, "entitlements", [licence.key]))[licence.key]
            if used < 3:
                await tx.link(TENANT, to.key, LinkUpdate("entitlements", {licence.key: False}))

        await asyncio.gather(*(store.write(partial(grant, to=one)) for one in users))
        assert await store.counts(TENANT, "entitlements", [licence.key]) == {licence.key: 3}
        assert len(await store.holders(TENANT, "entitlements", licence.key)) == 3

    @with_store
    async def test_exclusive_jobs_run_one_after_the_other(self, store: Store) -> None:
        """The second waits until the first has ended."""
        steps: list[str] = []

        async def job(tx: Transaction) -> None:
            await tx.exclusive()
            steps.append("begin")
            await tx.get(TENANT, "User", "nothing")
            steps.append("end")

        await asyncio.gather(store.write(job), store.write(job))
        assert steps == ["begin", "end", "begin", "end"]

    @with_store
    async def test_a_write_after_close_is_refused(self, store: Store) -> None:
        """It neither waits for ever nor succeeds."""
        await store.close()
        with pytest.raises(StorageError):
            await asyncio.wait_for(insert(store, user("1")), 5)

    @with_store
    async def test_close_waits_for_a_write(self, store: Store) -> None:
        """A write that has begun when the store is closed is finished."""
        begun: list[bool] = []

        async def job(tx: Transaction) -> int:
            begun.append(True)
            for number in range(20):
                await tx.insert(TENANT, user(f"user{number}"), NOW)
            return 20

        writing = asyncio.create_task(store.write(job))
        while not begun:
            await asyncio.sleep(0.001)
        await store.close()
        assert await asyncio.wait_for(writing, 5) == 20
