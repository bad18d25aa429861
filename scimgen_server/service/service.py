"""The service provider: create, read, replace, patch, delete and search, without HTTP."""

from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from ..application import Application
from ..events.occurrences import EventName
from ..filters.nodes import Filter
from ..filters.parser import parse_filter
from ..messages.context import RequestContext, WriteResult
from ..messages.cursors import read_cursor, write_cursor
from ..messages.documents import Document
from ..messages.errors import ScimError, bad_request, not_found
from ..messages.lists import ListRequest, list_response
from ..ports.resources import Page, Query, Store, Stored, TimeLimit, Transaction
from ..schema.attributes import Attribute, Tree
from ..schema.projection import Projection
from ..schema.trees import build_trees
from .operations import Operations
from .paging import MAX_PAGE, read_page, render_page
from .recorder import ChangeRecorder
from .references import References
from .renderer import Renderer
from .writer import Writer

T = TypeVar("T")

_TOO_LONG = (
    "The search takes too long. Compare userName, externalId or id with eq, use fewer conditions,"
    " or leave out sortBy."
)


class Service:
    """The service provider of one app with one store.

    Args:
        application: the app.
        store: the store, open while the service is used.
        strict: whether unknown attributes are refused instead of ignored.
        now: the clock.
        consumers: the recipients of events, see `recorder`.
        on_commit: is called after each write, when it is durable.
    """

    def __init__(
        self,
        application: Application,
        store: Store,
        *,
        strict: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        consumers: Mapping[str, Container[EventName]] | None = None,
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
        """Read a resource (RFC 7644 section 3.4.1).

        Returns:
            The resource, and a function that renders it. It is not called if the client has the
            current version.

        Raises:
            ScimError: 404.
        """
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
        """Search the resources of one or several types (RFC 7644 sections 3.4.2 and 3.4.2.1).

        Returns:
            The ListResponse with one page of the matches.

        Raises:
            ScimError: 400 for a wrong filter, cursor or attribute to sort by, and for a search that
                takes too long.
        """
        after = read_cursor(request.cursor) if request.cursor else None
        if request.cursor is not None and request.sort_by:
            raise bad_request(
                "invalidCursor", "Cursors have the order of creation; leave out sortBy or cursor."
            )
        query = Query(
            conditions=_conditions(trees, request.filter),
            trees=list(self.trees.values()),
            location=context.base,
            sort_by=self._sort_by(trees, request.sort_by),
            descending=request.descending,
            start=request.start_index - 1 if request.cursor is None else 0,
            count=request.count,
            after=after if request.cursor else None,
            max_bytes=MAX_PAGE,
        )
        page = await self._page(context.tenant, query)
        projections = {
            tree.name: self._projection(tree, request.attributes, request.excluded)
            for tree in trees
        }
        resources = await render_page(
            page.items,
            lambda items: self.renderer.page(
                self.store, context.tenant, items, projections, context.base
            ),
            has_members=any("members" in one.links for one in projections.values()),
        )
        if request.cursor is None:
            return list_response(resources, page.total, request.start_index, None)
        has_more = page.is_cut or len(page.items) >= query.count
        next_cursor = _next(page, len(resources), has_more=has_more)
        return list_response(resources, page.total, None, next_cursor)

    async def _page(self, tenant: str, query: Query) -> Page:
        try:
            return await read_page(self.store, tenant, query)
        except TimeLimit:
            # RFC 7644 table 9: more than the service provider is willing to calculate or process.
            raise bad_request("tooMany", _TOO_LONG) from None

    def _projection(
        self, tree: Tree, attributes: Sequence[str], excluded: Sequence[str]
    ) -> Projection:
        if attributes or excluded:
            return Projection(tree, attributes, excluded)
        return self._defaults[tree.name]

    def _sort_by(self, trees: Sequence[Tree], name: str | None) -> dict[str, Attribute] | None:
        """Find the attribute to sort by in each type. A type may lack it, but not all types."""
        if name is None:
            return None
        found: dict[str, Attribute] = {}
        for tree in trees:
            attribute = tree.find(name)
            if attribute and not attribute.unreadable:
                found[tree.name] = attribute
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
        """PATCH (RFC 7644 section 3.5.2). The body can be empty, see `Operations.patch`."""
        return await self.write(
            lambda tx: self.operations.patch(tx, context, tree, resource_id, payload)
        )

    async def delete(self, context: RequestContext, tree: Tree, resource_id: str) -> None:
        """DELETE (RFC 7644 section 3.6)."""
        await self.write(lambda tx: self.operations.delete(tx, context, tree, resource_id))

    async def write(self, job: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run a job in a transaction, and call `on_commit` when it is durable."""
        result = await self.store.write(job)
        self.on_commit()
        return result


def read_only(tree: Tree) -> ScimError:
    """Return the error 403 for a type whose resources clients cannot change."""
    manager = "the app" if tree.managed == "catalog" else "the description of the app"
    detail = f"{tree.resource_type.endpoint} is read-only; its values are managed by {manager}."
    return ScimError(403, detail)


def _conditions(trees: Sequence[Tree], text: str | None) -> list[tuple[Tree, Filter | None]]:
    """Parse a filter for each of several types."""
    if not text:
        return [(tree, None) for tree in trees]
    lenient = len(trees) > 1
    return [(tree, parse_filter(text, tree, lenient=lenient)) for tree in trees]


def _next(page: Page, shown: int, *, has_more: bool) -> str | None:
    """Return the cursor of the next page; None if the page has the last of the matches."""
    if not shown or (shown == len(page.items) and not has_more):
        return None
    return write_cursor(page.items[shown - 1].key)
