"""What has changed is noted in the transaction that changes it: in the audit trail, and in the outbox for the app."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..events.changes import Change, EventName, Grant
from ..messages.context import RequestContext
from ..messages.documents import Document, dump, load_stored
from ..ports.audit import AuditEntry
from ..ports.outbox import Event
from ..ports.resources import Stored, Transaction
from ..schema.projection import Projection
from .renderer import Renderer

_PAGE = 500


class ChangeRecorder:
    """Notes changes.

    Args:
        consumers: who is told of users: `hooks`, `webhook`; with none, no event is laid down.
    """

    def __init__(self, renderer: Renderer, consumers: Sequence[str] = ()) -> None:
        self.renderer = renderer
        self.consumers = tuple(consumers)

    async def record(
        self, tx: Transaction, context: RequestContext, change: Change, now: str
    ) -> None:
        """Note one change; where nothing has changed, nothing is noted."""
        if not change:
            return
        await tx.audit.append([entry_of(context, change, now)])
        consumers = self._told(context)
        if consumers and change.tree.resource_type.kind == "user":
            user = await self._shown(tx, context, [change.stored], Projection(change.tree))
            await _put(tx, context, consumers, change.stored.id, _events(change), user[0], now)

    async def record_revoked(
        self,
        tx: Transaction,
        context: RequestContext,
        grant: Grant,
        holders: Sequence[Stored],
        now: str,
    ) -> None:
        """Note that a role or entitlement is gone from all who held it."""
        detail = dump({"removed": [grant.value]}).decode()
        entry = (context.tenant, now, context.actor, context.request_id, "revoked")
        await tx.audit.append([AuditEntry(*entry, one.type, one.id, detail) for one in holders])
        consumers = self._told(context)
        for start in range(0, len(holders), _PAGE) if consumers else ():
            page = holders[start : start + _PAGE]
            projection = Projection(self.renderer.references.trees[page[0].type])
            for stored, user in zip(
                page, await self._shown(tx, context, page, projection), strict=True
            ):
                await _put(
                    tx,
                    context,
                    consumers,
                    stored.id,
                    [("user_changed", None), ("revoked", grant)],
                    user,
                    now,
                )

    def _told(self, context: RequestContext) -> tuple[str, ...]:
        """The app's own changes are not told to its own hooks."""
        return tuple(one for one in self.consumers if not (context.silent and one == "hooks"))

    async def _shown(
        self,
        tx: Transaction,
        context: RequestContext,
        stored: Sequence[Stored],
        projection: Projection,
    ) -> list[Document]:
        shown = await self.renderer.page(
            tx, context.tenant, stored, {stored[0].type: projection}, context.base
        )
        return [load_stored(one) for one in shown]


async def _put(
    tx: Transaction,
    context: RequestContext,
    consumers: Iterable[str],
    subject: str,
    events: Iterable[tuple[EventName, Grant | None]],
    user: Document,
    now: str,
) -> None:
    bodies = [dump(_body(name, grant, user)).decode() for name, grant in events]
    rows = [
        Event(context.tenant, consumer, subject, body) for consumer in consumers for body in bodies
    ]
    await tx.outbox.put(rows, now)


def _body(name: EventName, grant: Grant | None, user: Document) -> Document:
    body: dict[str, Any] = {"event": name, "user": user}
    if grant is not None:
        body["grant"] = {"value": grant.value, "type": grant.type, "display": grant.display}
    return body


def _events(change: Change) -> Iterator[tuple[EventName, Grant | None]]:
    """What happened to a user; grants as a difference, never as a whole list."""
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


def entry_of(context: RequestContext, change: Change, now: str) -> AuditEntry:
    """The line of a change: names of attributes, never their values; ids of what was linked."""
    detail: Document = {"attributes": change.attributes} if change.action != "deleted" else {}
    for name, links in (("added", change.added), ("removed", change.removed)):
        if links:
            detail[name] = {
                attribute: [one.value for one in grants] for attribute, grants in links.items()
            }
    return AuditEntry(
        tenant=context.tenant,
        time=now,
        actor=context.actor,
        request=context.request_id,
        action=change.action,
        type=change.tree.name,
        id=change.stored.id,
        detail=dump(detail).decode(),
    )
