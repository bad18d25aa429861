"""Insert, update and delete."""

import asyncio

import pytest

from ...messages.documents import load_stored
from ...ports.resources import Store, Stored, Taken, Transaction
from ..models import GROUP, Work, group, user
from .scenarios import (
    LATER,
    NOW,
    TENANT,
    MakeStore,
    StoreTests,
    current,
    delete,
    find,
    insert,
    insert_users,
    run,
    with_store,
)


class WriteTests(StoreTests):
    """What writes store, and what must be unique."""

    def test_a_write_survives_a_restart(self, make_store: MakeStore) -> None:
        """After `write` has returned, another store with the same data has the resource."""
        if not self.durable:
            pytest.skip("the store is not durable")
        written: list[Stored] = []

        async def write(store: Store) -> None:
            written.extend(await insert(store, user("1", "Ada", pin="1234")))

        async def read(store: Store) -> None:
            assert await store.get(TENANT, "User", written[0].id) == written[0]
            assert (await find(store, 'userName eq "ada"')).items == written
            with pytest.raises(Taken):
                await insert(store, user("2", "ADA"))
            (second,) = await insert(store, user("2", "Grace"))
            assert second.key > written[0].key

        run(make_store, write)
        run(make_store, read)

    @with_store
    async def test_a_new_resource_has_version_1(self, store: Store) -> None:
        """It is read as it was inserted, by its type and id."""
        (stored,) = await insert(store, user("1", "Ada", pin="1234"))
        assert (stored.type, stored.version, stored.created, stored.modified) == (
            "User",
            1,
            NOW,
            NOW,
        )
        body = load_stored(stored.body)
        assert (body["id"], body["userName"]) == (stored.id, "Ada")
        assert "pin" not in body
        assert load_stored(stored.whole or b"{}")["pin"] == "1234"
        assert await store.get(TENANT, "User", stored.id) == stored
        assert await store.get(TENANT, "Group", stored.id) is None
        assert await store.get(TENANT, "User", "nothing") is None

    @with_store
    async def test_an_update_moves_the_index(self, store: Store) -> None:
        """The old value finds nothing, the new one does. The version counts up."""
        ada = user("1", "Ada", active=True, code="old")
        (stored,) = await insert(store, ada)
        grace = user(stored.id, "Grace", active=False, code="new")
        changed = await store.write(lambda tx: tx.update(TENANT, stored, ada, grace, LATER))
        assert (changed.version, changed.created, changed.modified) == (2, NOW, LATER)
        assert load_stored(changed.body)["userName"] == "Grace"
        assert await current(store, stored) == changed
        for text in ('userName eq "ada"', "active eq true", 'code eq "old"'):
            assert (await find(store, text)).total == 0, text
        for text in ('userName eq "grace"', "active eq false", 'code eq "new"'):
            assert (await find(store, text)).items == [changed], text
        await insert(store, user("2", "Ada"))

    @with_store
    async def test_an_update_of_the_links_alone_counts_the_version(self, store: Store) -> None:
        """The content stays. A clock that was set back does not lower `modified`."""
        ada = user("1", "Ada")
        (stored,) = await insert(store, ada)
        touched = await store.write(lambda tx: tx.update(TENANT, stored, ada, None, LATER))
        assert touched == stored._replace(version=2, modified=LATER)
        again = await store.write(lambda tx: tx.update(TENANT, touched, ada, None, NOW))
        assert again == stored._replace(version=3, modified=LATER)
        assert await current(store, stored) == again
        assert (await find(store, 'userName eq "ada"')).items == [again]

    @with_store
    async def test_hidden_attributes_come_and_go(self, store: Store) -> None:
        """`whole` is written and removed with the attributes that are not returned by default."""
        plain = user("1", "Ada", tags=["a"])
        (stored,) = await insert(store, plain)
        with_pin = user(stored.id, "Ada", pin="1234")
        changed = await store.write(lambda tx: tx.update(TENANT, stored, plain, with_pin, LATER))
        assert changed.whole is not None
        assert (await current(store, stored)).whole == changed.whole
        without = user(stored.id, "Ada")
        changed = await store.write(lambda tx: tx.update(TENANT, changed, with_pin, without, LATER))
        assert changed.whole is None
        assert await current(store, stored) == changed
        assert (await find(store, "tags pr")).total == 0

    @with_store
    async def test_a_deleted_resource_is_gone(self, store: Store) -> None:
        """Its id and its unique values are free again."""
        ada = user("1", "Ada", work={"badge": "B1"})
        stored, other = await insert(store, ada, user("2"))
        await delete(store, stored, ada)
        assert await store.get(TENANT, "User", stored.id) is None
        assert (await find(store, None)).items == [other]
        assert (await find(store, 'userName eq "ada"')).total == 0
        assert await store.targets(TENANT, [stored.id]) == {}
        (again,) = await insert(store, ada)
        assert again.key > other.key

    @with_store
    async def test_an_id_is_taken_across_types(self, store: Store) -> None:
        """Unless the store chooses ids itself."""
        (first,) = await insert(store, user("1"))
        try:
            (other,) = await insert(store, group(first.id))
        except Taken as taken:
            assert (taken.attribute, taken.value) == ("id", first.id)
        else:
            assert other.id != first.id

    @with_store
    async def test_unique_values_are_taken_once(self, store: Store) -> None:
        """`Taken` has the attribute and the folded value. The writer of a value can keep it."""
        badge = f"{Work.SCHEMA}.badge".lower()
        ada = user("1", "Ada", work={"badge": "B1"})
        (stored,) = await insert(store, ada)
        for record, attribute, value in (
            (user("2", "ADA"), "username", "ada"),
            (user("2", "other", work={"badge": "b1"}), badge, "b1"),
        ):
            with pytest.raises(Taken) as caught:
                await insert(store, record)
            assert (caught.value.attribute, caught.value.value) == (attribute, value)
        renamed = user(stored.id, "ADA", work={"badge": "b1"})
        await store.write(lambda tx: tx.update(TENANT, stored, ada, renamed, LATER))
        (grace,) = await insert(store, user("2", "Grace"))
        with pytest.raises(Taken):
            await store.write(
                lambda tx: tx.update(
                    TENANT, grace, user("2", "Grace"), user(grace.id, "Ada"), LATER
                )
            )
        assert await current(store, grace) == grace
        assert (await find(store, 'userName eq "grace"')).total == 1

    @with_store
    async def test_of_concurrent_writers_one_gets_a_unique_value(self, store: Store) -> None:
        """The others get `Taken`."""
        writers = [insert(store, user(str(number), "ADA")) for number in range(5)]
        outcomes = await asyncio.gather(*writers, return_exceptions=True)
        assert sum(isinstance(outcome, Taken) for outcome in outcomes) == 4
        assert (await find(store, None)).total == 1

    @with_store
    async def test_unique_values_of_two_types_are_independent(self, store: Store) -> None:
        """`uniqueness: server` holds within one resource type."""
        await insert(store, user("1", "same"), group("same"))
        assert (await find(store, 'displayName eq "same"', GROUP)).total == 1

    @with_store
    async def test_tenants_are_separate(self, store: Store) -> None:
        """Reads, searches, unique values, links and seeds of one tenant do not see another."""
        (ada,) = await insert(store, user("1", "Ada"))
        assert await store.get("other", "User", ada.id) is None
        (other,) = await insert(store, user("1", "Ada"), tenant="other")
        assert (await find(store, None)).items == [ada]
        assert await store.targets("third", [ada.id]) == {}
        await delete(store, other, user("1", "Ada"), tenant="other")
        assert await current(store, ada) == ada

    @with_store
    async def test_many_resources_are_inserted_in_bulk(self, store: Store) -> None:
        """A bulk insert finds targets that it has inserted itself; a duplicate undoes all of it."""

        async def load(tx: Transaction) -> None:
            for name in ("a", "b", "c"):
                await tx.insert(TENANT, user(name), NOW)
            (target,) = (await tx.targets(TENANT, ["b"])).get("b", [])
            assert target.display == "b"

        async def load_twice(tx: Transaction) -> None:
            await tx.insert(TENANT, user("d"), NOW)
            await tx.insert(TENANT, user("e", "A"), NOW)

        await store.write(lambda tx: tx.bulk_insert(load))
        with pytest.raises(Taken):
            await store.write(lambda tx: tx.bulk_insert(load_twice))
        await store.write(lambda tx: tx.analyze())
        assert (await find(store, None)).total == 3
        (last,) = await insert_users(store, "last")
        assert (await find(store, None)).items[-1] == last

    def test_seeds_survive_a_restart(self, make_store: MakeStore) -> None:
        """They are kept by type. A value that is marked twice is one."""

        async def job(tx: Transaction) -> None:
            for value in ("1", "2", "1"):
                await tx.mark_seeded(TENANT, "Role", value)

        async def mark(store: Store) -> None:
            await store.write(job)
            assert await store.seeded(TENANT, "Role") == {"1", "2"}
            assert await store.seeded(TENANT, "License") == set()
            assert await store.seeded("other", "Role") == set()

        async def read(store: Store) -> None:
            assert await store.seeded(TENANT, "Role") == {"1", "2"}

        run(make_store, mark)
        if self.durable:
            run(make_store, read)
