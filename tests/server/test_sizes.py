"""Limits on the bytes of a resource and of a page."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from scimgen_server.service import paging
from scimgen_server.storage import page_rows
from tests.server.servers import bearer, serving
from tests.server.steps import Json, new_group, new_user, read, refused, send_patch


@pytest.fixture
def client(database: str) -> Iterator[httpx.Client]:
    """A client of a server over an empty database."""
    with (
        serving(tokens=("t",), database_url=database) as url,
        httpx.Client(base_url=f"{url}/scim/v2", headers=bearer("t"), timeout=30) as found,
    ):
        yield found


def by_index(client: httpx.Client, endpoint: str, **parameters: Any) -> list[list[Json]]:
    """The pages of a list, as a client reads them that follows `itemsPerPage`."""
    pages: list[list[Json]] = []
    start = 1
    while True:
        body = client.get(endpoint, params={"startIndex": start, **parameters}).json()
        assert body["itemsPerPage"] == len(body["Resources"])
        pages.append(body["Resources"])
        start += len(body["Resources"])
        if start > body["totalResults"]:
            return pages


def by_cursor(client: httpx.Client, endpoint: str, **parameters: Any) -> list[list[Json]]:
    """The pages of a list, as a client reads them that follows `nextCursor`."""
    pages: list[list[Json]] = []
    cursor: str | None = ""
    while cursor is not None:
        body = client.get(endpoint, params={"cursor": cursor, **parameters}).json()
        pages.append(body["Resources"])
        cursor = body.get("nextCursor")
    return pages


def names(pages: list[list[Json]]) -> list[str]:
    """The names of all users of pages."""
    found: list[str] = []
    for page in pages:
        found += [one["userName"] for one in page]
    return found


def test_patch_cannot_grow_a_resource_without_end(server: httpx.Client) -> None:
    """A megabyte is stored. What is refused changes nothing, and values can still be removed."""
    user = new_user(server)
    for number in range(3):
        value = [{"value": f"{number}@x", "display": "x" * 300_000}]
        assert send_patch(server, user, {"op": "add", "path": "emails", "value": value}).status_code == 200
    before = read(server, user)
    added = send_patch(server, user, {"op": "add", "path": "emails", "value": [{"display": "y" * 300_000}]})
    assert "1048576" in refused(added, 413)
    assert read(server, user) == before
    removed = send_patch(server, user, {"op": "remove", "path": 'emails[value eq "0@x"]'})
    assert removed.status_code == 200
    assert send_patch(server, user, {"op": "add", "path": "title", "value": "small"}).status_code == 200
    server.delete(user["meta"]["location"])


def test_a_page_of_large_resources_is_shorter(client: httpx.Client) -> None:
    """The client gets the others with the next pages, by index and by cursor, sorted and filtered."""
    expected = [new_user(client, userName=f"user{number:02}", title="x" * 900_000)["userName"] for number in range(12)]
    for parameters in ({}, {"filter": 'userName sw "user"'}, {"sortBy": "userName"}):
        pages = by_index(client, "/Users", count=1000, **parameters)
        assert [len(page) for page in pages] == [9, 3]
        assert names(pages) == expected
    for parameters in ({}, {"filter": 'userName sw "user"'}):
        assert names(by_cursor(client, "/Users", count=1000, **parameters)) == expected


@pytest.mark.parametrize("count", [2, 3, 6, 7, 10, 11, 100])
def test_a_long_page_is_whole_and_in_order(client: httpx.Client, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """A long page is read with two statements. Nothing comes twice or is left out."""
    monkeypatch.setattr(page_rows, "AT_ONCE", 3)
    expected = [new_user(client, userName=f"user{number:02}")["userName"] for number in range(10)]
    for parameters in ({}, {"filter": 'userName sw "user"'}, {"sortBy": "userName"}, {"sortBy": "title"}):
        pages = by_index(client, "/Users", count=count, **parameters)
        assert names(pages) == expected
        assert all(len(page) == min(count, 10) for page in pages[:-1])
    pages = by_cursor(client, "/Users", count=count)
    assert names(pages) == expected
    reversed_pages = by_index(client, "/Users", count=count, sortBy="userName", sortOrder="descending")
    assert names(reversed_pages) == expected[::-1]


def test_a_page_of_groups_with_many_members_is_shorter(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """One group is always returned. Without its members the page has all."""
    monkeypatch.setattr(paging, "MAX_PAGE", 8_000)
    monkeypatch.setattr(paging, "_WITH_MEMBERS_AT_ONCE", 2)
    users = [new_user(client) for _ in range(20)]
    expected = [new_group(client, *users, name=f"Group {number}")["id"] for number in range(7)]
    for pages in (by_index(client, "/Groups"), by_cursor(client, "/Groups")):
        found = [group for page in pages for group in page]
        assert [group["id"] for group in found] == expected
        assert all(len(group["members"]) == 20 for group in found)
        assert 1 < len(pages) <= 7
    assert len(by_index(client, "/Groups", excludedAttributes="members")) == 1
