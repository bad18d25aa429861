"""The interface of a host table that stores the resources of one type. See `own_tables`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ..messages.documents import Document
from .connection import Connection


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a host table, as SCIM shows it.

    Args:
        document: the attributes by their SCIM names; None for one without a value.
        grants: the ids that the row holds, by the name of their resource type.
    """

    document: Document
    grants: Mapping[str, Collection[str]] = field(default_factory=dict[str, Collection[str]])


class OwnTable:
    """A host table whose rows are the resources of one type.

    All methods run in a transaction and may only await its connection. All writes must use
    `connection`. The methods must not commit.

    Args:
        type: the name of the resource type.
        watched: each table that the resources are read from, with the column that holds the key of
            the resource. The table of the resources is first.
        granted: the names of the resource types whose grants the tables hold. SCIM stores all other
            grants.
        prefix: the part of the id before the key, if several types use the same keys.
    """

    type: str
    watched: Mapping[str, str]
    granted: Collection[str] = ()
    prefix: str = ""

    async def read(
        self, connection: Connection, known: Mapping[str, Document]
    ) -> Mapping[str, Row]:
        """Read the rows with some keys. Keys without a row are left out.

        Args:
            known: by key, the resource as it was stored last, or as a client has written it; {} for
                a new row. Attributes without a column must be returned unchanged.
        """
        raise NotImplementedError

    async def create(self, connection: Connection, document: Document) -> str:
        """Insert a row and return its key. The key may differ from `id` in the document.

        Raises:
            Taken: a unique value belongs to another row.
        """
        raise NotImplementedError

    async def change(self, connection: Connection, key: str, document: Document) -> None:
        """Update a row. An attribute that is not in the document loses its value."""
        raise NotImplementedError

    async def delete(self, connection: Connection, key: str) -> None:
        """Delete a row and its references, or mark it as deleted so that `read` skips it."""
        raise NotImplementedError

    async def grant(
        self, connection: Connection, key: str, type_name: str, ids: Collection[str]
    ) -> None:
        """Grant values of a type to a row, which may hold some of them already."""
        raise NotImplementedError

    async def revoke(
        self, connection: Connection, key: str, type_name: str, ids: Collection[str]
    ) -> None:
        """Revoke values of a type."""
        raise NotImplementedError
