"""Leases."""

import asyncio

from ...ports.resources import Store
from .scenarios import StoreTests, with_store

_AT = "2026-01-31T09:{:02}:00.000000Z"


async def _hold(store: Store, holder: str, minute: int, name: str = "delivery") -> bool:
    """Take a lease for two minutes; the horizon is in ten minutes."""
    now, until, horizon = (_AT.format(minute + more) for more in (0, 2, 10))
    return await store.write(lambda tx: tx.leases.hold(name, holder, now, until, horizon))


class LeasesContract(StoreTests):
    """The leases port."""

    @with_store
    async def test_one_process_holds_a_lease(self, store: Store) -> None:
        """It can renew it. Another process can take it when it has ended."""
        assert await _hold(store, "one", 0)
        assert not await _hold(store, "two", 1)
        assert await _hold(store, "one", 1)
        assert not await _hold(store, "two", 2)
        assert await _hold(store, "two", 4)
        assert not await _hold(store, "one", 4)

    @with_store
    async def test_leases_have_names(self, store: Store) -> None:
        """Each is held separately."""
        assert await _hold(store, "one", 0)
        assert await _hold(store, "two", 0, "other")

    @with_store
    async def test_a_released_lease_is_free(self, store: Store) -> None:
        """Only its holder can release it."""
        assert await _hold(store, "one", 0)
        await store.write(lambda tx: tx.leases.release("delivery", "two"))
        assert not await _hold(store, "two", 0)
        await store.write(lambda tx: tx.leases.release("delivery", "one"))
        assert await _hold(store, "two", 0)

    @with_store
    async def test_a_lease_from_the_future_does_not_count(self, store: Store) -> None:
        """The clock was set back: the lease ends after the horizon."""
        assert await _hold(store, "one", 30)
        assert await _hold(store, "two", 0)

    @with_store
    async def test_of_concurrent_processes_one_gets_the_lease(self, store: Store) -> None:
        """The others get False."""
        outcomes = await asyncio.gather(*(_hold(store, str(number), 0) for number in range(5)))
        assert sum(outcomes) == 1
