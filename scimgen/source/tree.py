"""The tree of a YAML or JSON text: every key and value with its position.

Positions are offsets in code points. `Source.place` converts a range of offsets to lines and
columns on demand.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from scimgen.place import Place

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]


_FEW = 16
_LONG_LINE = 1000
_BEFORE = 400  # the characters of a long line before a place


@dataclass(slots=True, eq=False)
class Node:
    """A value and its range of characters: `start` inclusive, `end` exclusive."""

    start: int
    end: int


@dataclass(slots=True, eq=False)
class Scalar(Node):
    """A string, number, boolean or null."""

    value: str | int | float | bool | None


@dataclass(slots=True, eq=False)
class Array(Node):
    """A JSON array or YAML sequence."""

    items: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Member:
    """One `key: value` of an object.

    The range from `key_start` to `key_end` includes quotes, if there are any.
    """

    key: str
    key_start: int
    key_end: int
    value: Node


@dataclass(slots=True, eq=False)
class Object(Node):
    """A JSON object or YAML mapping. The members are in the order of the text, with duplicates."""

    members: list[Member] = field(default_factory=list)
    _known: dict[str, Member] | None = field(default=None, init=False, repr=False)
    _seen: int = field(default=0, init=False, repr=False)

    def member(self, key: str) -> Member | None:
        """The member named `key`.

        If there are several, the last one, as most JSON parsers choose.
        """
        if len(self.members) <= _FEW:
            return next((member for member in reversed(self.members) if member.key == key), None)
        # An index by name, because a description may have a thousand types. Members are only added,
        # never removed.
        if self._known is None or self._seen < len(self.members):
            known = self._known or {}
            known.update((member.key, member) for member in self.members[self._seen :])
            self._known, self._seen = known, len(self.members)
        return self._known.get(key)

    def get(self, key: str) -> Node | None:
        """The value of `member(key)`."""
        member = self.member(key)
        return member.value if member else None


@dataclass(eq=False)
class Source:
    """A text and its name in messages."""

    name: str
    text: str

    @cached_property
    def _line_starts(self) -> "array[int]":
        starts = array("I", [0])
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return starts

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def place(self, start: int, end: int | None = None) -> Place:
        """The lines and columns from `start` to `end`, or of one character if `end` is None.

        >>> str(Source("a.json", "{\\n  true}").place(4, 8))
        'a.json:2:3'
        """
        start = min(start, len(self.text))
        line, column = self._position(start)
        end_line, end_column = self._position(
            start + 1 if end is None else min(max(end, start), len(self.text) + 1)
        )
        begin = self._line_starts[line - 1]
        if column > _LONG_LINE // 2:
            begin = start - _BEFORE
        stop = self.text.find("\n", begin, begin + _LONG_LINE)
        excerpt = self.text[begin : stop if stop >= 0 else begin + _LONG_LINE].rstrip("\r")
        return Place(
            self.name, line, column, end_line, end_column, excerpt, column - (start - begin)
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """The reason why a text could not be read to its end.

    What is wrong, its position, and the fix.
    """

    message: str
    start: int
    end: int
    fix: str = ""


@dataclass(eq=False)
class Document:
    """The result of reading a text: the root, or None and the fault that stopped the reader."""

    source: Source
    root: Node | None
    faults: tuple[Fault, ...] = ()
    had_bom: bool = False
    language: str = "json"

    def place(self, node: Node | Member) -> Place:
        """The place of a value, or of the key of a member."""
        if isinstance(node, Member):
            return self.source.place(node.key_start, node.key_end)
        return self.source.place(node.start, node.end)


def plain(node: Node) -> JsonValue:
    """The tree without positions, as `json.loads` would return it.

    >>> plain(Object(0, 7, [Member("a", 1, 4, Scalar(5, 6, 1))]))
    {'a': 1}
    """
    if isinstance(node, Object):
        return {member.key: plain(member.value) for member in node.members}
    if isinstance(node, Array):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.value


def pointer_step(pointer: str, step: str | int) -> str:
    """Add a step to a JSON pointer (RFC 6901 section 3).

    >>> pointer_step("/attributes", "a/b")
    '/attributes/a~1b'
    """
    return f"{pointer}/{str(step).replace('~', '~0').replace('/', '~1')}"


def walk(node: Node, pointer: str = "") -> Iterator[tuple[str, Node]]:
    """Iterate over every value with its JSON pointer.

    Parents before children, in the order of the text.
    """
    stack = [(pointer, node)]
    while stack:
        at, value = stack.pop()
        yield at, value
        if isinstance(value, Object):
            stack.extend(
                (pointer_step(at, member.key), member.value) for member in reversed(value.members)
            )
        elif isinstance(value, Array):
            stack.extend(
                (pointer_step(at, index), value.items[index])
                for index in reversed(range(len(value.items)))
            )


def find(root: Node, pointer: str) -> Node | None:
    """Find the value at a JSON pointer, or None.

    >>> find(Array(0, 3, [Scalar(1, 2, 7)]), "/0").value
    7
    """
    node: Node | None = root
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, Object):
            node = node.get(name)
        elif isinstance(node, Array) and name.isdecimal() and int(name) < len(node.items):
            node = node.items[int(name)]
        else:
            return None
    return node
