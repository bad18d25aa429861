"""Edits of a JSON text by offset. All bytes outside the edited ranges stay the same."""

import json
from bisect import bisect_left, insort
from collections.abc import Iterable
from typing import NamedTuple

from scimgen.source import Array, Document, JsonValue, Member, Object


class Edit(NamedTuple):
    """Replace the characters from `start` to `end` by `text`.

    If both are equal, it is an insertion.
    """

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
    insertion = f"{before}{written(name)}{_colon(text, last)}{written(value)}"
    return (Edit(last.value.end, last.value.end, insertion),)


def _colon(text: str, member: Member) -> str:
    """The colon of a member with its whitespace, without line breaks."""
    colon = text[member.key_end : member.value.start]
    return ": " if "\n" in colon else colon


def add_first_member(
    document: Document, node: Object, name: str, value: JsonValue
) -> tuple[Edit, ...]:
    """Add a member before the first one, with the whitespace that is there."""
    if not node.members:
        return ()
    text, first = document.source.text, node.members[0]
    blank = text[node.start + 1 : first.key_start]
    between = blank or (
        " " if len(node.members) > 1 and text[node.members[1].key_start - 1].isspace() else ""
    )
    return (
        Edit(
            first.key_start,
            first.key_start,
            f"{written(name)}{_colon(text, first)}{written(value)},{between}",
        ),
    )


def wrap_in_list_response(document: Document, node: Array, uri: str) -> tuple[Edit, ...]:
    """Put an array of resources into a ListResponse. The lines of the array keep their indentation.

    >>> from scimgen.source import read_text
    >>> document = read_text("a.json", b"[1]", "json")
    >>> [edit.text for edit in wrap_in_list_response(document, document.root, "urn:x")]
    ['{"schemas": ["urn:x"], "totalResults": 1, "Resources": ', '}']
    """
    lines = "\n" in document.source.text[node.start : node.end]
    newline = ""
    if lines:
        newline = "\r\n" if "\r\n" in document.source.text else "\n"
    gap = f"{newline}  " if lines else ""
    head = (
        f'"schemas": [{written(uri)}],{gap or " "}"totalResults":'
        f' {len(node.items)},{gap or " "}"Resources": '
    )
    return (
        Edit(node.start, node.start, f"{{{gap}{head}"),
        Edit(node.end, node.end, f"{newline}}}"),
    )


def compatible(groups: Iterable[tuple[Edit, ...]]) -> list[bool]:
    """Choose the groups of edits to apply.

    A group is applied as a whole, and not if it overlaps an earlier group.

    Edits that are equal are one edit. Several insertions at one offset do not overlap.

    >>> compatible([(Edit(1, 3, "x"),), (Edit(2, 4, "y"),), (Edit(3, 3, "z"),)])
    [True, False, True]
    """
    taken: list[Edit] = []
    chosen = []
    for edits in groups:
        new = [edit for edit in edits if not _is_taken(taken, edit)]
        free = not any(_overlaps(taken, edit) for edit in new)
        chosen.append(free)
        for edit in new if free else ():
            insort(taken, edit)
    return chosen


def _is_taken(taken: list[Edit], edit: Edit) -> bool:
    at = bisect_left(taken, edit)
    return at < len(taken) and taken[at] == edit


def _overlaps(taken: list[Edit], edit: Edit) -> bool:
    """Whether an edit overlaps one of the sorted edits, which do not overlap each other."""
    at = bisect_left(taken, edit)
    before = at > 0 and taken[at - 1].end > edit.start
    after = at < len(taken) and taken[at].start < edit.end
    return before or after


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Apply edits that do not overlap to a text. Equal edits are applied once.

    >>> apply("abc", [Edit(1, 2, "X"), Edit(3, 3, "!")])
    'aXc!'
    """
    parts: list[str] = []
    at = 0
    for edit in sorted(dict.fromkeys(edits), key=lambda edit: (edit.start, edit.end)):
        if edit == BOM:
            continue
        parts += text[at : edit.start], edit.text
        at = edit.end
    return "".join((*parts, text[at:]))
