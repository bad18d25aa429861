"""Small edits of a JSON text by offset: what they do not touch stays as it is, byte for byte."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from scimgen.source import Array, Document, JsonValue, Object


class Edit(NamedTuple):
    """Put `text` in place of the characters from `start` to `end`; an insertion where both are equal."""

    start: int
    end: int
    text: str


BOM = Edit(-1, 0, "")
"""Remove the byte order mark, which stands before the first character."""


def written(value: JsonValue) -> str:
    """A value as JSON text."""
    return json.dumps(value, ensure_ascii=False)


def add_member(document: Document, node: Object, name: str, value: JsonValue) -> tuple[Edit, ...]:
    """Add a member after the last one, with the blanks that the object already has between its members.

    An empty object shows no such habit and is left alone.

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
    """Add a member before the first one, with the blanks that stand there."""
    if not node.members:
        return ()
    text, first = document.source.text, node.members[0]
    blank = text[node.start + 1 : first.key_start]
    colon = text[first.key_end : first.value.start]
    between = blank or (" " if len(node.members) > 1 and text[node.members[1].key_start - 1].isspace() else "")
    return (Edit(first.key_start, first.key_start, f"{written(name)}{colon}{written(value)},{between}"),)


def wrap_in_list_response(document: Document, node: Array, uri: str) -> tuple[Edit, ...]:
    """Put an array of resources into a ListResponse; its own lines keep their indentation.

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
    """The text with the edits; of two that touch the same characters the first wins, and of two equal ones one is done.

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
