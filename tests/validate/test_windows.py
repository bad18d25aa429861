"""The excerpt of a finding in a long line: a window around the column, with the carets below the value."""

import json
from pathlib import Path
from typing import Any
from unicodedata import combining, east_asian_width

import pytest

from scimgen.diagnostics.text import excerpt
from scimgen.documents import urns
from scimgen.source import Source
from tests.validate.support import run, write


def columns(text: str) -> list[str]:
    """The characters of a line by terminal column. A wide character is in two columns."""
    found: list[str] = []
    for char in text:
        if combining(char):
            continue
        found += [char] * (2 if east_asian_width(char) in "WF" else 1)
    return found


def marked(line: str, carets: str) -> str:
    """The text above the carets."""
    shown = columns(line)
    cells = [char for char, caret in zip(shown, carets, strict=False) if caret == "^"]
    return "".join(cells)


def minified(count: int, description: str) -> str:
    """A schema in one line. The last attribute has the fault."""
    attributes: list[dict[str, Any]] = [
        {"name": f"a{number}", "type": "string", "multiValued": False, "description": description}
        for number in range(count)
    ]
    attributes[-1]["mutability"] = "readonly"
    schema = {"schemas": [urns.SCHEMA], "id": "urn:acme:x", "name": "X", "attributes": attributes}
    return json.dumps(schema, separators=(",", ":"), ensure_ascii=False)


@pytest.mark.parametrize("description", ["x", "é", "日本語", "a\\u202eb", "e\u0301", "\u202e", "tab\\t"])
@pytest.mark.parametrize("count", [1, 5, 40, 3000])
def test_the_value_is_above_the_carets_in_a_minified_line(tmp_path: Path, count: int, description: str) -> None:
    ran = run(write(tmp_path / "a.json", minified(count, description)), format="text")
    lines = ran.out.splitlines()
    number, _, line = lines[1].partition(" | ")
    _, _, carets = lines[2].partition(" | ")
    assert number == "1"
    assert marked(line, carets) == '"readonly"'
    assert len(columns(line)) <= 112


def test_a_value_that_is_longer_than_the_window_is_marked_to_its_end(tmp_path: Path) -> None:
    text = minified(1, "x").replace('"mutability"', '"returned":"' + "r" * 5000 + '","mutability"')
    lines = run(write(tmp_path / "a.json", text), format="text").out.splitlines()
    line, carets = (part.partition(" | ")[2] for part in lines[1:3])
    assert line.endswith("…")
    assert set(marked(line, carets)) == {'"', "r"}
    assert len(columns(line)) <= 112


@pytest.mark.parametrize("column", [1, 54, 111, 112, 499, 500, 501, 999, 1000, 1001, 5000, 9989])
@pytest.mark.parametrize("width", [1, 10])
def test_any_column_of_a_long_line_is_shown(column: int, width: int) -> None:
    text = "".join(chr(ord("a") + number % 26) for number in range(9999))
    source = Source("a", f"first\n{text}\nlast")
    start = 6 + column - 1
    place = source.place(start, start + width)
    assert (place.line, place.column) == (2, column)
    line, carets = excerpt(place)
    assert marked(line, carets) == text[column - 1 : column - 1 + width]
    assert len(line) <= 112
    assert line.startswith("…") == (column > 56)


def test_a_short_line_is_shown_whole() -> None:
    line, carets = excerpt(Source("a", "one: two\nthree").place(5, 8))
    assert (line, carets) == ("one: two", "     ^^^")
