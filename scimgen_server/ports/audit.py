"""The audit port: who changed what, written in the transaction of the change."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class AuditEntry(NamedTuple):
    """One entry of the audit trail. It never holds values of attributes, except ids of grants.

    Args:
        time: as `folding.fold_date_time` writes it.
        actor: a token's name, the subject of an access token, `app`, or a command.
        request: the request id, as in the log; empty where there was no request.
        action: what was done, such as `created`.
        type: the name of the resource type, or `Token`.
        id: the id of the resource or token.
        detail: JSON: the names of the attributes, and the ids that were granted or revoked.
    """

    tenant: str
    time: str
    actor: str
    request: str
    action: str
    type: str
    id: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which entries to read.

    Args:
        tenant: those of one tenant.
        resource: those of one resource, by its id.
        since: those from a time on, as `folding.fold_date_time` writes it.
        limit: only the newest, this many.
    """

    tenant: str | None = None
    resource: str | None = None
    since: str | None = None
    limit: int | None = None


class AuditLog(Protocol):
    """The audit trail."""

    async def append(self, entries: Sequence[AuditEntry]) -> None:
        """Write entries, within the transaction of the change."""
        ...

    def read(self, which: AuditFilter) -> AsyncIterator[tuple[int, AuditEntry]]:
        """Position and entry, the oldest first. Reads in pages, so that the trail can be long."""
        ...
