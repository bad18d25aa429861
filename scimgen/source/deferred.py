"""Large JSON texts.

Check the syntax in one pass, and build the tree of a value only when it is used.

A tree needs about fifteen times the memory of its text. A value of a few kilobytes is therefore
checked by a regular expression, and only its range is kept. The tree of the few values that were
used last is cached.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache

from scimgen.source.tree import Array, Member, Node, Object, Scalar

LARGE = 4_000_000
"""The length of a text from which values are deferred, in characters."""
MAX_NODES = 100_000
"""The number of values that are not deferred.

With more, the whole tree is built, if its size permits.
"""
_WHOLE = 64 * 1024  # a longer value is never built at once
_CACHED = 4
_LEVELS = 4  # an attribute with sub-attributes that have referenceTypes, in a list
_BLANK = r"[ \t\n\r]*+"
_STRING = r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"'
_NUMBER = (
    r"-?(?:0|[1-9][0-9]{0,300}+)(?:\.[0-9]{1,300}+)?(?:[eE][+-]?[0-9]{1,300}+)?(?![0-9A-Za-z_.+-])"
)
_SCALAR = rf"(?>{_STRING}|{_NUMBER}|(?:true|false|null)(?![0-9A-Za-z_]))"

Build = Callable[[str, int], Node]
"""Builds the tree of the value at an offset of a text."""


class Unusual(Exception):
    """The text is not JSON, or has too many values.

    The reader that builds the whole tree finds the fault.
    """


class _Values:
    """The text of a document, and the trees of the values that were used last."""

    def __init__(self, text: str, build: Build) -> None:
        self.tree = lru_cache(maxsize=_CACHED)(lambda start: build(text, start))


class DeferredObject(Object):
    """An object whose members are read when they are used."""

    __slots__ = ("values",)

    def __init__(self, start: int, end: int, values: _Values) -> None:
        self.start = start
        self.end = end
        self.values = values

    def opened(self) -> Object:
        """The object with its members. The caller decides how long it is kept."""
        found = self.values.tree(self.start)
        assert isinstance(found, Object)
        return found

    @property
    def members(self) -> list[Member]:  # type: ignore[override]
        """The members in the order of the text."""
        return self.opened().members

    def member(self, key: str) -> Member | None:
        """The member named `key`. If there are several, the last one."""
        return self.opened().member(key)


class DeferredArray(Array):
    """An array whose items are read when they are used."""

    __slots__ = ("values",)

    def __init__(self, start: int, end: int, values: _Values) -> None:
        self.start = start
        self.end = end
        self.values = values

    def opened(self) -> Array:
        """The array with its items. The caller decides how long it is kept."""
        found = self.values.tree(self.start)
        assert isinstance(found, Array)
        return found

    @property
    def items(self) -> list[Node]:  # type: ignore[override]
        """The items in the order of the text."""
        return self.opened().items


def opened(node: Node) -> Node:
    """A value with its members or items. Any other value is returned as it is."""
    return node.opened() if isinstance(node, DeferredObject | DeferredArray) else node


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The patterns of a value with at most `_LEVELS` nested containers, and of a name."""
    value = _SCALAR
    for _ in range(_LEVELS):
        item = rf"{value}{_BLANK}(?:,{_BLANK}(?=[^\]])|(?=\]))"
        member = rf"{_STRING}{_BLANK}:{_BLANK}{value}{_BLANK}(?:,{_BLANK}(?=\")|(?=\}}))"
        array = rf"\[{_BLANK}(?:{item})*+\]"
        object_ = rf"\{{{_BLANK}(?:{member})*+\}}"
        value = rf"(?>{_SCALAR}|{array}|{object_})"
    return re.compile(value), re.compile(rf"{_STRING}(?={_BLANK}:){_BLANK}")


class _Scan:
    """One pass over a text. It checks the syntax and keeps the ranges of values."""

    def __init__(self, text: str, build: Build, max_depth: int) -> None:
        self.text = text
        self.build = build
        self.max_depth = max_depth
        self.values = _Values(text, build)
        self.value_pattern, self.name_pattern = _patterns()
        self.blank = re.compile(_BLANK)
        self.nodes = 0

    def skip(self, at: int) -> int:
        """The offset of the next character that is not whitespace."""
        match = self.blank.match(self.text, at)
        assert match
        return match.end()

    def value(self, at: int, depth: int) -> Node:
        """Read the value at an offset."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise Unusual
        mark = self.text[at : at + 1]
        match = (
            self.value_pattern.match(self.text, at) if depth + _LEVELS < self.max_depth else None
        )
        if match and match.end() - at <= _WHOLE:
            return self.deferred(mark, at, match.end())
        if mark not in ("{", "["):
            raise Unusual  # not JSON, or a long string or number
        if depth >= self.max_depth:
            raise Unusual
        found = self.object(at, depth) if mark == "{" else self.array(at, depth)
        short = found.end - at <= _WHOLE
        return self.deferred(mark, at, found.end) if short else found

    def deferred(self, mark: str, start: int, end: int) -> Node:
        """The value in a range that was checked."""
        if mark == "{":
            return DeferredObject(start, end, self.values)
        if mark == "[":
            return DeferredArray(start, end, self.values)
        return self.build(self.text, start)

    def object(self, start: int, depth: int) -> Object:
        """Read an object member by member."""
        found = Object(start, start)
        at = self.skip(start + 1)
        while self.text[at : at + 1] != "}":
            name = self.name_pattern.match(self.text, at)
            if not name:
                raise Unusual
            key = self.build(self.text, at)
            assert isinstance(key, Scalar)
            value = self.value(self.skip(name.end() + 1), depth + 1)
            found.members.append(Member(str(key.value), key.start, key.end, value))
            at = self.following(value.end, "}")
        found.end = at + 1
        return found

    def array(self, start: int, depth: int) -> Array:
        """Read an array item by item."""
        found = Array(start, start)
        at = self.skip(start + 1)
        while self.text[at : at + 1] != "]":
            value = self.value(at, depth + 1)
            found.items.append(value)
            at = self.following(value.end, "]")
        found.end = at + 1
        return found

    def following(self, at: int, closing: str) -> int:
        """The offset of the next member or item after a comma, or of the closing bracket."""
        at = self.skip(at)
        if self.text[at : at + 1] == closing:
            return at
        after = self.skip(at + 1)
        if self.text[at : at + 1] != "," or self.text[after : after + 1] == closing:
            raise Unusual
        return after


def read_deferred(text: str, build: Build, max_depth: int) -> Node:
    """Read a large text. Its short values are deferred.

    Args:
        text: A JSON text.
        build: Builds the tree of one value.
        max_depth: The greatest number of containers in each other.

    Raises:
        Unusual: It is not JSON, or it has too many values or levels.
    """
    scan = _Scan(text, build, max_depth)
    root = scan.value(scan.skip(0), 0)
    if scan.skip(root.end) != len(text):
        raise Unusual
    return root
