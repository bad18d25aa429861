"""The writer of pages: whatever a text holds, scimgen's reader gives it back, and so does PyYAML."""

from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from scimgen.importing.yaml import WIDTH, Writer, comment, flow, scalar
from scimgen.source import plain
from scimgen.source.yaml import read_yaml

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = (
    TEXT | st.booleans() | st.integers(-(2**63), 2**63) | st.none() | st.floats(allow_nan=False, allow_infinity=False)
)
KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).filter(lambda key: key != "<<")
INNER = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4))
PAGES = st.dictionaries(KEYS, INNER, max_size=4)


def back(text: str) -> Any:
    """What scimgen's reader makes of a text."""
    document = read_yaml("a.yaml", text)
    assert document.root, (document.faults, text)
    return plain(document.root)


@given(TEXT)
@example("no")
@example("1e3")
@example("0o17")
@example("12:30")
@example("2026-01-01")
@example("- a")
@example("? a")
@example("a: b")
@example("a #b")
@example("a:")
@example(":a")
@example("'")
@example("it's")
@example("(a)")
@example("/a b")
@example("\u2028")
@example("\ufeffa")
@example("\x85")
@example("\ud7ff\ue000\U0001f600")
@example("=")
@example("a\r\nb")
@example(" a ")
@example("---")
def test_every_text_comes_back(text: str) -> None:
    """Alone, in a list, as a key and as a value, for both readers."""
    assert back(f"a: {scalar(text)}\n") == {"a": text}
    assert back(f"a: [{scalar(text)}, {scalar(text)}]\n") == {"a": [text, text]}
    assert yaml.safe_load(f"a: [{scalar(text)}]\n") == {"a": [text]}
    assert yaml.safe_load(f"{{{scalar('k')}: {scalar(text)}}}\n") == {"k": text}


@given(PAGES.filter(bool))
def test_every_page_comes_back(page: dict[str, Any]) -> None:
    """On one line or on several."""
    assert back(Writer({}).page(page)) == page


@given(PAGES.filter(bool), st.lists(TEXT), st.data())
def test_comments_change_nothing(page: dict[str, Any], lines: list[str], data: st.DataObject) -> None:
    """A comment holds any text and ends where it ends."""
    from scimgen.source import pointer_step

    key = data.draw(st.sampled_from(sorted(page)))
    assert back(Writer({"": lines, pointer_step("", key): lines}).page(page)) == page


@pytest.mark.parametrize("value", [0.1, 1e300, -0.0, 5, 1e22, 1.5e-7])
def test_numbers_come_back(value: float) -> None:
    """As JSON's own."""
    assert back(f"a: {flow(value)}") == {"a": value}


def test_a_long_comment_is_folded() -> None:
    """At the width of a line, its other lines a little further in."""
    lines = list(comment("word " * 60, "  "))
    assert len(lines) == 3
    assert all(len(line) <= WIDTH for line in lines)
    assert lines[1].startswith("  #   word")


def test_short_things_stand_on_one_line() -> None:
    """Attributes and rows; types and lists of rows are on separate lines."""
    page = {
        "entitlements": {
            "A": {"attributes": {"a": "string", "b": {"required": True}}, "values": [{"id": "1"}]},
            "B": {},
        }
    }
    expected = (
        "entitlements:\n  A:\n    attributes:\n      a: string\n      b: {required: true}\n"
        "    values:\n      - {id: '1'}\n  B: {}\n"
    )
    assert Writer({}).page(page) == expected
