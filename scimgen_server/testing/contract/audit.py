"""The audit trail."""

import pytest

from ...ports.audit import AuditEntry, AuditFilter
from ...ports.resources import Store, Transaction
from .scenarios import LATER, NOW, MakeStore, StoreTests, run, with_store


def _entry(resource: str, time: str = NOW, tenant: str = "a", detail: str = "{}") -> AuditEntry:
    return AuditEntry(tenant, time, "okta", "r-1", "created", "User", resource, detail)


async def _append(store: Store, entries: list[AuditEntry]) -> None:
    await store.write(lambda tx: tx.audit.append(entries))


async def _read(store: Store, which: AuditFilter) -> list[AuditEntry]:
    return [entry async for _, entry in store.audit.read(which)]


class AuditContract(StoreTests):
    """The audit port."""

    @with_store
    async def test_entries_are_read_in_order(self, store: Store) -> None:
        """The oldest first, with growing positions, by every filter."""
        first = [_entry("1"), _entry("2", tenant="b")]
        second = [_entry("1", LATER, detail='{"attributes": ["active"]}')]
        for entries in (first, [], second):
            await _append(store, entries)
        found = [item async for item in store.audit.read(AuditFilter())]
        assert [entry for _, entry in found] == [*first, *second]
        positions = [position for position, _ in found]
        assert positions == sorted(set(positions))
        for which, expected in (
            (AuditFilter(tenant="a"), [first[0], *second]),
            (AuditFilter(resource="2"), first[1:]),
            (AuditFilter(since=LATER), second),
            (AuditFilter(tenant="b", resource="1"), []),
            (AuditFilter(limit=2), [first[1], *second]),
            (AuditFilter(tenant="a", limit=1), second),
            (AuditFilter(limit=5), [*first, *second]),
        ):
            assert await _read(store, which) == expected, which

    @with_store
    async def test_a_long_trail_is_read_to_its_end(self, store: Store) -> None:
        """Whatever the size of the store's pages."""
        entries = [_entry(str(number)) for number in range(2500)]
        await _append(store, entries)
        assert await _read(store, AuditFilter()) == entries
        assert await _read(store, AuditFilter(limit=1200)) == entries[-1200:]

    @with_store
    async def test_a_failed_transaction_leaves_no_entry(self, store: Store) -> None:
        """Entries are part of the transaction of the change."""

        async def failing(tx: Transaction) -> None:
            await tx.audit.append([_entry("1")])
            raise LookupError("no")

        with pytest.raises(LookupError):
            await store.write(failing)
        assert await _read(store, AuditFilter()) == []

    def test_the_trail_survives_a_restart(self, make_store: MakeStore) -> None:
        """New entries come last."""
        if not self.durable:
            pytest.skip("the store is not durable")

        async def append(store: Store) -> None:
            known = await _read(store, AuditFilter())
            entry = _entry(str(len(known)))
            await _append(store, [entry])
            assert await _read(store, AuditFilter()) == [*known, entry]

        run(make_store, append)
        run(make_store, append)
