"""The write operations of the protocol, each in a transaction that the caller has begun.

Each method reads what it changes within the transaction, so that no client overwrites another's
change without noticing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from ..auth.principal import ADMIN
from ..events.changes import Change, Grant
from ..messages.context import RequestContext, WriteResult
from ..messages.documents import Document
from ..messages.errors import ScimError, not_found, precondition_failed
from ..patch.apply import apply
from ..patch.operations import read_operations
from ..ports.resources import Linked, Stored, Transaction
from ..schema.attributes import LINKED_KINDS, Tree
from ..schema.projection import Projection
from ..schema.resources import read_resource, replace_resource
from ..schema.values import Reader
from .ids import new_id
from .limits import GRANT_LINKS
from .recorder import ChangeRecorder
from .renderer import Renderer, etag
from .writer import Writer, document_of

_NOT_BY_THE_USER = frozenset({"userName", "externalId", "active"})
"""Attributes that decide who a user is, and whether the user may log in. Grants are links."""


@dataclass(frozen=True, slots=True)
class NewResource:
    """A new resource as a client sends it, read and checked.

    Args:
        reader: the reader that has read it; it lists what was ignored.
    """

    document: Document
    reader: Reader


class Operations:
    """Create, replace, patch and delete.

    Args:
        strict: whether unknown attributes are refused instead of ignored.
    """

    def __init__(
        self, writer: Writer, renderer: Renderer, recorder: ChangeRecorder, *, strict: bool
    ) -> None:
        self.writer = writer
        self.renderer = renderer
        self.recorder = recorder
        self.strict = strict
        self._default_projections = {
            name: Projection(builder.tree) for name, builder in writer.builders.items()
        }

    def read(self, tree: Tree, payload: Document) -> NewResource:
        """Read a new resource. This needs no transaction, so it does not block other writes."""
        reader = Reader(strict=self.strict)
        return NewResource(read_resource(tree, payload, reader), reader)

    async def create(
        self, tx: Transaction, context: RequestContext, tree: Tree, new: NewResource
    ) -> WriteResult:
        """POST (RFC 7644 section 3.3)."""
        change = await self.writer.insert(tx, context.tenant, tree, new_id(), new.document)
        await self.recorder.record(tx, context, change)
        return await self._result(tx, context, change, new.reader)

    async def replace(
        self,
        tx: Transaction,
        context: RequestContext,
        tree: Tree,
        resource_id: str,
        payload: Document,
    ) -> WriteResult:
        """PUT (RFC 7644 section 3.5.1)."""
        reader = Reader(strict=self.strict)
        stored = await self._load(tx, context, tree, resource_id)
        old = document_of(stored)
        held = await self.writer.held(tx, context.tenant, tree, stored, None)
        new = replace_resource(tree, old, payload, reader)
        change = await self.writer.change(
            tx, context.tenant, tree, stored, old, new, held, reader.secrets
        )
        if context.own:
            _check_own(change)
        await self.recorder.record(tx, context, change)
        return await self._result(tx, context, change, reader)

    async def patch(
        self,
        tx: Transaction,
        context: RequestContext,
        tree: Tree,
        resource_id: str,
        payload: Document,
    ) -> WriteResult:
        """PATCH (RFC 7644 section 3.5.2). A group is returned only if the client asks for it."""
        reader = Reader(strict=self.strict)
        operations = read_operations(payload)
        stored = await self._load(tx, context, tree, resource_id)
        old = document_of(stored)
        held = await self.writer.held(tx, context.tenant, tree, stored, operations)
        links = list(chain.from_iterable(held.values()))
        shown = self.renderer.links(links, tree, context.base)
        new = apply(tree, old | shown, operations, reader)
        change = await self.writer.change(
            tx, context.tenant, tree, stored, old, new, held, reader.secrets
        )
        if context.own:
            _check_own(change)
        await self.recorder.record(tx, context, change)
        is_group = tree.resource_type.kind == "group"
        if is_group and not (context.attributes or context.excluded):
            return self._result_without_body(context, change, reader)
        return await self._result(tx, context, change, reader)

    async def delete(
        self, tx: Transaction, context: RequestContext, tree: Tree, resource_id: str
    ) -> None:
        """DELETE (RFC 7644 section 3.6), with all grants and memberships of the resource."""
        stored = await self._load(tx, context, tree, resource_id)
        kind = tree.resource_type.kind
        holders: list[Stored] = []
        if kind in ("role", "entitlement"):
            for link in GRANT_LINKS:
                holders += await tx.holders(context.tenant, link, stored.key)
        left = await self._memberships(tx, context, tree, stored)
        members: Sequence[Linked] = ()
        if kind == "group" and self.recorder.wants(context, "members_removed"):
            links = await tx.links(context.tenant, [stored.key], ["members"])
            members = links.get(stored.key, ())
        change = await self.writer.remove(tx, context.tenant, tree, stored)
        change.members = members
        await self.recorder.record(tx, context, change)
        if left:
            member = self._member_of(tree, stored, change)
            groups = [one.touched(change.time) for one in left]
            await self.recorder.record_left(tx, context, member, groups, change.time)
        if holders:
            grant = self._grant_of(tree, stored, change)
            now = [holder.touched(change.time) for holder in holders]
            await self.recorder.record_revoked(tx, context, grant, now, change.time)

    async def _memberships(
        self, tx: Transaction, context: RequestContext, tree: Tree, stored: Stored
    ) -> list[Stored]:
        """The groups that a user or group leaves when it is deleted, if an event reports it."""
        can_be_member = tree.resource_type.kind in LINKED_KINDS["members"]
        if not can_be_member or not self.recorder.wants(context, "members_removed"):
            return []
        return await tx.holders(context.tenant, "members", stored.key)

    def _member_of(self, tree: Tree, stored: Stored, change: Change) -> Document:
        """A deleted user or group as the events of its groups show it."""
        display = self.writer.builders[tree.name].display(change.old or {})
        return {"value": stored.id, "type": tree.name, "display": display}

    def _grant_of(self, tree: Tree, stored: Stored, change: Change) -> Grant:
        """What the holders of a deleted role or entitlement have lost."""
        old = change.old or {}
        value = str(old.get("value") or stored.id)
        return Grant(value, tree.name, self.writer.builders[tree.name].display(old))

    async def _load(
        self, tx: Transaction, context: RequestContext, tree: Tree, resource_id: str
    ) -> Stored:
        """The resource to change, in the version that the client means (RFC 7644 section 3.14)."""
        stored = await tx.get(context.tenant, tree.name, resource_id)
        if stored is None:
            raise not_found(tree.name, resource_id)
        if context.if_match is not None and not version_matches(context.if_match, stored):
            raise precondition_failed(etag(stored))
        return stored

    async def _result(
        self, tx: Transaction, context: RequestContext, change: Change, reader: Reader
    ) -> WriteResult:
        """The response with the resource, as the client wants to see it."""
        projection = self._default_projections[change.tree.name]
        if context.attributes or context.excluded or reader.written:
            projection = Projection(
                change.tree, context.attributes, context.excluded, reader.written
            )
        body = await self.renderer.one(
            tx, context.tenant, change.stored, projection, context.base, change.linked
        )
        return self._result_without_body(context, change, reader, body)

    def _result_without_body(
        self, context: RequestContext, change: Change, reader: Reader, body: bytes = b""
    ) -> WriteResult:
        return WriteResult(
            id=change.stored.id,
            body=body,
            version=etag(change.stored),
            location=self.renderer.location(change.stored, context.base),
            ignored=tuple(reader.ignored),
        )


def version_matches(header: str, stored: Stored) -> bool:
    """Return whether a list of ETags has the version, compared weakly (RFC 7232 section 2.3.2)."""
    versions = [version.strip().removeprefix("W/") for version in header.split(",")]
    return "*" in versions or f'"{stored.version}"' in versions


def _check_own(change: Change) -> None:
    """Refuse that users change their own rights, or what identifies them.

    Raises:
        ScimError: 403.
    """
    names = [name for name in change.attributes if name in _NOT_BY_THE_USER]
    names += [*change.added, *change.removed]
    if names:
        detail = f"Users may not change {', '.join(names)} themselves"
        raise ScimError(403, f"{detail}; an administrator's token needs the scope {ADMIN}.")
