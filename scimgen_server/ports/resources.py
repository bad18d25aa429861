"""The resources port: what the service needs of a store.

`testing.StoreContract` tests an implementation.

Every method takes the tenant. Reads are coroutines, so that a store can wait for its database. A
write is one job that sees and changes a consistent state. When `Store.write` returns, the change is
durable.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeVar

from ..schema.attributes import Link
from ..schema.records import Lookups, Record
from .audit import AuditLog
from .errors import StatementError as StatementError
from .errors import StorageError as StorageError
from .errors import Taken as Taken
from .errors import TimeLimit as TimeLimit
from .leases import Leases
from .outbox import Outbox
from .queries import Page as Page
from .queries import Query as Query
from .stored import Stored as Stored
from .tokens import Tokens

T = TypeVar("T")


class Linked(NamedTuple):
    """One value of a link attribute: another resource, as this one shows it.

    Args:
        key: the key of the other resource.
        value: the `value` of the link: the other resource's id, or its `reference`.
        type: the name of the other resource's type.
        id: the other resource's id.
        display: the text that the link shows.
        primary: whether this is the primary value.
        direct: False for a group that the resource is in through a nested group.
        label: the other resource's own `type` attribute, where it has one.
    """

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
    """A resource that a link can point to. `value` and `label` are as in `Linked`."""

    key: int
    type: str
    id: str
    display: str
    value: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class LinkUpdate:
    """The changes of one link attribute of one resource.

    Args:
        added: keys of the resources to link to, each with whether it is the primary one. A link
            that exists takes the new `primary`.
        removed: keys of the resources to unlink. A key that is not linked is ignored.
    """

    link: Link
    added: Mapping[int, bool] = field(default_factory=dict[int, bool])
    removed: Collection[int] = ()


class Reads(Protocol):
    """The read operations of a store, and of a transaction."""

    @property
    def tokens(self) -> Tokens:
        """The credentials that are kept in the store."""
        ...

    @property
    def audit(self) -> AuditLog:
        """The audit trail."""
        ...

    @property
    def outbox(self) -> Outbox:
        """The events for the app."""
        ...

    @property
    def leases(self) -> Leases:
        """The leases of the processes."""
        ...

    async def get(self, tenant: str, type_name: str, resource_id: str) -> Stored | None:
        """One resource, or None. In a transaction it stays unchanged until the transaction ends."""
        ...

    async def search(self, tenant: str, query: Query) -> Page:
        """The matches of a query, in an order that is stable between calls.

        A search that is cancelled ends soon, also in the database.

        Raises:
            TimeLimit: it takes longer than `limits.Limits.statement`.
        """
        ...

    async def links(
        self, tenant: str, keys: Collection[int], wanted: Collection[Link]
    ) -> dict[int, list[Linked]]:
        """The links of several resources, by key. `groups` includes nested groups.

        Resources with the same links can share one list: do not change it.
        """
        ...

    async def members(self, tenant: str, key: int, values: Collection[str]) -> list[Linked]:
        """The members of a group that have one of these values, without reading the others."""
        ...

    async def targets(self, tenant: str, values: Collection[str]) -> dict[str, list[Target]]:
        """The resources that link values can mean, by id or by `reference`."""
        ...

    async def counts(self, tenant: str, link: Link, keys: Collection[int]) -> dict[int, int]:
        """How many resources hold each role or entitlement, by its key.

        In a transaction the number stays true until the transaction ends.
        """
        ...

    async def holders(self, tenant: str, link: Link, key: int) -> list[Stored]:
        """The resources that hold a role or entitlement.

        Within a transaction: no other transaction changes them, or grants it, until the end.
        """
        ...

    async def seeded(self, tenant: str, type_name: str) -> set[str]:
        """The ids that `Transaction.mark_seeded` has marked."""
        ...


class Transaction(Reads, Protocol):
    """The write operations of a store, within one transaction."""

    async def insert(self, tenant: str, record: Record, now: str) -> Stored:
        """Store a new resource in version 1.

        A store may choose another id than the record's, and may add values. The caller uses what
        is returned.

        Raises:
            Taken: a unique value, or the id, belongs to another resource.
        """
        ...

    async def update(
        self, tenant: str, stored: Stored, before: Lookups, after: Record | None, now: str
    ) -> Stored:
        """Store the next version of a resource, see `Stored.touched`.

        Args:
            stored: the resource as it is.
            before: its present index values, so that only the difference has to be written.
            after: the new content; None if only its links change.

        Raises:
            Taken: as with `insert`.
        """
        ...

    async def delete(self, tenant: str, stored: Stored, before: Lookups, now: str) -> None:
        """Delete a resource and its links. The versions of resources that linked to it go up."""
        ...

    async def link(self, tenant: str, key: int, update: LinkUpdate) -> None:
        """Change the links of a resource. Its version is counted by `update`."""
        ...

    async def mark_seeded(self, tenant: str, type_name: str, resource_id: str) -> None:
        """Remember that a value of the description was stored, so that it is not stored again."""
        ...

    async def exclusive(self) -> None:
        """Wait for other processes in an exclusive transaction, and keep them out until this ends.

        A store with one process at a time has nothing to do.
        """

    async def bulk_insert(self, job: "Callable[[Transaction], Awaitable[None]]") -> None:
        """Run a job that inserts and links many resources. A store may write them all at the end.

        Raises:
            Taken: for any of the resources, possibly at the end.
        """
        await job(self)

    async def analyze(self) -> None:
        """Many resources were inserted: a database that plans by statistics updates them."""


class Store(Reads, Protocol):
    """A store. The server opens it at startup and closes it at shutdown."""

    async def open(self) -> None:
        """Connect and prepare the tables.

        Raises:
            StorageError: with one line that has the reason.
        """
        ...

    async def close(self) -> None:
        """Finish the writes that have begun, and disconnect."""
        ...

    async def ping(self) -> None:
        """Check that the store answers.

        Raises:
            StorageError: it does not.
        """
        ...

    async def write(self, job: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run a job in a transaction: all of it is durable on return, nothing if it raises.

        The job awaits only methods of its transaction: a store can run it in a thread without an
        event loop. A store can run it again after a conflict with another transaction.
        """
        ...

    async def tenants(self) -> set[str]:
        """The tenants that have a valid token or were served before."""
        ...

    async def is_tenant(self, tenant: str) -> bool:
        """Whether a tenant is one of `tenants`."""
        ...
