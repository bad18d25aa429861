"""Records changes in the audit trail and the outbox, in the transaction of the change."""

from collections.abc import Container, Iterable, Mapping, Sequence

from ..events.changes import Change, Grant
from ..events.occurrences import (
    EventName,
    Occurrence,
    members_removed,
    occurrences,
    revoked,
    subject_of,
)
from ..messages.context import RequestContext
from ..messages.documents import Document, dump, load_stored
from ..ports.audit import AuditEntry
from ..ports.outbox import Event
from ..ports.resources import Stored, Transaction
from ..schema.projection import Projection
from .renderer import Renderer

_PAGE = 500


class ChangeRecorder:
    """Records changes.

    Args:
        renderer: renders the resources of the events.
        consumers: the recipients of events, `hooks` and `webhook`, each with the names of the
            events that it wants. No other event is written or prepared.
    """

    def __init__(
        self, renderer: Renderer, consumers: Mapping[str, Container[EventName]] | None = None
    ) -> None:
        self.renderer = renderer
        self.consumers = dict(consumers or {})
        self._projections: dict[str, Projection] = {}
        for name, tree in renderer.references.trees.items():
            # A group can have very many members. Its events list those that have changed.
            excluded = ["members"] if tree.resource_type.kind == "group" else []
            self._projections[name] = Projection(tree, excluded=excluded)

    def wants(self, context: RequestContext, name: EventName) -> bool:
        """Return whether a consumer wants the events with a name that this request causes."""
        return any(name in wanted for wanted in self._recipients(context).values())

    async def record(self, tx: Transaction, context: RequestContext, change: Change) -> None:
        """Record one change. If nothing has changed, nothing is written."""
        if not change:
            return
        await tx.audit.append([audit_entry(context, change)])
        if self._recipients(context):
            happened = [*occurrences(change)]
            await self._put(tx, context, [change.stored], happened, change.time)

    async def record_revoked(
        self,
        tx: Transaction,
        context: RequestContext,
        grant: Grant,
        holders: Sequence[Stored],
        now: str,
    ) -> None:
        """Record that a deleted role or entitlement was revoked from all its holders."""
        detail = dump({"removed": [grant.value]}).decode()
        head = (context.tenant, now, context.actor, context.request_id, "revoked")
        await tx.audit.append([AuditEntry(*head, one.type, one.id, detail) for one in holders])
        await self._put(tx, context, holders, [Occurrence("user_changed"), revoked(grant)], now)

    async def record_left(
        self,
        tx: Transaction,
        context: RequestContext,
        member: Document,
        groups: Sequence[Stored],
        now: str,
    ) -> None:
        """Record that a deleted user or group has left all groups that it was a member of."""
        await self._put(tx, context, groups, [*members_removed([member], "member_deleted")], now)

    async def _put(
        self,
        tx: Transaction,
        context: RequestContext,
        resources: Sequence[Stored],
        happened: Sequence[Occurrence],
        now: str,
    ) -> None:
        """Write the events of resources for the consumers that want them."""
        wanted: dict[str, list[Occurrence]] = {}
        for consumer, names in self._recipients(context).items():
            chosen = [one for one in happened if one.name in names]
            if chosen:
                wanted[consumer] = chosen
        if not wanted:
            return
        for start in range(0, len(resources), _PAGE):
            page = resources[start : start + _PAGE]
            shown = await self._shown(tx, context, page)
            events: list[Event] = []
            for stored, document in zip(page, shown, strict=True):
                events += self._events(context, wanted, stored, document)
            await tx.outbox.put(events, now)

    def _events(
        self,
        context: RequestContext,
        wanted: Mapping[str, Sequence[Occurrence]],
        stored: Stored,
        document: Document,
    ) -> Iterable[Event]:
        """Yield the events of one resource for each consumer, in order."""
        kind = self.renderer.references.trees[stored.type].resource_type.kind
        subject = subject_of(kind)
        for consumer, chosen in wanted.items():
            for one in chosen:
                body = {"event": one.name, subject: document, **one.data}
                yield Event(context.tenant, consumer, stored.id, dump(body).decode())

    def _recipients(self, context: RequestContext) -> Mapping[str, Container[EventName]]:
        """Return the consumers. The app's own hooks do not get the app's own changes."""
        if not context.silent:
            return self.consumers
        return {name: wanted for name, wanted in self.consumers.items() if name != "hooks"}

    async def _shown(
        self, tx: Transaction, context: RequestContext, resources: Sequence[Stored]
    ) -> list[Document]:
        """Return resources as a client reads them, groups without members."""
        projections = {one.type: self._projections[one.type] for one in resources}
        shown = await self.renderer.page(tx, context.tenant, resources, projections, context.base)
        return [load_stored(one) for one in shown]


def _values(grants: Sequence[Grant]) -> list[str]:
    return [one.value for one in grants]


def audit_entry(context: RequestContext, change: Change) -> AuditEntry:
    """The audit entry of a change: names of attributes, never their values; ids of links."""
    detail: Document = {"attributes": change.attributes} if change.action != "deleted" else {}
    for name, links in (("added", change.added), ("removed", change.removed)):
        if links:
            detail[name] = {attribute: _values(grants) for attribute, grants in links.items()}
    return AuditEntry(
        tenant=context.tenant,
        time=change.time,
        actor=context.actor,
        request=context.request_id,
        action=change.action,
        type=change.tree.name,
        id=change.stored.id,
        detail=dump(detail).decode(),
    )
