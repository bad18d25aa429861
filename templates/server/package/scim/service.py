"""What the service provider does: create, read, replace, patch, delete, search. It knows of no HTTP.

Every write reads what it changes within its own transaction: two clients never overwrite each other unseen.
"""

import json
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias, TypeVar

from ..storage.interface import Page, Query, Store, Stored, Transaction
from .attributes import Attribute, Tree, build_tree
from .cursors import read_cursor, write_cursor
from .errors import ScimError, bad_request, not_found, precondition_failed
from .filter_parser import parse_filter
from .lists import ListRequest, list_response
from .messages import Document
from .operations import read_operations
from .patch import apply
from .projection import Projection
from .references import References
from .rendering import Renderer, etag
from .resource_type import ResourceType
from .resources import read_resource, replace_resource
from .values import Reader
from .writes import Writer, document_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks for what form of answer.

    Args:
        base: scheme, host and base path, as clients see them.
        actor: who asks, for the audit trail: the name of a token, the subject of an access token.
        request_id: the request, as the log names it.
        if_match: the versions of which the resource must have one, "*" for any.
    """

    tenant: str
    base: str
    attributes: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    if_match: str | None = None
    actor: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A resource as it goes out; `body` is empty where nobody asked for it."""

    id: str
    body: bytes
    version: str
    location: str
    ignored: tuple[str, ...] = ()


Observer: TypeAlias = Callable[[Document | None, Document | None], None]
"""Is told of users: as they were, None for a new one, and as they are now, None for one that is gone."""


@dataclass(slots=True)
class Seen:
    """A user before and after a write."""

    before: Document | None = None
    after: Document | None = None


class Service:
    """The service provider over one store.

    Args:
        strict: whether unknown attributes are refused instead of ignored.
        now: the clock.
        observer: is told of every change to a user, once it is durable.
    """

    def __init__(
        self,
        resource_types: Sequence[ResourceType],
        store: Store,
        *,
        strict: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        observer: Observer | None = None,
    ) -> None:
        kinds = frozenset[str](resource_type.kind for resource_type in resource_types)
        self.trees = {one.name: build_tree(one, kinds) for one in resource_types}
        self._defaults = {name: Projection(tree) for name, tree in self.trees.items()}
        self.references = References(list(self.trees.values()))
        self.renderer = Renderer(self.references)
        self.writer = Writer(self.trees, self.references, now)
        self.store = store
        self.strict = strict
        self.observer = observer

    async def get(self, call: Call, tree: Tree, resource_id: str) -> tuple[Stored, Callable[[], Any]]:
        """A resource, and how to render it: a client that has it already need not have it rendered."""
        stored = await self.store.get(call.tenant, tree.name, resource_id)
        if stored is None:
            raise not_found(tree.name, resource_id)
        projection = self._projection(tree, call.attributes, call.excluded)
        return stored, lambda: self.renderer.one(self.store, call.tenant, stored, projection, call.base)

    async def search(self, call: Call, trees: Sequence[Tree], request: ListRequest) -> bytes:
        """A page of the resources of one type, or of several (RFC 7644 sections 3.4.2 and 3.4.2.1)."""
        lenient = len(trees) > 1
        after = read_cursor(request.cursor) if request.cursor else None
        if request.cursor is not None and request.sort_by:
            raise bad_request("invalidCursor", "Cursors follow the order of creation: leave out sortBy or cursor.")
        query = Query(
            conditions=[
                (tree, parse_filter(request.filter, tree, lenient=lenient) if request.filter else None)
                for tree in trees
            ],
            trees=list(self.trees.values()),
            location=call.base,
            sort_by=self._sort_by(trees, request.sort_by),
            descending=request.descending,
            start=request.start_index - 1 if request.cursor is None else 0,
            count=request.count,
            after=after if request.cursor else None,
        )
        page = await self.store.search(call.tenant, query)
        projections = {tree.name: self._projection(tree, request.attributes, request.excluded) for tree in trees}
        resources = await self.renderer.page(self.store, call.tenant, page.items, projections, call.base)
        if request.cursor is None:
            return list_response(resources, page.total, request.start_index, None)
        return list_response(resources, page.total, None, _next(page, query))

    def _projection(self, tree: Tree, attributes: Sequence[str], excluded: Sequence[str]) -> Projection:
        return Projection(tree, attributes, excluded) if attributes or excluded else self._defaults[tree.name]

    def _sort_by(self, trees: Sequence[Tree], name: str | None) -> dict[str, Attribute] | None:
        if name is None:
            return None
        found = {tree.name: attribute for tree in trees if (attribute := tree.find(name)) and not attribute.secret}
        if not found:
            raise bad_request("invalidPath", f"sortBy: there is no attribute {name[:200]!r} to sort by.")
        return found

    async def create(self, call: Call, tree: Tree, payload: Document) -> Answer:
        """POST (RFC 7644 section 3.3)."""
        reader = Reader(strict=self.strict)
        document = read_resource(tree, payload, reader)

        async def job(tx: Transaction, seen: Seen) -> Answer:
            stored = await self.writer.insert(tx, call.tenant, tree, str(uuid.uuid4()), document)
            seen.after = await self._snapshot(tx, call, tree, stored)
            return await self._answer(tx, call, tree, stored, reader)

        return await self._write(job)

    async def replace(self, call: Call, tree: Tree, resource_id: str, payload: Document) -> Answer:
        """PUT (RFC 7644 section 3.5.1)."""
        reader = Reader(strict=self.strict)

        async def job(tx: Transaction, seen: Seen) -> Answer:
            stored = await self._current(tx, call, tree, resource_id)
            seen.before = await self._snapshot(tx, call, tree, stored)
            old = document_of(stored)
            held = await self.writer.held(tx, call.tenant, tree, stored, None)
            new = replace_resource(tree, old, payload, reader)
            stored = await self.writer.change(tx, call.tenant, tree, stored, old, new, held)
            seen.after = await self._snapshot(tx, call, tree, stored)
            return await self._answer(tx, call, tree, stored, reader)

        return await self._write(job)

    async def patch(self, call: Call, tree: Tree, resource_id: str, payload: Document) -> Answer:
        """PATCH (RFC 7644 section 3.5.2); the body is empty unless the client wants the resource back."""
        reader = Reader(strict=self.strict)
        operations = read_operations(payload)

        async def job(tx: Transaction, seen: Seen) -> Answer:
            stored = await self._current(tx, call, tree, resource_id)
            seen.before = await self._snapshot(tx, call, tree, stored)
            old = document_of(stored)
            held = await self.writer.held(tx, call.tenant, tree, stored, operations)
            linked = [one for values in held.values() for one in values]
            new = apply(tree, old | self.renderer.links(linked, tree, call.base), operations, reader)
            stored = await self.writer.change(tx, call.tenant, tree, stored, old, new, held)
            seen.after = await self._snapshot(tx, call, tree, stored)
            quiet = tree.resource_type.kind == "group" and not (call.attributes or call.excluded)
            return await self._answer(tx, call, tree, stored, reader, quiet=quiet)

        return await self._write(job)

    async def delete(self, call: Call, tree: Tree, resource_id: str) -> None:
        """DELETE (RFC 7644 section 3.6): no grant and no membership stays behind."""

        async def job(tx: Transaction, seen: Seen) -> None:
            stored = await self._current(tx, call, tree, resource_id)
            seen.before = await self._snapshot(tx, call, tree, stored)
            await self.writer.remove(tx, call.tenant, tree, stored)

        await self._write(job)

    async def _write(self, job: Callable[[Transaction, Seen], Awaitable[T]]) -> T:
        seen = Seen()
        result = await self.store.write(lambda tx: job(tx, seen))
        if self.observer and seen.before != seen.after:
            self.observer(seen.before, seen.after)
        return result

    async def _snapshot(self, tx: Transaction, call: Call, tree: Tree, stored: Stored) -> Document | None:
        """A user as clients see it, if anybody wants to know."""
        if self.observer is None or tree.resource_type.kind != "user":
            return None
        snapshot: Document = json.loads(
            await self.renderer.one(tx, call.tenant, stored, self._defaults[tree.name], call.base)
        )
        return snapshot

    async def _current(self, tx: Transaction, call: Call, tree: Tree, resource_id: str) -> Stored:
        """The resource to change, in the version that the client means (RFC 7644 section 3.14)."""
        stored = await tx.get(call.tenant, tree.name, resource_id)
        if stored is None:
            raise not_found(tree.name, resource_id)
        if call.if_match is not None and not version_matches(call.if_match, stored):
            raise precondition_failed(etag(stored))
        return stored

    async def _answer(
        self,
        tx: Transaction,
        call: Call,
        tree: Tree,
        stored: Stored,
        reader: Reader,
        *,
        quiet: bool = False,
    ) -> Answer:
        projection = Projection(tree, call.attributes, call.excluded, reader.written)
        body = b"" if quiet else await self.renderer.one(tx, call.tenant, stored, projection, call.base)
        return Answer(stored.id, body, etag(stored), self.renderer.location(stored, call.base), tuple(reader.ignored))


def version_matches(header: str, stored: Stored) -> bool:
    """Whether a list of ETags names the version; they compare weakly (RFC 7232 section 2.3.2)."""
    versions = [version.strip().removeprefix("W/") for version in header.split(",")]
    return "*" in versions or f'"{stored.version}"' in versions


def read_only(tree: Tree) -> ScimError:
    """No client writes values that the description or the app itself owns."""
    owner = {"description": "the app's description", "catalog": "the app itself"}.get(tree.managed, "the app")
    return ScimError(403, f"{tree.resource_type.endpoint} is read-only: its values belong to {owner}.")


def _next(page: Page, query: Query) -> str | None:
    full = len(page.items) == query.count and page.items
    return write_cursor(page.items[-1].key) if full else None
