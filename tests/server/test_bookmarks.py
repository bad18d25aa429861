"""Where pages begin, as a server remembers it: never wrong, near everywhere once all was read, and bounded."""

import importlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

PLACES = 1024


@pytest.fixture(scope="module")
def module(crm: Any) -> Any:
    """The emitted module."""
    return importlib.import_module("crm.storage.bookmarks")


def key_of(start: int) -> int:
    """Any list will do whose keys grow."""
    return start * 3 + start % 2


def read(bookmarks: Any, start: int, count: int) -> int:
    """Read a page as the store does; how many it had to skip."""
    known, key = bookmarks.nearest("t", "User", start, 0)
    assert known <= start
    assert key == (key_of(known) if known else 0)
    bookmarks.keep("t", "User", start, 0, key_of(start))
    bookmarks.keep("t", "User", start + count, 0, key_of(start + count))
    return int(start - known)


@settings(max_examples=50, deadline=None)
@given(pages=st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 200)), max_size=3000))
def test_a_place_is_right_and_the_page_after_the_last_is_known(module: Any, pages: list[tuple[int, int]]) -> None:
    """Whatever was read before, in whatever order."""
    bookmarks = module.Bookmarks()
    for start, count in pages:
        read(bookmarks, start, count)
        assert read(bookmarks, start + count, 1) == 0
    assert bookmarks.nearest("t", "User", 7000, 1) == (0, 0)  # something was deleted meanwhile
    assert bookmarks.nearest("u", "User", 7000, 0) == (0, 0)


@pytest.mark.parametrize(("users", "count"), [(1_000_000, 100), (50_000, 1), (1_000, 100)])
def test_who_reads_everything_leaves_places_all_over(module: Any, users: int, count: int) -> None:
    """So that any page is near one, and there are not more of them than before."""
    bookmarks = module.Bookmarks()
    assert sum(read(bookmarks, start, count) for start in range(0, users, count)) == 0
    (places,) = bookmarks._lists.values()
    assert len(places.starts) == len(places.keys) <= PLACES
    skipped = [start - bookmarks.nearest("t", "User", start, 0)[0] for start in range(0, users, 77)]
    assert max(skipped) <= max(count, 4 * users // PLACES)


def test_lists_are_bounded(module: Any) -> None:
    """Those that nobody reads any more are forgotten first."""
    bookmarks = module.Bookmarks()
    for tenant in range(1000):
        bookmarks.keep("first", "User", 100, 0, 1)
        bookmarks.nearest("first", "User", 100, 0)
        bookmarks.keep(str(tenant), "User", 100, 0, 1)
    assert len(bookmarks._lists) < 200
    assert bookmarks.nearest("first", "User", 150, 0) == (100, 1)
