"""YAML with the position of every key and value, on PyYAML's event stream.

The tree is built here and not by `compose`, for three reasons. `compose` is recursive: 200,000
nested brackets end the process. It follows aliases (the billion laughs attack). It drops the first
of two equal keys without a message. Scalars are read by the core schema of YAML 1.2, so `no`, `on`
and `12:30` are text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scimgen.source.tree import Array, Document, Fault, Member, Node, Object, Scalar, Source

MAX_DEPTH = 100
_TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"
MAX_VALUES = 2_000_000

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE = frozenset(("true", "True", "TRUE"))
_FALSE = frozenset(("false", "False", "FALSE"))
_INTEGER = re.compile(r"[-+]?[0-9]{1,1000}\Z")
_REAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NO_BREAK = "\u00a0"
_STRING_TAG = "tag:yaml.org,2002:str"


class _Stop(Exception):
    """A fault that stops the reader."""

    def __init__(self, message: str, start: int, end: int, fix: str = "") -> None:
        self.fault = Fault(message, start, end, fix)


@dataclass(slots=True)
class _Open:
    """A container that is not closed yet, and the key whose value comes next."""

    node: Array | Object
    key: Scalar | None = None


def _value(text: str) -> str | int | float | bool | None:
    """The value of a plain scalar by the core schema (YAML 1.2 section 10.3.2)."""
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if _INTEGER.match(text):
        return int(text)
    if _REAL.match(text):
        return float(text)
    return text


def _range(event: object) -> tuple[int, int]:
    """The start and end of an event. Events of a parsed text always have these marks."""
    return event.start_mark.index, event.end_mark.index  # type: ignore[attr-defined]


def _events(text: str) -> Iterator[object]:
    import yaml

    loader: type = getattr(
        yaml, "CSafeLoader", yaml.SafeLoader
    )  # without libyaml: the same events, ten times slower
    return yaml.parse(text, Loader=loader)


class _Builder:
    """Builds the tree from events.

    Open containers are on a stack, so nested values need no recursion.
    """

    def __init__(self) -> None:
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.documents = 0
        self.values = 0

    def take(self, event: object) -> None:
        """Process one event."""
        import yaml

        start, end = _range(event)
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise _Stop(
                    "a second YAML document", start, start + 3, "write one document per file"
                )
        elif isinstance(event, yaml.AliasEvent):
            raise _Stop(f"*{event.anchor} is an alias", start, end, "write the value out")
        elif isinstance(event, yaml.NodeEvent):
            self.node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            closed = self.stack.pop().node
            # The end mark of a block is at the next token. The end of its last value is the real
            # end.
            closed.end = end if start != end else _last(closed)
            self.hand(closed)

    def node(self, event: object) -> None:
        import yaml

        assert isinstance(event, yaml.NodeEvent)
        start, end = _range(event)
        self.values += 1
        if self.values > MAX_VALUES:
            raise _Stop(f"more than {MAX_VALUES:,} values", start, start + 1, "split the file")
        if event.anchor:
            raise _Stop(
                f"&{event.anchor} is an anchor",
                start,
                end,
                "write the value out where it is needed",
            )
        tag = getattr(event, "tag", None)
        if tag not in (None, "!", _STRING_TAG):
            raise _Stop(f"the tag {tag!r} is not known here", start, end, "remove the tag")
        if isinstance(event, yaml.ScalarEvent):
            if event.style in ("|", ">"):
                end = start + 1
            # A key is always text: `1e3:` is not a number and `true:` is not a boolean.
            plain = event.implicit[0] and not self.at_key()
            self.hand(Scalar(start, end, _value(event.value) if plain else event.value))
            return
        if len(self.stack) >= MAX_DEPTH:
            raise _Stop(_TOO_DEEP, start, start + 1)
        opened = (
            Object(start, end) if isinstance(event, yaml.MappingStartEvent) else Array(start, end)
        )
        if self.at_key():
            raise _Stop("a key must be text, not a list or a mapping", start, start + 1)
        self.stack.append(_Open(opened))

    def at_key(self) -> bool:
        """Whether the next value is the key of a mapping."""
        return (
            bool(self.stack)
            and isinstance(self.stack[-1].node, Object)
            and self.stack[-1].key is None
        )

    def hand(self, node: Node) -> None:
        """Add a finished value to its container."""
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if isinstance(parent.node, Array):
            parent.node.items.append(node)
        elif parent.key is None:
            assert isinstance(node, Scalar)
            if node.value == "<<":
                raise _Stop("merge keys are not read", node.start, node.end, "write the keys out")
            parent.key = node
        else:
            key = parent.key
            parent.node.members.append(Member(str(key.value), key.start, key.end, node))
            parent.key = None


def _last(node: Array | Object) -> int:
    if isinstance(node, Object):
        return node.members[-1].value.end if node.members else node.start
    return node.items[-1].end if node.items else node.start


def _fault(error: object, text: str) -> Fault:
    """Convert an error of PyYAML to a fault at the same place."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    at = min(mark.index, len(text)) if mark else getattr(error, "position", 0)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
    context = getattr(error, "context", None)
    fix = ""
    line = text[text.rfind("\n", 0, at) + 1 : at + 1]
    if _NO_BREAK in line:
        at += line.index(_NO_BREAK) - len(line) + 1
        problem, context, fix = "a no-break space (U+00A0)", None, "write a space instead"
    elif "\t" in text[at : at + 1]:
        problem, context, fix = "a tab in the indentation", None, "indent with spaces"
    elif "mapping values are not allowed" in problem or "expected ',' or" in problem:
        fix = "put text with a colon in quotes, and check the indentation"
    elif (
        "maximum nesting depth" in problem
    ):  # some versions of libyaml have a lower limit than ours
        problem, context = _TOO_DEEP, None
    return Fault(f"{problem} {context}" if context else problem, at, at + 1, fix)


def read_yaml(name: str, text: str) -> Document:
    """Read one YAML document.

    Args:
        name: The name of the text in messages.
        text: The text, without a byte order mark.

    Returns:
        The tree, or no root and the fault that stopped the reader. Anchors, aliases, merge keys,
        tags and second documents are faults.

    >>> read_yaml("a.yaml", "a: *b").faults[0].message
    '*b is an alias'
    """
    import yaml

    source = Source(name, text)
    builder = _Builder()
    try:
        for event in _events(text):
            builder.take(event)
    except _Stop as stop:
        return Document(source, None, (stop.fault,))
    except (yaml.YAMLError, ValueError) as error:
        return Document(source, None, (_fault(error, text),))
    return Document(source, builder.root or Scalar(0, 0, None))
