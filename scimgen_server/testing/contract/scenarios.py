"""What the tests of a store have in common."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, ClassVar, TypeAlias

import pytest

from ...filters.parser import parse_filter
from ...messages.documents import load_stored
from ...ports.resources import LinkUpdate, Page, Query, Reads, Store, Stored, Transaction
from ...schema.attributes import Link, Tree
from ...schema.records import Record
from ..models import TREES, USER, user

MakeStore: TypeAlias = Callable[[], Store]
"""Makes a store, not yet open. Called again, it makes the same store after a restart."""

TENANT = "default"
NOW = "2026-01-31T09:30:00.000000Z"
LATER = "2026-01-31T09:30:01.000000Z"
LOCATION = "https://example.com/scim/v2"


class StoreTests:
    """The base of the test classes.

    Args:
        durable: False for a store whose data ends with it. The tests of a restart are skipped.
    """

    durable: ClassVar[bool] = True

    @pytest.fixture
    def make_store(self) -> MakeStore:
        """Makes the store under test. A subclass overrides it."""
        raise NotImplementedError(f"{type(self).__name__} needs a fixture make_store")


def with_store(
    scenario: Callable[[Any, Store], Coroutine[Any, Any, None]],
) -> Callable[[Any, MakeStore], None]:
    """Turn a coroutine into a test: the store is open while it runs."""

    def test(self: Any, make_store: MakeStore) -> None:
        run(make_store, lambda store: scenario(self, store))

    test.__name__ = scenario.__name__
    test.__qualname__ = scenario.__qualname__
    test.__doc__ = scenario.__doc__
    return test


def run(make_store: MakeStore, scenario: Callable[[Store], Awaitable[None]]) -> None:
    """Open a store, run a scenario, close the store."""

    async def play() -> None:
        store = make_store()
        await store.open()
        try:
            await scenario(store)
        finally:
            await store.close()

    asyncio.run(play())


async def insert(store: Store, *records: Record, tenant: str = TENANT) -> list[Stored]:
    """Insert resources in one transaction, in this order."""

    async def job(tx: Transaction) -> list[Stored]:
        return [await tx.insert(tenant, record, NOW) for record in records]

    return await store.write(job)


async def insert_users(store: Store, *names: str) -> list[Stored]:
    """Insert users by their names."""
    return await insert(store, *(user(name) for name in names))


async def delete(store: Store, stored: Stored, record: Record, tenant: str = TENANT) -> None:
    """Delete a resource.

    Args:
        record: its content, with its present index values.
    """

    async def job(tx: Transaction) -> None:
        current = await tx.get(tenant, stored.type, stored.id)
        assert current is not None
        await tx.delete(tenant, current, record, LATER)

    await store.write(job)


async def link(store: Store, source: Stored, name: Link, *targets: Stored) -> None:
    """Link a resource to others."""
    update = LinkUpdate(name, added={target.key: False for target in targets})
    await store.write(lambda tx: tx.link(TENANT, source.key, update))


def query(text: str | None, tree: Tree = USER, **options: Any) -> Query:
    """A list request for one resource type.

    Args:
        text: the filter; None for all resources.
        options: see `Query`.
    """
    node = parse_filter(text, tree) if text else None
    return Query([(tree, node)], trees=TREES, location=LOCATION, **options)


async def find(store: Reads, text: str | None, tree: Tree = USER, **options: Any) -> Page:
    """Search one resource type."""
    return await store.search(TENANT, query(text, tree, **options))


def name_of(stored: Stored) -> str:
    """The name of a resource of `models`: `userName`, `displayName` or `value`."""
    document = load_stored(stored.body)
    names = [document.get(name) for name in ("userName", "displayName", "value")]
    return next(str(name) for name in names if name)


def names(page: Page) -> list[str]:
    """The names of the resources of a page."""
    return [name_of(stored) for stored in page.items]


async def current(store: Store, stored: Stored) -> Stored:
    """A resource as it is now."""
    found = await store.get(TENANT, stored.type, stored.id)
    assert found is not None
    return found
