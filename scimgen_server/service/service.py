"""What the service provider does: create, read, replace, patch, delete, search. It knows of no HTTP."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from ..application import Application
from ..filters.parser import parse_filter
from ..messages.context import RequestContext, WriteResult
from ..messages.cursors import read_cursor, write_cursor
from ..messages.documents import Document
from ..messages.errors import ScimError, bad_request, not_found
from ..messages.lists import ListRequest, list_response
from ..ports.resources import Page, Query, Store, Stored, Transaction
from ..schema.attributes import Attribute, Tree
from ..schema.projection import Projection
from ..schema.trees import build_trees
from .operations import Operations
from .recorder import ChangeRecorder
from .references import References
from .renderer import Renderer
from .writer import Writer

T = TypeVar("T")


class Service:
    """The service provider over one store.

    Args:
        strict: whether unknown attributes are refused instead of ignored.
        now: the clock.
        consumers: the recipients of user events, see `recorder`.
        on_commit: is called once a write is durable.
    """

    def __init__(
        self,
        application: Application,
        store: Store,
        *,
        strict: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        consumers: Sequence[str] = (),
        on_commit: Callable[[], None] = lambda: None,
    ) -> None:
        self.application = application
        self.trees = {tree.name: tree for tree in build_trees(application.resource_types)}
        self._defaults = {name: Projection(tree) for name, tree in self.trees.items()}
        self.references = References(list(self.trees.values()))
        self.renderer = Renderer(self.references)
        self.writer = Writer(self.trees, self.references, now)
        self.operations = Operations(
            self.writer, self.renderer, ChangeRecorder(self.renderer, consumers), strict=strict
        )
        self.store = store
        self.on_commit = on_commit

    async def get(
        self, context: RequestContext, tree: Tree, resource_id: str
    ) -> tuple[Stored, Callable[[], Any]]:
        """A resource, and how to render it: a client that has it already need not have it rendered."""
        stored = await self.store.get(context.tenant, tree.name, resource_id)
        if stored is None:
            raise not_found(tree.name, resource_id)
        projection = self._projection(tree, context.attributes, context.excluded)
        return stored, lambda: self.renderer.one(
            self.store, context.tenant, stored, projection, context.base
        )

    async def search(
        self, context: RequestContext, trees: Sequence[Tree], request: ListRequest
    ) -> bytes:
        """A page of the resources of one type, or of several (RFC 7644 sections 3.4.2 and 3.4.2.1)."""
        lenient = len(trees) > 1
        after = read_cursor(request.cursor) if request.cursor else None
        if request.cursor is not None and request.sort_by:
            raise bad_request(
                "invalidCursor", "Cursors follow the order of creation: leave out sortBy or cursor."
            )
        query = Query(
            conditions=[
                (
                    tree,
                    parse_filter(request.filter, tree, lenient=lenient) if request.filter else None,
                )
                for tree in trees
            ],
            trees=list(self.trees.values()),
            location=context.base,
            sort_by=self._sort_by(trees, request.sort_by),
            descending=request.descending,
            start=request.start_index - 1 if request.cursor is None else 0,
            count=request.count,
            after=after if request.cursor else None,
        )
        page = await self.store.search(context.tenant, query)
        projections = {
            tree.name: self._projection(tree, request.attributes, request.excluded)
            for tree in trees
        }
        resources = await self.renderer.page(
            self.store, context.tenant, page.items, projections, context.base
        )
        if request.cursor is None:
            return list_response(resources, page.total, request.start_index, None)
        return list_response(resources, page.total, None, _next(page, query))

    def _projection(
        self, tree: Tree, attributes: Sequence[str], excluded: Sequence[str]
    ) -> Projection:
        return (
            Projection(tree, attributes, excluded)
            if attributes or excluded
            else self._defaults[tree.name]
        )

    def _sort_by(self, trees: Sequence[Tree], name: str | None) -> dict[str, Attribute] | None:
        if name is None:
            return None
        found = {
            tree.name: attribute
            for tree in trees
            if (attribute := tree.find(name)) and not attribute.secret
        }
        if not found:
            raise bad_request(
                "invalidPath", f"sortBy: there is no attribute {name[:200]!r} to sort by."
            )
        return found

    async def create(self, context: RequestContext, tree: Tree, payload: Document) -> WriteResult:
        """POST (RFC 7644 section 3.3)."""
        given = self.operations.read(tree, payload)
        return await self.write(lambda tx: self.operations.create(tx, context, tree, given))

    async def replace(
        self, context: RequestContext, tree: Tree, resource_id: str, payload: Document
    ) -> WriteResult:
        """PUT (RFC 7644 section 3.5.1)."""
        return await self.write(
            lambda tx: self.operations.replace(tx, context, tree, resource_id, payload)
        )

    async def patch(
        self, context: RequestContext, tree: Tree, resource_id: str, payload: Document
    ) -> WriteResult:
        """PATCH (RFC 7644 section 3.5.2); the body is empty unless the client wants the resource back."""
        return await self.write(
            lambda tx: self.operations.patch(tx, context, tree, resource_id, payload)
        )

    async def delete(self, context: RequestContext, tree: Tree, resource_id: str) -> None:
        """DELETE (RFC 7644 section 3.6)."""
        await self.write(lambda tx: self.operations.delete(tx, context, tree, resource_id))

    async def write(self, job: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run a job in a transaction, and tell whoever delivers events once it is durable."""
        result = await self.store.write(job)
        self.on_commit()
        return result


def read_only(tree: Tree) -> ScimError:
    """No client writes values that the description or the app itself owns."""
    owner = {"description": "the app's description", "catalog": "the app itself"}.get(
        tree.managed, "the app"
    )
    return ScimError(
        403, f"{tree.resource_type.endpoint} is read-only: its values belong to {owner}."
    )


def _next(page: Page, query: Query) -> str | None:
    full = len(page.items) == query.count and page.items
    return write_cursor(page.items[-1].key) if full else None
