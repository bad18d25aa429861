"""Page anchors: correct positions, spread over the whole list once it was read, and bounded in number."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scimgen_server.storage.page_anchors import PageAnchors

MAX_ANCHORS = 1024


def key_of(start: int) -> int:
    """The keys of a list. Any list whose keys grow will do."""
    return start * 3 + start % 2


def read(anchors: PageAnchors, start: int, count: int) -> int:
    """Read a page as the store does; how many rows it had to skip."""
    known, key = anchors.nearest("t", "User", start, 0)
    assert known <= start
    assert key == (key_of(known) if known else 0)
    anchors.keep("t", "User", start, 0, key_of(start))
    anchors.keep("t", "User", start + count, 0, key_of(start + count))
    return start - known


@settings(max_examples=50, deadline=None)
@given(pages=st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 200)), max_size=3000))
def test_an_anchor_is_correct_and_the_page_after_the_last_has_one(pages: list[tuple[int, int]]) -> None:
    """Pages are read in any order."""
    anchors = PageAnchors()
    for start, count in pages:
        read(anchors, start, count)
        assert read(anchors, start + count, 1) == 0
    assert anchors.nearest("t", "User", 7000, 1) == (0, 0)  # something was deleted since
    assert anchors.nearest("u", "User", 7000, 0) == (0, 0)


@pytest.mark.parametrize(("users", "count"), [(1_000_000, 100), (50_000, 1), (1_000, 100)])
def test_a_client_that_reads_everything_leaves_anchors_over_the_whole_list(users: int, count: int) -> None:
    """Every page is near an anchor, and their number is bounded."""
    anchors = PageAnchors()
    assert sum(read(anchors, start, count) for start in range(0, users, count)) == 0
    (kept,) = anchors._lists.values()
    assert len(kept.starts) == len(kept.keys) <= MAX_ANCHORS
    skipped = [start - anchors.nearest("t", "User", start, 0)[0] for start in range(0, users, 77)]
    assert max(skipped) <= max(count, 4 * users // MAX_ANCHORS)


def test_the_number_of_lists_is_bounded() -> None:
    """The list that was read least recently is removed first."""
    anchors = PageAnchors()
    for tenant in range(1000):
        anchors.keep("first", "User", 100, 0, 1)
        anchors.nearest("first", "User", 100, 0)
        anchors.keep(str(tenant), "User", 100, 0, 1)
    assert len(anchors._lists) < 200
    assert anchors.nearest("first", "User", 150, 0) == (100, 1)
