"""The checker of histories accepts what a correct server answers, and finds each kind of mistake."""

import random
from collections.abc import Iterable
from typing import Any

import pytest

from tests.server.histories import UNKNOWN, Operation, find_order
from tests.server.history_models import NO_LINKS, Answer, Content, Write, is_older, limited, resource, unique_name
from tests.server.recorded_histories import wrong_totals, wrong_walks
from tests.server.recorded_trails import wrong_events
from tests.server.records import Record

NEW = Content(1, "ada", "a", frozenset())


def create(start: float = 0, end: float = 1) -> Operation:
    return Operation("create", start, end, NEW, Answer(201, 1, NEW))


def write(start: float, end: float, sent: Write, version: int) -> Operation:
    return Operation("write", start, end, sent, Answer(200, version))


def read(start: float, end: float, version: int, title: str, *links: str) -> Operation:
    content = Content(version, "ada", title, frozenset(links))
    return Operation("read", start, end, answer=Answer(200, version, content))


def is_found(operations: Iterable[Operation]) -> bool:
    return find_order(operations, resource, never=is_older) is not None


def test_concurrent_writes_have_some_order() -> None:
    """The one that was sent last came first. A read in the meantime sees the other one or not."""
    first, second = write(2, 9, Write(title="b"), 3), write(3, 8, Write(title="c"), 2)
    history = [create(), first, second, read(4, 7, 2, "c"), read(5, 7.5, 1, "a"), read(10, 11, 3, "b")]
    assert not is_found(history)


def test_a_lost_update_is_found() -> None:
    """Both clients wrote on top of version 1, and both got a success."""
    both = [write(2, 4, Write(if_match=1, title="b"), 2), write(3, 5, Write(if_match=1, title="c"), 2)]
    assert is_found([create(), *both])
    refused = Operation("write", 3, 5, Write(if_match=1, title="c"), Answer(412))
    assert not is_found([create(), both[0], refused])


def test_a_lost_link_is_found() -> None:
    """Two clients added a member each, and one of them is missing."""
    added = [write(2, 4, Write(add=frozenset("x")), 2), write(3, 5, Write(add=frozenset("y")), 3)]
    assert not is_found([create(), *added, read(6, 7, 3, "a", "x", "y")])
    assert is_found([create(), *added, read(6, 7, 3, "a", "y")])


def test_a_stale_read_is_found() -> None:
    """It began after the write was acknowledged."""
    changed = write(2, 3, Write(title="b"), 2)
    assert is_found([create(), changed, read(4, 5, 1, "a")])
    assert not is_found([create(), changed, read(2.5, 5, 1, "a")])


def test_reads_that_go_back_are_found() -> None:
    """A client sees the new version, and then another client the old one, while the write is not yet answered."""
    changed = write(2, 9, Write(title="b"), 2)
    assert is_found([create(), changed, read(3, 4, 2, "b"), read(5, 6, 1, "a")])


def test_links_that_are_older_than_the_version_are_found() -> None:
    """They may be newer, because the server reads them after the rest."""
    added = write(2, 9, Write(add=frozenset("x")), 2)
    for version, links, expected in ((1, "x", False), (2, "", True)):
        rest = Operation("read", 3, 8, answer=Answer(200, version, Content(version, "ada", "a", NO_LINKS)))
        own = Operation("read links", 3, 8, answer=frozenset(links))
        earlier = read(10, 11, 2, "a", "x")
        assert not is_found([create(), added, rest, own, earlier])
        late = [Operation(one.kind, 10, 11, answer=one.answer) for one in (rest, own)]
        assert is_found([create(), added, late[1]]) is expected


def test_a_version_that_is_used_twice_is_found() -> None:
    """Two contents with one version."""
    assert is_found([create(), write(2, 3, Write(title="b"), 2), write(4, 5, Write(title="c"), 2)])


def test_a_write_that_changes_nothing_keeps_the_version() -> None:
    """Also in a server that does it twice."""
    history = [create(), write(2, 3, Write(title="b"), 2), write(4, 5, Write(title="b"), 2)]
    assert not is_found(history)
    assert is_found([*history, read(6, 7, 3, "b")])


def test_a_resource_that_comes_back_is_found() -> None:
    """After its deletion was acknowledged."""
    deleted = Operation("delete", 2, 3, Write(), Answer(204))
    assert is_found([create(), deleted, read(4, 5, 1, "a")])
    assert not is_found([create(), deleted, Operation("read", 4, 5, answer=Answer(404))])
    assert is_found([create(), deleted, Operation("present", 4, 5, answer=True)])


def test_a_link_to_what_is_deleted_is_found() -> None:
    """The deletion has removed it from the holder, whose version counts up."""
    granted = write(2, 3, Write(add=frozenset("x")), 2)
    unlinked = Operation("unlink", 4, 5, "x", answer=True)
    assert is_found([create(), granted, unlinked, read(6, 7, 2, "a", "x")])
    assert not is_found([create(), granted, unlinked, read(6, 7, 3, "a")])


def test_a_write_without_an_answer_may_have_happened() -> None:
    """Either is right, but not one after the other, and not hours later."""
    lost = Operation("write", 2, 3, Write(title="b"), UNKNOWN)
    assert not is_found([create(), lost, read(4, 5, 1, "a")])
    assert not is_found([create(), lost, read(4, 5, 1, "a"), read(6, 7, 2, "b")])
    assert is_found([create(), lost, read(4, 5, 2, "b"), read(6, 7, 1, "a")])
    assert is_found([create(), lost, read(4, 5, 1, "a"), read(60, 61, 1, "a"), read(70, 71, 2, "b")])


def test_a_duplicate_is_found() -> None:
    """Two resources with one unique name. After a release it can be claimed again."""
    first, second = Operation("claim", 0, 2, "1", True), Operation("claim", 1, 3, "2", True)
    assert find_order([first, second], unique_name)
    release = Operation("release", 1, 3, "1", True)
    assert find_order([first, second, release], unique_name) is None
    refused = Operation("claim", 1, 3, "2", False)
    assert find_order([first, refused], unique_name) is None
    assert find_order([refused], unique_name), "nobody had the name"
    assert find_order([first, Operation("find", 4, 5, None, frozenset())], unique_name)


def test_an_exceeded_limit_is_found() -> None:
    """Three hold what two may hold; and a refusal while one place was free."""
    none = frozenset[str]()
    taken = [Operation("take", 0, 3, name, True) for name in "abc"]
    assert find_order(taken[:2], limited(2), none) is None
    assert find_order(taken, limited(2), none)
    assert find_order([taken[0], Operation("take", 4, 5, "b", False)], limited(2), none)
    left = Operation("leave", 1, 2, "a", True)
    assert find_order([*taken, left], limited(2), none) is None
    assert find_order([*taken[:2], Operation("holders", 4, 5, None, frozenset("a"))], limited(2), none)


@pytest.mark.parametrize("mistake", [False, True])
def test_long_histories_are_checked(mistake: bool) -> None:
    """Eight clients, 2,000 operations in a random order, some without an answer; one wrong answer among them."""
    chance = random.Random(1)
    state, operations = NEW, [create(-20, -10)]
    for moment in range(2000):
        start, end = moment - chance.uniform(0, 4), moment + chance.uniform(0, 4)
        if chance.random() < 0.5:
            operations.append(Operation("read", start, end, answer=Answer(200, state.version, state)))
            continue
        sent = Write(title=str(chance.randint(0, 300)))
        happened = chance.random() < 0.9
        state = sent.apply(state) if happened else state
        answered = happened and chance.random() < 0.95
        operations.append(Operation("write", start, end, sent, Answer(200, state.version) if answered else UNKNOWN))
    if mistake:
        operations.append(Operation("read", 1000, 1010, answer=Answer(200, 3, state)))
    chance.shuffle(operations)
    assert is_found(operations) is mistake


def user(deed: str, start: float, end: float, user_id: str = "", **more: Any) -> Record:
    return Record(deed, "Users", user_id, start, end, **more)


def test_wrong_totals_and_pages_are_found() -> None:
    """A user who was created before and is deleted after is in each total, and on one page."""
    around = [
        user("create", 0, 1, "1", made=NEW, status=201),
        user("create", 0, 9, "2", made=NEW, status=201),
        user("delete", 8, 9, "1", status=204),
    ]
    for total, expected in ((0, 1), (1, 0), (2, 0), (3, 1)):
        found = list(wrong_totals([*around, user("count", 2, 3, status=200, total=total)]))
        assert len(found) == expected, found
    for pages, expected in ((("1",), 0), (("1", "2"), 0), (("2",), 1), (("1", "1"), 1), ((), 1)):
        found = list(wrong_walks([*around, user("walk", 2, 3, status=200, found=pages)]))
        assert len(found) == expected, found
    late = [user("walk", 10, 11, status=200, found=one) for one in (("1", "2"), ("2",))]
    assert len(list(wrong_walks([*around, *late]))) == 1


def test_missing_double_and_misordered_events_are_found() -> None:
    """The events of a user have all versions, one after another, and each grant once."""
    grants = [("user_created", 1), ("user_changed", 2), ("granted", 2), ("user_changed", 3), ("revoked", 3)]
    last = user("read", 8, 9, "1", status=200, content=Content(3, "ada", "a", frozenset()))
    written = user("write", 1, 2, "1", status=200, version=2)

    def wrong(*positions: int) -> list[str]:
        received = {}
        for number, position in enumerate(positions):
            name, version = grants[position]
            subject = {"id": "1", "meta": {"version": f'W/"{version}"'}}
            received[number] = {"type": name, "data": {"user": subject, "grant": {"value": "x"}}}
        return list(wrong_events(received, list(received), [last, written]))

    assert wrong(0, 1, 2, 3, 4) == []
    for positions in ((0, 3, 4, 1, 2), (0, 2, 3, 4), (0, 1, 2, 3), (0, 1, 2, 2, 3, 4), (0, 1, 1, 2, 3, 4), (0, 1, 2)):
        assert wrong(*positions), positions
