"""JSON with positions; the oracle is the standard library's reader."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scimgen.source import Array, Object, plain, read_text, walk
from scimgen.source.json import MAX_DEPTH, read_json

QUOTES = 'write \\" for each quotation mark inside a string'
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(VALUES, st.sampled_from([None, 0, 2]), st.booleans())
def test_reads_what_json_reads(value: object, indent: int | None, ascii_only: bool) -> None:
    """Whatever json writes is read back as the same value."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    root = read_json("a.json", text).root
    assert root is not None
    assert plain(root) == json.loads(text)


@given(VALUES)
def test_every_range_holds_its_value(value: object) -> None:
    """The characters of each node, read alone, are the node's value."""
    text = json.dumps(value, indent=1)
    document = read_json("a.json", text)
    assert document.root is not None
    for _, node in walk(document.root):
        assert json.loads(text[node.start : node.end]) == plain(node)


@given(st.text(alphabet='{}[]",:\\ntru0.-e \n', max_size=12))
def test_refuses_what_json_refuses(text: str) -> None:
    """A text that is no JSON has a fault inside the text, and one that is JSON has none."""
    document = read_json("a.json", text)
    try:
        expected = json.loads(text)
    except ValueError:
        assert document.root is None
        assert 0 <= document.faults[0].start <= len(text)
    else:
        assert document.root is not None
        assert plain(document.root) == expected


@pytest.mark.parametrize(
    ("text", "column", "message", "fix"),
    [
        ('{"a": 1,}', 8, "a comma before }", "remove the comma"),
        ('{"a" 1}', 6, 'expected a colon after "a", not 1', "put a colon between name and value"),
        ("[1 2]", 4, "expected a comma or ], not 2", "put a comma between values"),
        ("{'a': 1}", 2, "JSON strings need double quotes", "write \" instead of '"),
        ('{"a": True}', 7, "True is not JSON", "write true"),
        ('{"a": 1 // one\n}', 9, "JSON has no comments", "remove the comment"),
        ("[NaN]", 2, "NaN is not a JSON value", "write a number or null"),
        ("[yes]", 2, "yes is not JSON", "write true"),
        ("[007]", 2, "007 is not a JSON number", "write it without +, leading zeros or a final point"),
        ("[abc]", 2, "abc is not a JSON value", "put text in double quotes"),
        ("{“a”: 1}", 2, "“ is not a quotation mark of JSON", 'write " instead'),
        ('{"a”: "x"}', 4, "” is not a quotation mark of JSON", 'write " instead'),
        ('{"a": "x”,\n"b": 1}', 9, "” is not a quotation mark of JSON", 'write " instead'),
        ("{'a': 1}", 2, "JSON strings need double quotes", "write \" instead of '"),
        ("{\u2018a\u2019: 1}", 2, "JSON strings need double quotes", 'write " instead of \u2018'),
        ('{"a":\u00a01}', 6, "a no-break space (U+00A0) outside of a string", "write a space instead"),
        ('{\u200b"a": 1}', 2, "a zero width space (U+200B) outside of a string", "remove it"),
        ('{"a": 1;\n"b": 2}', 8, "JSON has no semicolons", "write a comma instead"),
        ('{"a": 1};', 9, "JSON has no semicolons", "remove it"),
        ('{"a" = 1}', 6, "JSON has no equals sign", "write a colon instead"),
        ('{"a": "A "b" c"}', 10, "a quotation mark inside a string", QUOTES),
        ('{"a": "A "(b)" c"}', 10, "a quotation mark inside a string", QUOTES),
        ('{"a": "A ""\n}', 10, "a quotation mark inside a string", QUOTES),
        ('{"a": "say “hi” b" c}', 18, "a quotation mark inside a string", QUOTES),
        ('{"a": "b" "c": 1}', 11, 'expected a comma or }, not "c"', "put a comma between values"),
        ('{"a": "b" true}', 11, "expected a comma or }, not true", "put a comma between values"),
        ('{"a" true}', 6, 'expected a colon after "a", not true', 'write "a": and its value'),
        ("[1, ...]", 5, "an ellipsis is not JSON", "write the values out, or remove it"),
        ('["a\\x"]', 4, "unknown escape in a string", "write \\\\ for a backslash"),
        ("{} {}", 4, "more text after the document: {", "put several documents in a JSON array"),
        ("", 1, "expected a value, not the end of the text", ""),
    ],
)
def test_syntax_error_has_position_and_fix(text: str, column: int, message: str, fix: str) -> None:
    """The most common syntax errors, each with its position and its fix."""
    document = read_json("a.json", text)
    fault = document.faults[0]
    assert (fault.message, fault.fix) == (message, fix)
    assert document.source.place(fault.start, fault.end).column == column


def test_keeps_a_member_that_stands_twice() -> None:
    """Both members are in the tree; a reader of JSON keeps the last."""
    root = read_json("a.json", '{"a": 1, "a": 2}').root
    assert isinstance(root, Object)
    assert [member.key for member in root.members] == ["a", "a"]
    assert plain(root) == {"a": 2}


def test_200_000_brackets_are_a_fault() -> None:
    """Depth is bounded, and costs no recursion."""
    document = read_json("a.json", "[" * 200_000)
    assert document.faults[0].message == f"nested deeper than {MAX_DEPTH} levels"


def test_lines_and_columns_count_code_points() -> None:
    """A column is a code point, whatever it takes in UTF-8 or UTF-16."""
    document = read_text("a.json", '{"a": "😀é",\n "b": [1]}'.encode(), "json")
    assert document.root is not None
    places = {pointer: str(document.place(node)) for pointer, node in walk(document.root)}
    assert places["/b"] == "a.json:2:7"
    assert document.source.text[document.root.start : document.root.end] == document.source.text


def test_invalid_utf_8_is_a_fault_at_its_byte() -> None:
    """Bytes that are no UTF-8 are reported at their place."""
    document = read_text("a.json", b'{"a":\n "\xff"}', "json")
    fault = document.faults[0]
    assert (fault.message, str(document.source.place(fault.start))) == ("not UTF-8", "a.json:2:3")


def test_a_byte_order_mark_is_noted_and_does_not_count() -> None:
    """Columns begin after the mark."""
    document = read_text("a.json", b"\xef\xbb\xbf[]", "json")
    assert document.had_bom
    assert isinstance(document.root, Array)
    assert str(document.place(document.root)) == "a.json:1:1"
