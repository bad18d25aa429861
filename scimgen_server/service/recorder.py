"""Records changes in the audit trail and the outbox, in the transaction of the change."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from ..events.changes import Change, EventName, Grant
from ..messages.context import RequestContext
from ..messages.documents import Document, dump, load_stored
from ..ports.audit import AuditEntry
from ..ports.outbox import Event
from ..ports.resources import Stored, Transaction
from ..schema.projection import Projection
from .renderer import Renderer

_Occurrence: TypeAlias = tuple[EventName, Grant | None]
"""The name of an event, and the grant that it is about."""

_PAGE = 500


class ChangeRecorder:
    """Records changes.

    Args:
        consumers: the recipients of user events: `hooks`, `webhook`. Without any, no event is
            written.
    """

    def __init__(self, renderer: Renderer, consumers: Sequence[str] = ()) -> None:
        self.renderer = renderer
        self.consumers = tuple(consumers)

    async def record(self, tx: Transaction, context: RequestContext, change: Change) -> None:
        """Record one change. If nothing has changed, nothing is written."""
        if not change:
            return
        await tx.audit.append([audit_entry(context, change)])
        consumers = self._recipients(context)
        if consumers and change.tree.resource_type.kind == "user":
            users = await self._shown(tx, context, [change.stored])
            occurrences = list(_occurrences(change))
            events = _events(context, consumers, change.stored, users[0], occurrences)
            await tx.outbox.put(events, change.time)

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
        consumers = self._recipients(context)
        if not consumers:
            return
        occurrences: list[_Occurrence] = [("user_changed", None), ("revoked", grant)]
        for start in range(0, len(holders), _PAGE):
            page = holders[start : start + _PAGE]
            users = await self._shown(tx, context, page)
            for stored, user in zip(page, users, strict=True):
                events = _events(context, consumers, stored, user, occurrences)
                await tx.outbox.put(events, now)

    def _recipients(self, context: RequestContext) -> tuple[str, ...]:
        """The consumers. The app's own hooks do not get the app's own changes."""
        if not context.silent:
            return self.consumers
        return tuple(one for one in self.consumers if one != "hooks")

    async def _shown(
        self, tx: Transaction, context: RequestContext, users: Sequence[Stored]
    ) -> list[Document]:
        """The users as a client reads them."""
        name = users[0].type
        projections = {name: Projection(self.renderer.references.trees[name])}
        shown = await self.renderer.page(tx, context.tenant, users, projections, context.base)
        return [load_stored(one) for one in shown]


def _events(
    context: RequestContext,
    consumers: Iterable[str],
    stored: Stored,
    user: Document,
    occurrences: Sequence[_Occurrence],
) -> list[Event]:
    """The events of one user for each consumer, in order."""
    bodies = [dump(_body(name, grant, user)).decode() for name, grant in occurrences]
    events: list[Event] = []
    for consumer in consumers:
        events += [Event(context.tenant, consumer, stored.id, body) for body in bodies]
    return events


def _body(name: EventName, grant: Grant | None, user: Document) -> Document:
    body: Document = {"event": name, "user": user}
    if grant is not None:
        body["grant"] = {"value": grant.value, "type": grant.type, "display": grant.display}
    return body


def _occurrences(change: Change) -> Iterator[_Occurrence]:
    """What happened to a user. Grants are a difference, never a whole list."""
    action = change.action
    if action == "created":
        yield "user_created", None
    elif action != "deleted":
        yield "user_changed", None
    if action == "deactivated":
        yield "user_deactivated", None
    elif action == "reactivated":
        yield "user_reactivated", None
    for grants in change.added.values():
        for grant in grants:
            yield "granted", grant
    for grants in change.removed.values():
        for grant in grants:
            yield "revoked", grant
    if action == "deleted":
        yield "user_deleted", None


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
