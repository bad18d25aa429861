"""The memory store."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from ...ports.limits import Limits
from ...ports.resources import StorageError, Transaction
from .reads import MemoryReads
from .tables import Changes, Data, Snapshot, apply_changes
from .transaction import MemoryTransaction

T = TypeVar("T")


class MemoryStore(MemoryReads):
    """A store that keeps everything in memory (`ports.resources.Store`), for one process.

    There is one transaction at a time. Readers see the state that the last one has committed.

    Args:
        data: the rows. Two stores with the same data are one store before and after a restart.
    """

    def __init__(self, data: Data | None = None) -> None:
        self.data: Data = {} if data is None else data
        self._is_open = False
        self._lock = asyncio.Lock()
        super().__init__(Snapshot(self.data, writable=False))

    def limit(self, limits: Limits) -> None:
        self.limits = limits

    async def open(self) -> None:
        self._lock = asyncio.Lock()
        self._is_open = True

    async def close(self) -> None:
        self._is_open = False
        async with self._lock:
            pass  # the last write has ended

    async def ping(self) -> None:
        if not self._is_open:
            raise StorageError("the store is closed")

    async def write(self, job: Callable[[Transaction], Awaitable[T]]) -> T:
        await self.ping()
        async with self._lock:
            transaction = MemoryTransaction(Snapshot(self.data, writable=True))
            result = await job(transaction)
            await self.commit(transaction.snapshot.changes)
            return result

    async def commit(self, changes: Changes) -> None:
        """Make the changes of a transaction visible. A subclass can store them first."""
        apply_changes(self.data, changes)

    async def tenants(self) -> set[str]:
        tokens = [row.token for row in self.shared.tokens.rows()]
        served = {tenant for tenant, _ in self.shared.tenants.items()}
        return served | {token.tenant for token in tokens if token.revoked is None}

    async def is_tenant(self, tenant: str) -> bool:
        return tenant in await self.tenants()
