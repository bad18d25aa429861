"""The tables of the memory store: dictionaries, and the changes of one transaction over them.

Rows are never changed in place. A transaction collects its changes, and nobody else sees them until
`apply_changes` writes all of them in one step.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from ...messages.documents import Document
from ...ports.audit import AuditEntry
from ...ports.outbox import QueuedEvent
from ...ports.resources import Stored
from ...ports.tokens import Token
from ...schema.attributes import Link

K = TypeVar("K")
V = TypeVar("V")

Place: TypeAlias = tuple[str, str]
"""The name of a table, and the tenant; the tenant is empty for tables that all tenants share."""

Data: TypeAlias = dict[Place, dict[Any, Any]]
"""The rows of all tables by their keys, in the order of insertion."""

Changes: TypeAlias = dict[Place, dict[Any, Any]]
"""The new rows of all tables by their keys; None for a deleted row."""


def apply_changes(data: Data, changes: Changes) -> None:
    """Write the changes of a transaction."""
    for place, changed in changes.items():
        rows = data.setdefault(place, {})
        for key, row in changed.items():
            if row is None:
                rows.pop(key, None)
            else:
                rows[key] = row


class Snapshot:
    """The data as one transaction sees it.

    Args:
        data: the committed rows.
        writable: False outside of transactions.
    """

    def __init__(self, data: Data, *, writable: bool) -> None:
        self.data = data
        self.writable = writable
        self.changes: Changes = {}


class MemoryTable(Generic[K, V]):
    """One table of a snapshot."""

    def __init__(self, snapshot: Snapshot, name: str, tenant: str = "") -> None:
        self._snapshot = snapshot
        self._place = name, tenant

    def get(self, key: K) -> V | None:
        """The row with a key."""
        changed = self._snapshot.changes.get(self._place)
        if changed is not None and key in changed:
            row: V | None = changed[key]
            return row
        rows: dict[K, V] = self._snapshot.data.get(self._place, {})
        return rows.get(key)

    def put(self, key: K, row: V) -> None:
        """Write a row."""
        self._change(key, row)

    def delete(self, key: K) -> None:
        """Delete a row, if there is one."""
        self._change(key, None)

    def items(self) -> Iterator[tuple[K, V]]:
        """All keys and rows, in the order of insertion."""
        rows = self._snapshot.data.get(self._place, {})
        changed = self._snapshot.changes.get(self._place, {})
        if not changed:
            yield from rows.items()
            return
        for key, row in (rows | changed).items():
            if row is not None:
                yield key, row

    def rows(self) -> Iterator[V]:
        """All rows, in the order of insertion."""
        for _, row in self.items():
            yield row

    def _change(self, key: K, row: V | None) -> None:
        if not self._snapshot.writable:
            raise RuntimeError("only a transaction can write")
        self._snapshot.changes.setdefault(self._place, {})[key] = row


@dataclass(frozen=True, slots=True)
class MemoryRow:
    """A resource.

    Args:
        display: the text that links to it show.
        reference: the `value` of links to it, if that is not its id.
        folded: its values for filters, see `schema.records.Record`.
        unique: its rows of `Tables.unique`.
    """

    stored: Stored
    display: str
    reference: str | None
    folded: Document
    unique: frozenset[tuple[str, str, str]]


class Tables:
    """The tables of one tenant."""

    def __init__(self, snapshot: Snapshot, tenant: str) -> None:
        self.resources: MemoryTable[int, MemoryRow] = MemoryTable(snapshot, "resources", tenant)
        self.ids: MemoryTable[str, int] = MemoryTable(snapshot, "ids", tenant)
        self.references: MemoryTable[str, frozenset[int]] = MemoryTable(
            snapshot, "references", tenant
        )
        self.unique: MemoryTable[tuple[str, str, str], int] = MemoryTable(
            snapshot, "unique", tenant
        )
        self.targets: MemoryTable[tuple[Link, int], Mapping[int, bool]] = MemoryTable(
            snapshot, "targets", tenant
        )
        """By link and source: the keys of the targets, each with whether it is the primary one."""
        self.sources: MemoryTable[tuple[Link, int], frozenset[int]] = MemoryTable(
            snapshot, "sources", tenant
        )
        """By link and target: the keys of the sources."""
        self.seeds: MemoryTable[str, frozenset[str]] = MemoryTable(snapshot, "seeds", tenant)
        """By the name of the resource type: the ids that were seeded."""

    def named(self, value: str) -> list[tuple[int, MemoryRow]]:
        """The resources that have this id or this reference, by key."""
        found = set(self.references.get(value) or ())
        key = self.ids.get(value)
        if key is not None:
            found.add(key)
        rows = [(key, self.resources.get(key)) for key in sorted(found)]
        return [(key, row) for key, row in rows if row is not None]


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token, and the hash of its secret."""

    token: Token
    secret_hash: bytes


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event, when to deliver it, and whether it was given up."""

    event: QueuedEvent
    due: str
    dead: bool = False


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """Who holds a lease, and until when."""

    holder: str
    until: str


class SharedTables:
    """The tables that all tenants share."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.tokens: MemoryTable[str, TokenRow] = MemoryTable(snapshot, "tokens")
        self.audit: MemoryTable[int, AuditEntry] = MemoryTable(snapshot, "audit")
        self.outbox: MemoryTable[int, EventRow] = MemoryTable(snapshot, "outbox")
        self.leases: MemoryTable[str, LeaseRow] = MemoryTable(snapshot, "leases")
        self.tenants: MemoryTable[str, bool] = MemoryTable(snapshot, "tenants")
        """The tenants that were served."""
        self._numbers: MemoryTable[str, int] = MemoryTable(snapshot, "numbers")

    def next_number(self, name: str) -> int:
        """The next key of a table with counted keys, the first is 1."""
        number = (self._numbers.get(name) or 0) + 1
        self._numbers.put(name, number)
        return number
