"""The edits of `--fix`: positions and whitespace, on small texts."""

import json

import pytest

from scimgen.fixes.edit import (
    BOM,
    Edit,
    add_first_member,
    add_member,
    apply,
    compatible,
    wrap_in_list_response,
    written,
)
from scimgen.source import Array, Document, Object, read_text

URN = "urn:x"


def read(text: str) -> Document:
    return read_text("a.json", text.encode(), "json")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{}", "{}"),
        ('{"a":1}', '{"a":1, "c":true}'),
        ('{ "a": 1 }', '{ "a": 1, "c": true }'),
        ('{\n  "a": 1\n}', '{\n  "a": 1,\n  "c": true\n}'),
        ('{"a":1,"b":2}', '{"a":1,"b":2,"c":true}'),
        ('{"a" : 1,  "b" : 2}', '{"a" : 1,  "b" : 2,  "c" : true}'),
        ('{"a":\n1}', '{"a":\n1, "c": true}'),
        ('{"a": 1, "b": {"x": [1, 2]}}', '{"a": 1, "b": {"x": [1, 2]}, "c": true}'),
        ('{"a": 1,\n "b":2,\n\t"d" :3}', '{"a": 1,\n "b":2,\n\t"d" :3,\n\t"c" :true}'),
    ],
)
def test_a_member_is_added_after_the_last_one_with_its_whitespace(before: str, after: str) -> None:
    document = read(before)
    assert isinstance(document.root, Object)
    assert apply(before, add_member(document, document.root, "c", True)) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{}", "{}"),
        ('{"a":1}', '{"c":true,"a":1}'),
        ('{"a": 1, "b": 2}', '{"c": true, "a": 1, "b": 2}'),
        ('{"a":1,"b":2}', '{"c":true,"a":1,"b":2}'),
        ('{ "a": 1}', '{ "c": true, "a": 1}'),
        ('{\n  "a": 1\n}', '{\n  "c": true,\n  "a": 1\n}'),
        ('{"a":\n1}', '{"c": true,"a":\n1}'),
    ],
)
def test_a_member_is_added_before_the_first_one_with_its_whitespace(before: str, after: str) -> None:
    document = read(before)
    assert isinstance(document.root, Object)
    assert apply(before, add_first_member(document, document.root, "c", True)) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[]", '{"schemas": ["urn:x"], "totalResults": 0, "Resources": []}'),
        (" [1, 2] ", ' {"schemas": ["urn:x"], "totalResults": 2, "Resources": [1, 2]} '),
        ("\n[1]\n", '\n{"schemas": ["urn:x"], "totalResults": 1, "Resources": [1]}\n'),
        ("[\n  1\n]", '{\n  "schemas": ["urn:x"],\n  "totalResults": 1,\n  "Resources": [\n  1\n]\n}'),
        ("[\r\n  1\r\n]", '{\r\n  "schemas": ["urn:x"],\r\n  "totalResults": 1,\r\n  "Resources": [\r\n  1\r\n]\r\n}'),
    ],
)
def test_an_array_becomes_the_resources_of_a_list_response(before: str, after: str) -> None:
    """The line breaks are those of the file."""
    document = read(before)
    assert isinstance(document.root, Array)
    assert apply(before, wrap_in_list_response(document, document.root, URN)) == after
    assert json.loads(after)["Resources"] == json.loads(before)


def test_a_value_is_written_without_escapes() -> None:
    assert written({"a": ["ü", None, 1]}) == '{"a": ["ü", null, 1]}'


ABC = (Edit(1, 3, "x"),)


@pytest.mark.parametrize(
    ("second", "is_compatible"),
    [
        ((Edit(2, 4, "y"),), False),
        ((Edit(0, 2, "y"),), False),
        ((Edit(0, 4, "y"),), False),
        ((Edit(2, 2, "y"),), False),
        ((Edit(1, 3, "other"),), False),
        ((Edit(0, 1, "y"),), True),
        ((Edit(3, 4, "y"),), True),
        ((Edit(1, 1, "y"),), True),
        ((Edit(3, 3, "y"),), True),
        ((Edit(1, 3, "x"),), True),
        ((Edit(0, 0, "y"), Edit(2, 3, "z")), False),
        ((Edit(1, 3, "x"), Edit(5, 6, "z")), True),
        ((BOM,), True),
        ((), True),
    ],
)
def test_a_group_of_edits_is_refused_if_it_overlaps_an_earlier_one(
    second: tuple[Edit, ...], is_compatible: bool
) -> None:
    """Edits that only touch each other do not overlap, and equal edits are one edit."""
    assert compatible([ABC, second]) == [True, is_compatible]


def test_a_refused_group_does_not_refuse_others() -> None:
    """None of its edits is applied, so that they overlap nothing."""
    groups = [ABC, (Edit(2, 4, "y"), Edit(6, 8, "y")), (Edit(7, 9, "z"),), (Edit(8, 9, "w"),)]
    assert compatible(groups) == [True, False, True, False]


def test_insertions_at_one_offset_do_not_overlap() -> None:
    assert compatible([(Edit(3, 3, "b"),), (Edit(3, 3, "a"),), (Edit(3, 3, "b"),)]) == [True] * 3


@pytest.mark.parametrize("first", [Edit(0, 0, "{"), Edit(0, 1, "x")])
def test_a_byte_order_mark_is_removed_with_an_edit_of_the_first_character(first: Edit) -> None:
    assert compatible([(BOM,), (first,)]) == compatible([(first,), (BOM,)]) == [True, True]


@pytest.mark.parametrize(
    ("edits", "after"),
    [
        ([], "abcd"),
        ([BOM], "abcd"),
        ([Edit(0, 1, "")], "bcd"),
        ([Edit(3, 4, "X")], "abcX"),
        ([Edit(4, 4, "!")], "abcd!"),
        ([Edit(2, 3, "Y"), Edit(0, 1, "X")], "XbYd"),
        ([Edit(1, 2, "X"), Edit(1, 2, "X")], "aXcd"),
        ([Edit(1, 1, "2"), Edit(1, 1, "1"), Edit(1, 2, "B")], "a21Bcd"),
        ([BOM, Edit(0, 0, "{"), Edit(4, 4, "}")], "{abcd}"),
    ],
)
def test_edits_are_applied_in_the_order_of_their_positions(edits: list[Edit], after: str) -> None:
    """Insertions at one offset keep their order."""
    assert apply("abcd", edits) == after
