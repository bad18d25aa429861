"""Pages of a list, bounded in bytes.

A page may have fewer resources than the client asked for (RFC 7644 section 3.4.2.4). The client
reads `itemsPerPage`, or follows the cursor.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from ..ports.queries import Page, Query, how_many_fit
from ..ports.resources import Store, Stored

MAX_PAGE = 8 * 1024 * 1024
"""Bytes of a page. One resource is always returned, however large it is."""

_WITH_MEMBERS_AT_ONCE = 10
"""Resources whose members are read together: each can have very many."""


async def read_page(store: Store, tenant: str, query: Query) -> Page:
    """Read a page of at most `query.max_bytes`, also from a store that ignores this limit.

    Raises:
        TimeLimit: the search takes too long.
    """
    page = await store.search(tenant, query)
    sizes = [len(one.whole or one.body) for one in page.items]
    if sum(sizes) <= query.max_bytes:
        return page
    fitting = how_many_fit(sizes, query.max_bytes)
    return replace(page, items=page.items[:fitting], is_cut=True)


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
