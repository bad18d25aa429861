"""Pages of a list, bounded in bytes.

A page may have fewer resources than the client asked for (RFC 7644 section 3.4.2.4). The client
reads `itemsPerPage`, or follows the cursor.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from ..ports.resources import Page, Query, Store, Stored

MAX_PAGE = 8 * 1024 * 1024
"""Bytes of a page. One resource is always returned, however large it is."""

_READ_AT_ONCE = 100
"""Resources of one statement. Together they are in memory before their bytes can be counted."""

_WITH_MEMBERS_AT_ONCE = 10
"""Resources whose members are read together: each can have very many."""


async def read_page(store: Store, tenant: str, query: Query) -> tuple[Page, bool]:
    """Read a page.

    Returns:
        The page, and whether resources at its end were left out.
    """
    items: list[Stored] = []
    size = 0
    while True:
        wanted = min(query.count - len(items), _READ_AT_ONCE)
        found = await store.search(tenant, _rest(query, items, wanted))
        for one in found.items:
            size += len(one.body)
            if items and size > MAX_PAGE:
                return Page(found.total, items), True
            items.append(one)
        if len(found.items) < wanted or len(items) >= query.count:
            return Page(found.total, items), False


def _rest(query: Query, items: Sequence[Stored], count: int) -> Query:
    """Return the query for what follows the items."""
    if query.after is not None and items:
        return replace(query, after=items[-1].key, count=count)
    return replace(query, start=query.start + len(items), count=count)


async def render_page(
    items: Sequence[Stored],
    render: Callable[[Sequence[Stored]], Awaitable[list[bytes]]],
    *,
    has_members: bool,
) -> list[bytes]:
    """Render a page, and leave out the resources at its end that are too much.

    Args:
        items: the resources.
        render: renders some of them, with their links.
        has_members: whether the members of groups are shown.
    """
    if not has_members:
        return await render(items)
    page: list[bytes] = []
    size = 0
    for start in range(0, len(items), _WITH_MEMBERS_AT_ONCE):
        for one in await render(items[start : start + _WITH_MEMBERS_AT_ONCE]):
            size += len(one)
            if page and size > MAX_PAGE:
                return page
            page.append(one)
    return page
