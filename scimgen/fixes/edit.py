"""Edits of a JSON text by offset. All bytes outside the edited ranges stay the same."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from scimgen.source import Array, Document, JsonValue, Object


class Edit(NamedTuple):
    """Replace the characters from `start` to `end` by `text`. If both are equal, it is an insertion."""

    start: int
    end: int
    text: str


BOM = Edit(-1, 0, "")
"""Removes the byte order mark before the first character."""


def written(value: JsonValue) -> str:
    """Write a value as JSON text."""
    return json.dumps(value, ensure_ascii=False)


def add_member(document: Document, node: Object, name: str, value: JsonValue) -> tuple[Edit, ...]:
    """Add a member after the last one, with the same whitespace as between the existing members.

    An empty object is not changed, because it does not show which whitespace to use.

    >>> from scimgen.source import read_text
    >>> document = read_text("a.json", b'{ "a" : 1,  "b" : 2 }', "json")
    >>> add_member(document, document.root, "c", True)
    (Edit(start=19, end=19, text=',  "c" : true'),)
    """
    if not node.members:
        return ()
    text, last = document.source.text, node.members[-1]
    if len(node.members) > 1:
        before = text[node.members[-2].value.end : last.key_start]
    else:
        before = "," + (text[node.start + 1 : last.key_start] or " ")
    colon = text[last.key_end : last.value.start]
    return (Edit(last.value.end, last.value.end, f"{before}{written(name)}{colon}{written(value)}"),)


def add_first_member(document: Document, node: Object, name: str, value: JsonValue) -> tuple[Edit, ...]:
    """Add a member before the first one, with the whitespace that is there."""
    if not node.members:
        return ()
    text, first = document.source.text, node.members[0]
    blank = text[node.start + 1 : first.key_start]
    colon = text[first.key_end : first.value.start]
    between = blank or (" " if len(node.members) > 1 and text[node.members[1].key_start - 1].isspace() else "")
    return (Edit(first.key_start, first.key_start, f"{written(name)}{colon}{written(value)},{between}"),)


def wrap_in_list_response(document: Document, node: Array, uri: str) -> tuple[Edit, ...]:
    """Put an array of resources into a ListResponse. The lines of the array keep their indentation.

    >>> from scimgen.source import read_text
    >>> document = read_text("a.json", b"[1]", "json")
    >>> [edit.text for edit in wrap_in_list_response(document, document.root, "urn:x")]
    ['{"schemas": ["urn:x"], "totalResults": 1, "Resources": ', '}']
    """
    lines = "\n" in document.source.text[node.start : node.end]
    newline = ("\r\n" if "\r\n" in document.source.text else "\n") if lines else ""
    gap = f"{newline}  " if lines else ""
    head = f'"schemas": [{written(uri)}],{gap or " "}"totalResults": {len(node.items)},{gap or " "}"Resources": '
    return (Edit(node.start, node.start, f"{{{gap}{head}"), Edit(node.end, node.end, f"{newline}}}"))


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Apply edits to a text. If two edits overlap, only the first is applied. Equal edits are applied once.

    >>> apply("abc", [Edit(1, 2, "X"), Edit(3, 3, "!")])
    'aXc!'
    """
    parts: list[str] = []
    at = 0
    for edit in sorted(dict.fromkeys(edits), key=lambda edit: (edit.start, edit.end)):
        if edit == BOM or edit.start < at:
            continue
        parts += text[at : edit.start], edit.text
        at = edit.end
    return "".join((*parts, text[at:]))
