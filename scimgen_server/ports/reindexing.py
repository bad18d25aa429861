"""The reindexing port: for a store that keeps index rows, which have to follow the resource types.

It is optional. A store without index rows does not implement it, and `service.reindex` does
nothing.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

from ..schema.records import Record
from .resources import Stored, Transaction

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A value that several resources have although it should be unique.

    Args:
        value: the folded value.
        holders: type and id of the first resources that have it.
        count: how many resources have it.
    """

    value: str
    holders: list[tuple[str, str]]
    count: int


class ReindexTransaction(Transaction, Protocol):
    """The operations of a reindex, within one transaction."""

    async def fingerprints(self, tenant: str) -> dict[str, str]:
        """As `ReindexableStore.fingerprints`."""
        ...

    async def set_fingerprint(self, tenant: str, type_name: str, fingerprint: str) -> None:
        """Store the fingerprint of a resource type, see `service.reindex`."""
        ...

    async def clear_index(self, tenant: str, type_name: str) -> bool:
        """Delete some index rows of a type. Returns whether none are left."""
        ...

    async def following(self, tenant: str, type_name: str, key: int) -> list[Stored]:
        """Some resources of a type with keys after the one given, in order."""
        ...

    async def reindex(self, tenant: str, records: Sequence[tuple[Stored, Record]]) -> None:
        """Rewrite index rows and bodies of resources. Their versions do not change.

        A unique value that several resources have is given to the first of them.
        """
        ...


@runtime_checkable
class ReindexableStore(Protocol):
    """A store that keeps index rows."""

    async def indexed_tenants(self) -> set[str]:
        """The tenants that have fingerprints. Also works before `open` has updated old tables."""
        ...

    async def fingerprints(self, tenant: str) -> dict[str, str]:
        """The fingerprint of the index rows of each resource type, by its name."""
        ...

    async def write_reindex(self, job: Callable[[ReindexTransaction], Awaitable[T]]) -> T:
        """Run a job in a transaction, as `Store.write` does."""
        ...

    async def duplicates(
        self, tenant: str, types: Collection[str], attribute: str, limit: int
    ) -> list[Duplicate]:
        """The first values of an indexed attribute that more than one resource has."""
        ...
