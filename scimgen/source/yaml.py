"""YAML with the position of every key and value, on PyYAML's event stream.

The events are put together here rather than by `compose`: that one recurses (it ends the process on 200,000 nested
brackets), follows aliases (a billion laughs), and lets the last of two equal keys win in silence. Scalars are read by
YAML 1.2's core schema, so that `no`, `on` and `12:30` are text.
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
_STRING_TAG = "tag:yaml.org,2002:str"


class _Stop(Exception):
    """The reader met a fault that it cannot pass."""

    def __init__(self, message: str, start: int, end: int, mend: str = "") -> None:
        self.fault = Fault(message, start, end, mend)


@dataclass(slots=True)
class _Open:
    """A container that is not closed yet, and the key that waits for its value."""

    node: Array | Object
    key: Scalar | None = None


def _value(text: str) -> str | int | float | bool | None:
    """A plain scalar by the core schema (YAML 1.2 section 10.3.2)."""
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
    """Where an event starts and ends; the marks are there whenever a text is parsed."""
    return event.start_mark.index, event.end_mark.index  # type: ignore[attr-defined]


def _events(text: str) -> Iterator[object]:
    import yaml

    loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same events, ten times slower, without libyaml
    return yaml.parse(text, Loader=loader)


class _Builder:
    """Events in, tree out; open containers stand on a stack, so depth costs no recursion."""

    def __init__(self) -> None:
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.documents = 0
        self.values = 0

    def take(self, event: object) -> None:
        """Read one event."""
        import yaml

        start, end = _range(event)
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise _Stop("a second YAML document", start, start + 3, "one document a file")
        elif isinstance(event, yaml.AliasEvent):
            raise _Stop(f"*{event.anchor} is an alias", start, end, "write the value out")
        elif isinstance(event, yaml.NodeEvent):
            self.node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            closed = self.stack.pop().node
            # Of a block the end mark stands where the next token begins: its own last value says where it ends.
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
            raise _Stop(f"&{event.anchor} is an anchor", start, end, "write the value out where it is needed")
        tag = getattr(event, "tag", None)
        if tag not in (None, "!", _STRING_TAG):
            raise _Stop(f"the tag {tag!r} is not known here", start, end, "remove the tag")
        if isinstance(event, yaml.ScalarEvent):
            if event.style in ("|", ">"):
                end = start + 1
            # A key is a name as it is written: `1e3:` and `true:` are no number and no boolean.
            plain = event.implicit[0] and not self.at_key()
            self.hand(Scalar(start, end, _value(event.value) if plain else event.value))
            return
        if len(self.stack) >= MAX_DEPTH:
            raise _Stop(_TOO_DEEP, start, start + 1)
        opened = Object(start, end) if isinstance(event, yaml.MappingStartEvent) else Array(start, end)
        if self.at_key():
            raise _Stop("a key is text, not a list or a mapping", start, start + 1)
        self.stack.append(_Open(opened))

    def at_key(self) -> bool:
        """Whether the next value is the key of a mapping."""
        return bool(self.stack) and isinstance(self.stack[-1].node, Object) and self.stack[-1].key is None

    def hand(self, node: Node) -> None:
        """Give a finished value to its container."""
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
    """PyYAML's own error as a fault, at the place that it names."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    at = min(mark.index, len(text)) if mark else getattr(error, "position", 0)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
    context = getattr(error, "context", None)
    mend = ""
    if "\t" in text[at : at + 1]:
        problem, context, mend = "a tab in the indentation", None, "indent with spaces"
    elif "mapping values are not allowed" in problem or "expected ',' or" in problem:
        mend = "put text that holds a colon in quotes, and mind the indentation"
    elif "maximum nesting depth" in problem:  # of a libyaml that reads ahead, and stops before our own limit is met
        problem, context = _TOO_DEEP, None
    return Fault(f"{problem} {context}" if context else problem, at, at + 1, mend)


def read_yaml(name: str, text: str) -> Document:
    """Read one YAML document.

    Args:
        name: what messages call it.
        text: the text, without a byte order mark.

    Returns:
        the tree, or no root and the fault that stopped the reader; anchors, aliases, merge keys, tags and second
        documents are faults.

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
