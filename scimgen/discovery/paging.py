"""Read lists of resources by page: index (RFC 7644 section 3.4.2.4) or cursor (RFC 9865)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from scimgen.discovery.client import Client, Response, ServerError, unexpected
from scimgen.documents.endpoints import is_plain_endpoint

PAGE = 100
"""The number of resources to request, as Okta does."""

Json = dict[str, Any]


class ListError(ServerError):
    """A list cannot be read to its end."""


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list.

    Args:
        resources: The objects in `Resources`.
        count: The number of items in `Resources`, also of those that are not objects.
        total: The number of resources in the whole list. None if the server does not return it.
        next_cursor: The cursor of the next page, or None.
        body: The ListResponse.
    """

    resources: tuple[Json, ...]
    count: int
    total: int | None
    next_cursor: str | None
    body: Json


def list_page(response: Response) -> ListPage:
    """Read a ListResponse.

    Raises:
        ListError: The response is not a ListResponse.
    """
    url = response.url.partition("?")[0]
    if response.status != 200:
        answers, _, hint = unexpected(response.status).partition(": ")
        wanted = f"{answers} instead of 200 with a ListResponse"
        raise ListError(url, f"{wanted}: {hint}" if hint else wanted)
    body = response.json()
    listed = body.get("Resources") or [] if isinstance(body, dict) else None
    if not isinstance(listed, list):
        raise ListError(url, "the body is not a ListResponse (RFC 7644 section 3.4.2)")
    total, cursor = body.get("totalResults"), body.get("nextCursor")
    return ListPage(
        resources=tuple(item for item in listed if isinstance(item, dict)),
        count=len(listed),
        total=total if isinstance(total, int) and not isinstance(total, bool) else None,
        next_cursor=cursor if isinstance(cursor, str) and cursor else None,
        body=body,
    )


class ListReader:
    """Reads lists of resources. The number of pages of all lists together is limited.

    Args:
        client: The client.
        cursors: Whether to follow cursors. Without them, every page is requested by its index.
    """

    def __init__(self, client: Client, *, cursors: bool = True) -> None:
        self._client = client
        self._cursors = cursors
        self._pages = 0

    def pages(self, endpoint: str) -> Iterator[ListPage]:
        """Read all pages of an endpoint.

        Raises:
            ListError: The endpoint is not a relative path, a page is not a ListResponse, repeats an
                earlier page or is missing, or all lists together have too many pages.
            Unreachable, Refused: See `Client.call`.
        """
        if not is_plain_endpoint(endpoint):
            raise ListError(endpoint, "is not a path relative to the base URL (RFC 7643 section 6)")
        path = f"/{endpoint.strip('/')}"
        position = _Position(f"{self._client.base_url}{path}")
        while position.query is not None:
            page = self._page(position.url, f"{path}?{urlencode(position.query)}")
            position.check(page)
            yield page
            position.advance(page, cursors=self._cursors)

    def _page(self, url: str, path: str) -> ListPage:
        """Read one page, and count it."""
        most = self._client.limits.pages
        self._pages += 1
        if self._pages > most:
            raise ListError(url, f"the types have more than {most} pages together")
        return list_page(self._client.call("GET", path))


class _Position:
    """The position in one list.

    Args:
        url: The URL of the list.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.query: Json | None = {"startIndex": 1, "count": PAGE}
        self._returned = 0
        self._ids: set[str] = set()
        self._cursors: set[str] = set()

    def check(self, page: ListPage) -> None:
        """Refuse a page of which every resource was on an earlier page.

        Raises:
            ListError: It repeats earlier values.
        """
        ids = {str(resource.get("id")) for resource in page.resources}
        if ids and ids <= self._ids:
            where = "the next cursor" if self._cursors else f"startIndex {self._returned + 1}"
            raise ListError(self.url, f"the page at {where} repeats earlier values")
        self._ids |= ids

    def advance(self, page: ListPage, *, cursors: bool) -> None:
        """Go to the page after this one; `query` is None after the last one.

        Raises:
            ListError: There is no total, a cursor repeats, or resources are missing.
        """
        self._returned += page.count
        cursor = page.next_cursor if cursors else None
        if cursor is not None:
            if cursor in self._cursors:
                raise ListError(self.url, "nextCursor repeats an earlier one")
            self._cursors.add(cursor)
            self.query = {"cursor": cursor, "count": PAGE}
            return
        # With cursors, the total is optional (RFC 9865 section 2).
        if page.total is None and not self._cursors:
            reason = "totalResults is no JSON integer (RFC 7644 section 3.4.2)"
            raise ListError(self.url, f"the body is not a ListResponse: {reason}")
        missing = page.total is not None and self._returned < page.total
        if missing and page.count and not self._cursors:
            self.query = {"startIndex": self._returned + 1, "count": PAGE}
            return
        if missing:
            counts = f"{self._returned} values were returned, but totalResults is {page.total}"
            raise ListError(self.url, counts)
        self.query = None
