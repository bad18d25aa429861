"""The contract of a store: what every store behind the protocol must do.

It is run on what `store.make_store` makes, yours as well as the stock ones. A store may give a resource another id than
the one proposed, and may add attributes of its own; it is empty when it is new.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from .conftest import KINDS
from .databases import DATABASES, database_url
from .under_test import (
    RESOURCE_TYPES,
    Layout,
    Query,
    Record,
    StorageError,
    Store,
    Stored,
    Taken,
    Transaction,
    build_tree,
    make_store,
)

T = TypeVar("T")
TENANT = "default"
TREE = build_tree(next(one for one in RESOURCE_TYPES if one.kind == "user"), KINDS)
GROUPS = next((build_tree(one, KINDS) for one in RESOURCE_TYPES if one.kind == "group"), None)
NOW, LATER = "2026-01-31T09:30:00.000000Z", "2026-01-31T09:30:01.000000Z"


@pytest.fixture(params=DATABASES)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    """Makes a store; made again, it is the same one after a restart."""
    url = database_url(request, request.param, tmp_path)
    return lambda: make_store(url)


def user(resource_id: str, user_name: str) -> Record:
    """A user as it is laid down."""
    return Layout(TREE).record(resource_id, {"schemas": [TREE.urn], "userName": user_name})


def laid_down(stored: Stored, **changes: str) -> Record:
    """A resource as it lies in the store, or as it would with other values."""
    return Layout(TREE).record(stored.id, json.loads(stored.whole or stored.body) | changes)


def run(make: Callable[[], Store], scenario: Callable[[Store], Awaitable[T]]) -> T:
    """Open a store, play a scenario, close it."""

    async def play() -> T:
        store = make()
        await store.open()
        try:
            return await scenario(store)
        finally:
            await store.close()

    return asyncio.run(play())


async def insert(store: Store, *records: Record, tenant: str = TENANT) -> list[Stored]:
    """Lay down records, each in a write of its own."""

    async def one(record: Record) -> Stored:
        async def job(tx: Transaction) -> Stored:
            return await tx.insert(tenant, record, NOW)

        return await store.write(job)

    return list(await asyncio.gather(*map(one, records)))


def test_what_was_written_is_read_after_a_restart(make: Callable[[], Store]) -> None:
    """A write that returned is durable."""

    async def write(store: Store) -> Stored:
        return (await insert(store, user("1", "Ada")))[0]

    async def read(store: Store) -> None:
        stored = await store.get(TENANT, TREE.name, written.id)
        assert stored == written
        assert (stored.version, stored.created, stored.modified) == (1, NOW, NOW)
        body = json.loads(stored.body)
        assert (body["id"], body["userName"]) == (stored.id, "Ada")

    written = run(make, write)
    run(make, read)


def test_a_write_after_the_end_is_refused(make: Callable[[], Store]) -> None:
    """It neither waits for ever nor seems to succeed."""

    async def scenario(store: Store) -> None:
        await store.close()
        with pytest.raises(StorageError):
            await asyncio.wait_for(insert(store, user("1", "Ada")), 5)

    run(make, scenario)


def test_a_job_that_raises_changes_nothing(make: Callable[[], Store]) -> None:
    """And what waits beside it is not harmed."""

    async def scenario(store: Store) -> None:
        async def failing(tx: Transaction) -> None:
            await tx.insert(TENANT, user("1", "Ada"), NOW)
            raise LookupError("no")

        outcomes = await asyncio.gather(
            store.write(failing), insert(store, user("2", "Grace")), return_exceptions=True
        )
        assert isinstance(outcomes[0], LookupError)
        page = await store.search(TENANT, Query([(TREE, None)]))
        assert [json.loads(one.body)["userName"] for one in page.items] == ["Grace"]
        assert page.total == 1
        assert await store.get(TENANT, TREE.name, page.items[0].id) is not None

    run(make, scenario)


def test_unique_values_and_ids_are_taken_once(make: Callable[[], Store]) -> None:
    """Taken for the second, whoever comes at the same time; free again once the first is gone."""

    async def scenario(store: Store) -> None:
        outcomes = await asyncio.gather(
            *(insert(store, user(str(number), "ADA")) for number in range(5)),
            return_exceptions=True,
        )
        assert sum(isinstance(outcome, Taken) for outcome in outcomes) == 4
        first = (await store.search(TENANT, Query([(TREE, None)]))).items[0]
        try:
            (other,) = await insert(store, user(first.id, "other"))
        except Taken as taken:
            assert taken.attribute == "id"
        else:
            assert other.id != first.id  # this store chooses them

        async def delete(tx: Transaction) -> None:
            await tx.delete(TENANT, first, laid_down(first), LATER)

        await store.write(delete)
        await insert(store, user("new", "ada"))

    run(make, scenario)


def test_tenants_do_not_see_each_other(make: Callable[[], Store]) -> None:
    """Not by id, not in lists, not in what must be unique."""

    async def scenario(store: Store) -> None:
        (ada,) = await insert(store, user("1", "Ada"))
        assert await store.get("other", TREE.name, ada.id) is None
        assert (await store.search("other", Query([(TREE, None)]))).total == 0
        await insert(store, user("1", "Ada"), tenant="other")

    run(make, scenario)


def test_pages_keep_the_order_of_creation(make: Callable[[], Store]) -> None:
    """By index and by key."""

    async def scenario(store: Store) -> None:
        written = await insert(store, *(user(str(number), f"user{number}") for number in range(10)))
        keys = sorted(one.key for one in written)
        page = await store.search(TENANT, Query([(TREE, None)], start=4, count=3))
        assert (page.total, [one.key for one in page.items]) == (10, keys[4:7])
        after = await store.search(TENANT, Query([(TREE, None)], after=keys[6], count=3))
        assert [one.key for one in after.items] == keys[7:10]

    run(make, scenario)


def test_whoever_jumps_between_pages_finds_them_where_they_are(make: Callable[[], Store]) -> None:
    """Forward, back and beyond the end; also once something is deleted that came before."""

    async def scenario(store: Store) -> None:
        written = await insert(store, *(user(str(number), f"user{number}") for number in range(12)))
        written.sort(key=lambda one: one.key)
        for gone in (None, written[3], written[0]):
            if gone is not None:

                async def delete(tx: Transaction, gone: Stored = gone) -> None:
                    await tx.delete(TENANT, gone, laid_down(gone), LATER)

                await store.write(delete)
                written.remove(gone)
            keys = [one.key for one in written]
            for start in (7, 2, 9, 4, 4, 0, 5, 11, 6, 20, 1):
                page = await store.search(TENANT, Query([(TREE, None)], start=start, count=3))
                assert (page.total, [one.key for one in page.items]) == (
                    len(keys),
                    keys[start : start + 3],
                )

    run(make, scenario)


def test_an_update_moves_the_index(make: Callable[[], Store]) -> None:
    """The old value finds nothing, the new one does; the version counts up, with `touch` as well."""

    async def scenario(store: Store) -> None:
        (stored,) = await insert(store, user("1", "Ada"))

        async def job(tx: Transaction) -> Stored:
            return await tx.update(
                TENANT, stored, laid_down(stored), laid_down(stored, userName="Grace"), LATER
            )

        changed = await store.write(job)
        assert (changed.version, changed.created, changed.modified) == (2, NOW, LATER)
        assert await store.get(TENANT, TREE.name, stored.id) == changed

        async def touch(tx: Transaction) -> None:
            await tx.touch(TENANT, [stored.key], NOW)  # the clock was set back

        await store.write(touch)
        assert await store.get(TENANT, TREE.name, stored.id) == changed.touched(NOW)
        assert changed.touched(NOW).modified == LATER
        for name, count in (("ada", 0), ("grace", 1)):
            condition = parse(f'userName eq "{name}"')
            assert (await store.search(TENANT, condition)).total == count

    run(make, scenario)


def parse(text: str) -> Query:
    """A query by a filter."""
    from .under_test import parse_filter

    return Query([(TREE, parse_filter(text, TREE))], trees=[TREE])


@pytest.mark.skipif(GROUPS is None, reason="the app has no groups")
def test_links_are_seen_from_both_sides(make: Callable[[], Store]) -> None:
    """Members, nested groups, and nothing left once a member is deleted."""
    assert GROUPS is not None
    groups, layout = GROUPS, Layout(GROUPS)

    async def scenario(store: Store) -> None:
        records = [
            layout.record(name, {"schemas": [groups.urn], "displayName": name})
            for name in ("inner", "outer")
        ]
        ada, inside, outside = await insert(store, user("1", "Ada"), *records)
        member, inner, outer = ada.key, inside.key, outside.key

        async def link(tx: Transaction) -> None:
            await tx.link(TENANT, inner, "members", {member: False})
            await tx.link(TENANT, outer, "members", {inner: False})

        await store.write(link)
        found = (await store.links(TENANT, [member], ["groups"]))[member]
        assert {(one.id, one.direct) for one in found} == {(inside.id, True), (outside.id, False)}
        assert [one.id for one in (await store.links(TENANT, [inner], ["members"]))[inner]] == [
            ada.id
        ]
        several = await store.links(TENANT, [member, inner, outer], ["members", "groups"])
        assert {key: {(one.link, one.id) for one in links} for key, links in several.items()} == {
            member: {("groups", inside.id), ("groups", outside.id)},
            inner: {("members", ada.id), ("groups", outside.id)},
            outer: {("members", inside.id)},
        }
        assert [one.id for one in await store.members(TENANT, inner, [ada.id, "2"])] == [ada.id]

        async def delete(tx: Transaction) -> None:
            await tx.delete(TENANT, ada, laid_down(ada), LATER)

        await store.write(delete)
        assert await store.links(TENANT, [inner], ["members"]) == {}
        group = await store.get(TENANT, groups.name, inside.id)
        assert group is not None
        assert group.version == 2

    run(make, scenario)


def test_how_many_hold_a_value_and_how_many_are_active_is_known(make: Callable[[], Store]) -> None:
    """However links and values come and go; a link that is made primary is none more. A job that fails counts nothing.

    What is held is a user here: a store does not ask what it is.
    """

    async def scenario(store: Store) -> None:
        ada, alan, licence, other = await insert(
            store, *(user(name, name) for name in ("ada", "alan", "pro", "free"))
        )
        held = [licence.key, other.key]

        async def active(value: str) -> int:
            return (await store.search(TENANT, parse(f"active eq {value}"))).total

        async def grant(tx: Transaction) -> None:
            await tx.link(TENANT, ada.key, "entitlements", {licence.key: False, other.key: True})
            await tx.link(TENANT, alan.key, "entitlements", {licence.key: True})
            await tx.link(TENANT, alan.key, "entitlements", {licence.key: False})
            await tx.link(TENANT, alan.key, "roles", {other.key: False})
            assert await tx.holders(TENANT, "entitlements", licence.key) == 2

        async def fail(tx: Transaction) -> None:
            await tx.unlink(TENANT, ada.key, "entitlements", [licence.key])
            raise LookupError("no")

        async def change(tx: Transaction) -> None:
            for stored, value in ((ada, True), (alan, False)):
                document = json.loads(stored.whole or stored.body) | {"active": value}
                await tx.update(
                    TENANT,
                    stored,
                    laid_down(stored),
                    Layout(TREE).record(stored.id, document),
                    LATER,
                )

        async def leave(tx: Transaction) -> None:
            await tx.unlink(
                TENANT, ada.key, "entitlements", [licence.key, alan.key]
            )  # the latter is not there
            now = await tx.get(TENANT, TREE.name, alan.id)
            assert now is not None
            await tx.delete(TENANT, now, laid_down(now), LATER)

        assert await store.counts(TENANT, "entitlements", held) == dict.fromkeys(held, 0)
        await store.write(grant)
        with pytest.raises(LookupError):
            await store.write(fail)
        assert await store.counts(TENANT, "entitlements", held) == {licence.key: 2, other.key: 1}
        assert await store.counts(TENANT, "roles", held) == {licence.key: 0, other.key: 1}
        assert await store.counts("other", "entitlements", held) == dict.fromkeys(held, 0)
        before = await active("true"), await active("false")
        await store.write(change)
        by_default = before[0] // 4  # how many of a user are active where nobody says so
        assert (await active("true"), await active("false")) == (1 + 2 * by_default, 1)
        await store.write(leave)
        assert (await active("true"), await active("false")) == (1 + 2 * by_default, 0)
        assert await store.counts(TENANT, "entitlements", held) == {licence.key: 0, other.key: 1}
        assert await store.holders(TENANT, "entitlements", licence.key) == 0
        assert await store.holders(TENANT, "roles", other.key) == 0

    run(make, scenario)


def test_a_changed_layout_is_laid_down_anew(make: Callable[[], Store]) -> None:
    """The index follows, the version stays."""

    async def scenario(store: Store) -> None:
        written = await insert(store, *(user(str(number), f"user{number}") for number in range(3)))

        async def job(tx: Transaction) -> None:
            await tx.set_fingerprint(TENANT, TREE.name, "new")
            while not await tx.clear_index(TENANT, TREE.name):
                pass
            found = await tx.after(TENANT, TREE.name, 0)
            await tx.relay(
                TENANT, [(stored, user(stored.id, f"renamed{stored.id}")) for stored in found]
            )

        await store.write(job)
        page = await store.search(TENANT, parse('userName sw "renamed"'))
        assert sorted((one.id, one.version) for one in page.items) == sorted(
            (one.id, 1) for one in written
        )
        assert (await store.search(TENANT, parse('userName sw "user"'))).total == 0

    run(make, scenario)


def test_what_was_seeded_is_remembered(make: Callable[[], Store]) -> None:
    """So that what a client deletes does not come back."""

    async def seed(store: Store) -> None:
        async def job(tx: Transaction) -> None:
            await tx.seed(TENANT, TREE.name, "1")

        await store.write(job)

    async def read(store: Store) -> set[str]:
        async def job(tx: Transaction) -> set[str]:
            return await tx.seeded(TENANT, TREE.name)

        return await store.write(job)

    run(make, seed)
    assert run(make, read) == {"1"}
