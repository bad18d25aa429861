"""Create, replace, patch, delete, each within a transaction that somebody has begun.

Every one reads what it changes within that transaction: two clients never overwrite each other unseen.
"""

from dataclasses import dataclass

from ..events.changes import Change, Grant
from ..messages.context import RequestContext, WriteResult
from ..messages.documents import Document
from ..messages.errors import not_found, precondition_failed
from ..patch.apply import apply
from ..patch.operations import read_operations
from ..ports.resources import Stored, Transaction
from ..schema.attributes import Tree
from ..schema.projection import Projection
from ..schema.resources import read_resource, replace_resource
from ..schema.values import Reader
from .ids import new_id
from .recorder import ChangeRecorder
from .renderer import Renderer, etag
from .writer import Writer, document_of


@dataclass(frozen=True, slots=True)
class Given:
    """A resource as a client gives it, read; the reader knows what it had to leave out."""

    document: Document
    reader: Reader


class Operations:
    """The edits of one service provider.

    Args:
        strict: whether unknown attributes are refused instead of ignored.
    """

    def __init__(
        self, writer: Writer, renderer: Renderer, journal: ChangeRecorder, *, strict: bool
    ) -> None:
        self.writer = writer
        self.renderer = renderer
        self.recorder = journal
        self.strict = strict
        self._defaults = {
            name: Projection(builder.tree) for name, builder in writer.builders.items()
        }

    def read(self, tree: Tree, payload: Document) -> Given:
        """Read a new resource: what can be checked before its transaction holds the others up."""
        reader = Reader(strict=self.strict)
        return Given(read_resource(tree, payload, reader), reader)

    async def create(
        self, tx: Transaction, context: RequestContext, tree: Tree, given: Given
    ) -> WriteResult:
        """POST (RFC 7644 section 3.3)."""
        change = await self.writer.insert(tx, context.tenant, tree, new_id(), given.document)
        return await self._done(tx, context, change, given.reader)

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
        stored = await self._current(tx, context, tree, resource_id)
        old = document_of(stored)
        held = await self.writer.held(tx, context.tenant, tree, stored, None)
        new = replace_resource(tree, old, payload, reader)
        return await self._done(
            tx,
            context,
            await self.writer.change(tx, context.tenant, tree, stored, old, new, held),
            reader,
        )

    async def patch(
        self,
        tx: Transaction,
        context: RequestContext,
        tree: Tree,
        resource_id: str,
        payload: Document,
    ) -> WriteResult:
        """PATCH (RFC 7644 section 3.5.2); of a group nothing is sent back unless the client asks for it."""
        reader = Reader(strict=self.strict)
        operations = read_operations(payload)
        stored = await self._current(tx, context, tree, resource_id)
        old = document_of(stored)
        held = await self.writer.held(tx, context.tenant, tree, stored, operations)
        linked = [one for values in held.values() for one in values]
        new = apply(tree, old | self.renderer.links(linked, tree, context.base), operations, reader)
        change = await self.writer.change(tx, context.tenant, tree, stored, old, new, held)
        quiet = tree.resource_type.kind == "group" and not (context.attributes or context.excluded)
        return await self._done(tx, context, change, reader, quiet=quiet)

    async def delete(
        self, tx: Transaction, context: RequestContext, tree: Tree, resource_id: str
    ) -> None:
        """DELETE (RFC 7644 section 3.6): no grant and no membership stays behind."""
        stored = await self._current(tx, context, tree, resource_id)
        await self.remove(tx, context, tree, stored)

    async def remove(
        self, tx: Transaction, context: RequestContext, tree: Tree, stored: Stored
    ) -> None:
        """Remove a resource, and note from whom that takes something."""
        holders: list[Stored] = []
        if tree.resource_type.kind in ("role", "entitlement"):
            for link in ("roles", "entitlements"):
                holders += await tx.holders(context.tenant, link, stored.key)
        change = await self.writer.remove(tx, context.tenant, tree, stored)
        now = self.writer.time()
        await self.recorder.record(tx, context, change, now)
        if holders:
            value = str((change.old or {}).get("value") or stored.id)
            grant = Grant(
                value, tree.name, self.writer.builders[tree.name].display(change.old or {})
            )
            await self.recorder.record_revoked(tx, context, grant, holders, now)

    async def _current(
        self, tx: Transaction, context: RequestContext, tree: Tree, resource_id: str
    ) -> Stored:
        """The resource to change, in the version that the client means (RFC 7644 section 3.14)."""
        stored = await tx.get(context.tenant, tree.name, resource_id)
        if stored is None:
            raise not_found(tree.name, resource_id)
        if context.if_match is not None and not version_matches(context.if_match, stored):
            raise precondition_failed(etag(stored))
        return stored

    async def _done(
        self,
        tx: Transaction,
        context: RequestContext,
        change: Change,
        reader: Reader,
        *,
        quiet: bool = False,
    ) -> WriteResult:
        stored, ignored = change.stored, tuple(reader.ignored)
        await self.recorder.record(tx, context, change, stored.modified)
        projection = self._defaults[change.tree.name]
        if context.attributes or context.excluded or reader.written:
            projection = Projection(
                change.tree, context.attributes, context.excluded, reader.written
            )
        render = self.renderer.one
        body = (
            b""
            if quiet
            else await render(tx, context.tenant, stored, projection, context.base, change.linked)
        )
        return WriteResult(
            stored.id, body, etag(stored), self.renderer.location(stored, context.base), ignored
        )


def version_matches(header: str, stored: Stored) -> bool:
    """Whether a list of ETags names the version; they compare weakly (RFC 7232 section 2.3.2)."""
    versions = [version.strip().removeprefix("W/") for version in header.split(",")]
    return "*" in versions or f'"{stored.version}"' in versions
