"""What the protocol needs of a store. `tests/test_storage.py` is the contract: a store of one's own must pass it.

Whoever has users in tables of their own needs no store of their own: see `own_tables`.

Every call names its tenant. Reads are coroutines, so that a store may wait for its database; a write is one job that
sees and changes a consistent state, and once `write` returns, the change is durable.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar, runtime_checkable

from ..filters.nodes import Filter
from ..schema.attributes import Attribute, Link, Tree
from ..schema.records import Lookups, Record
from ..storage.connection import Connection

T = TypeVar("T")


class StorageError(Exception):
    """The store cannot do its work: not there, not writable, full, or busy for too long."""


class Taken(Exception):
    """A value that must be unique belongs to another resource already."""

    def __init__(self, attribute: str, value: str) -> None:
        super().__init__(attribute, value)
        self.attribute = attribute
        self.value = value


class Stored(NamedTuple):
    """A resource as it is found. `key` is the store's own name for it; a page has a hundred, hence a plain tuple."""

    key: int
    type: str
    id: str
    version: int
    created: str
    modified: str
    body: bytes
    whole: bytes | None

    def touched(self, now: str) -> "Stored":
        """The same in its next version; a clock that was set back does not make the last change an earlier one."""
        return self._replace(version=self.version + 1, modified=max(self.modified, now))


class Linked(NamedTuple):
    """One value of a link: another resource as this one shows it; `label` is its own `type`, where it has one."""

    link: Link
    key: int
    value: str
    type: str
    id: str
    display: str
    primary: bool = False
    direct: bool = True
    label: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A resource that a link may point to; `value` and `label` as with `Linked`."""

    key: int
    type: str
    id: str
    display: str
    value: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """What a list asks for.

    Args:
        conditions: the filter for each resource type that is searched, None for all of its resources.
        trees: all resource types of the server, since links lead to others.
        location: scheme, host and base path, for filters on `meta.location` and `$ref`.
        sort_by: the attribute of each type to sort by, None for the order of creation.
        start: how many matches to skip.
        after: the key of the last resource seen, for cursors; the order is then that of creation.
    """

    conditions: Sequence[tuple[Tree, Filter | None]]
    trees: Sequence[Tree] = ()
    location: str = ""
    sort_by: Mapping[str, Attribute] | None = None
    descending: bool = False
    start: int = 0
    count: int = 100
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the matches, and how many there are in all."""

    total: int
    items: list[Stored]


class Reads(Protocol):
    """What can be asked of a store, and within a write of its transaction."""

    @property
    def connection(self) -> Connection:
        """To the database that holds the server's own tables, see `tokens`, `audit` and `outbox`."""
        ...

    async def get(self, tenant: str, type_name: str, resource_id: str) -> Stored | None:
        """One resource, or None; within a write nobody else changes it until the write ends."""
        ...

    async def search(self, tenant: str, query: Query) -> Page:
        """The matches of a query, in an order that is the same on every call."""
        ...

    async def links(
        self, tenant: str, keys: Collection[int], wanted: Collection[Link]
    ) -> dict[int, list[Linked]]:
        """The links of resources; `groups` come from the groups' members, through nested groups too.

        Those of a page often have the same links: they may share one list, which nobody must change.
        """
        ...

    async def members(self, tenant: str, key: int, values: Collection[str]) -> list[Linked]:
        """Those members of a group that are named: adding one must not read 50,000."""
        ...

    async def targets(self, tenant: str, values: Collection[str]) -> dict[str, list[Target]]:
        """The resources that the values of links mean, by id or by reference."""
        ...

    async def holders(self, tenant: str, link: Link, key: int) -> int:
        """How many hold a role or entitlement: a limit must not make a grant dearer the more hold it."""
        ...

    async def counts(self, tenant: str, link: Link, keys: Collection[int]) -> dict[int, int]:
        """`holders` of several."""
        ...

    async def held_by(self, tenant: str, link: Link, key: int) -> list[Stored]:
        """The resources that link to this one."""
        ...

    async def tenants(self) -> set[str]:
        """Whose resources are here."""
        ...

    async def fingerprints(self, tenant: str) -> dict[str, str]:
        """Under which layout the resources of each type were laid down, see `scim.relaying`."""
        ...


class Transaction(Reads, Protocol):
    """The changes of one write."""

    async def alone(self) -> None:
        """Wait for other processes that do what only one may do at a time, and hold them up until the write ends."""
        ...

    async def measure(self) -> None:
        """Many resources have come at once: a database that plans by counts must count them."""
        ...

    async def load(self, job: Callable[["Transaction"], Awaitable[None]]) -> None:
        """Run a job that inserts and links much: a store may lay all of it down at once, when the job is done.

        Taken may come as late as then, and for any of it. A store that has no better way runs the job on itself.
        """
        ...

    async def insert(self, tenant: str, record: Record, now: str) -> Stored:
        """Lay down a new resource, in version 1; Taken where a unique value, or the id, is.

        A store may give it another id than the record's, and values of its own: what it returns is what counts.
        """
        ...

    async def update(
        self, tenant: str, stored: Stored, before: Lookups, after: Record, now: str
    ) -> Stored:
        """Lay a resource down anew, in its next version (`Stored.touched`); Taken, and what counts, as with `insert`.

        Args:
            before: by what it is found so far, so that only the difference of the indexes need be written.
        """
        ...

    async def touch(self, tenant: str, keys: Collection[int], now: str) -> None:
        """Count up the versions of resources whose links alone have changed, by one each: see `Stored.touched`."""
        ...

    async def delete(self, tenant: str, stored: Stored, before: Lookups, now: str) -> None:
        """Remove a resource and every link to and from it; what linked to it has changed."""
        ...

    async def link(self, tenant: str, source: int, link: Link, values: Mapping[int, bool]) -> None:
        """Add links, or change whether they are primary (the values); `update` or `touch` counts the version."""
        ...

    async def unlink(self, tenant: str, source: int, link: Link, keys: Collection[int]) -> None:
        """Remove links; none that is not there is an error."""
        ...

    async def seeded(self, tenant: str, type_name: str) -> set[str]:
        """The ids that were seeded once; they are not seeded again."""
        ...

    async def seed(self, tenant: str, type_name: str, resource_id: str) -> None:
        """Remember a seeded id."""
        ...

    async def set_fingerprint(self, tenant: str, type_name: str, fingerprint: str) -> None:
        """Remember the layout of a type."""
        ...

    async def clear_index(self, tenant: str, type_name: str) -> bool:
        """Forget a part of the index of a type, before all of it is laid down anew; whether nothing is left."""
        ...

    async def after(self, tenant: str, type_name: str, key: int) -> list[Stored]:
        """Some resources of a type that follow a key, in order."""
        ...

    async def relay(self, tenant: str, laid: Sequence[tuple[Stored, Record]]) -> None:
        """Lay resources down under a new layout: nothing that clients have written changes, nor does the version.

        A unique value that several have belongs to the first of them.
        """
        ...


class Store(Reads, Protocol):
    """A store: opened with the server, closed with it."""

    async def open(self) -> None:
        """Connect and prepare the tables; StorageError with one clear line where that cannot be."""
        ...

    async def close(self) -> None:
        """Finish what has begun."""
        ...

    async def write(self, job: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run a job in a transaction: all of it is durable when this returns, nothing of it when it raises."""
        ...


@runtime_checkable
class Measured(Protocol):
    """A store that tells how busy it is, for the metrics; no store has to."""

    def gauges(self) -> Mapping[str, tuple[str, float]]:
        """By the metric's name: what it means, in a sentence, and its value now."""
        ...
