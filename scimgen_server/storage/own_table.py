"""What an app implements so that one of its tables is the store of a resource type. See `own_tables`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ..messages.documents import Document
from .connection import Connection


@dataclass(frozen=True, slots=True)
class Row:
    """One row as SCIM shows it.

    Args:
        document: the attributes by their SCIM names; None for one without a value.
        grants: the ids that the row holds, by the name of their resource type.
    """

    document: Document
    grants: Mapping[str, Collection[str]] = field(default_factory=dict[str, Collection[str]])


class OwnTable:
    """Rows that are the resources of one type. All methods run in a transaction, and wait for nothing but it.

    `connection` is the transaction's: whatever is written must go through it, and it is not theirs to commit.

    Args:
        type: the name of the resource type.
        watched: each table that the resources are read from, with the column that holds the key of the resource; the
            resource's own table comes first.
        granted: the names of the resource types that these tables hold grants of; all other grants are kept by SCIM.
        prefix: what the id has before the key, where ids would be those of other types too.
    """

    type: str
    watched: Mapping[str, str]
    granted: Collection[str] = ()
    prefix: str = ""

    async def read(
        self, connection: Connection, known: Mapping[str, Document]
    ) -> Mapping[str, Row]:
        """The rows of some keys, without those that are not there.

        Args:
            known: by key, the resource as SCIM last had it, or as a client has just written it; {} for a new row. What
                the tables have no column for is to be handed back as it is.
        """
        raise NotImplementedError

    async def create(self, connection: Connection, document: Document) -> str:
        """Insert a row; its key. `id` in the document is a proposal. Raises Taken where a unique value is."""
        raise NotImplementedError

    async def change(self, connection: Connection, key: str, document: Document) -> None:
        """Update a row; an attribute that is not in the document has no value any more."""
        raise NotImplementedError

    async def delete(self, connection: Connection, key: str) -> None:
        """Delete a row, and what refers to it; or mark it as deleted, so that `read` does not find it."""
        raise NotImplementedError

    async def grant(
        self, connection: Connection, key: str, type_name: str, ids: Collection[str]
    ) -> None:
        """Grant values of a type to a row; it may hold some of them already."""
        raise NotImplementedError

    async def revoke(
        self, connection: Connection, key: str, type_name: str, ids: Collection[str]
    ) -> None:
        """Take values of a type away."""
        raise NotImplementedError
