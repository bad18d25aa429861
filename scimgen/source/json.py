"""JSON (RFC 8259) with the position of every key and value.

The module has its own tokenizer, because `json.loads` keeps no positions and YAML loaders misread
surrogate pairs.
"""

import json
import re

from scimgen.source.deferred import LARGE, Unusual, read_deferred
from scimgen.source.json_faults import explain, unescaped_quote
from scimgen.source.tree import Array, Document, Fault, Member, Node, Object, Scalar, Source

MAX_DEPTH = 100
MAX_VALUES = 2_000_000

_TOKEN = re.compile(
    r"""[ \t\n\r]*(?:
      (?P<mark>[{}\[\]:,])
    | (?P<plain>"[^"\\\x00-\x1f]*")
    | (?P<escaped>"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")
    | (?P<number>-?(?:0|[1-9][0-9]*)(?P<real>\.[0-9]+(?:[eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)?)
      (?![0-9A-Za-z_.+-])
    | (?P<word>true|false|null)(?![0-9A-Za-z_])
    | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
# A member with a scalar value and what follows it. Most members are like this, so they are read in
# one step.
_MEMBER = re.compile(
    r"""[ \t\n\r]*"([^"\\\x00-\x1f]*)"[ \t\n\r]*:[ \t\n\r]*(?:
      "([^"\\\x00-\x1f]*)"
    | (-?(?:0|[1-9][0-9]{0,17}))
    | (true|false|null)
    )[ \t\n\r]*[,}]""",
    re.VERBOSE,
)
_WORDS = {"true": True, "false": False, "null": None}


class _Stop(Exception):
    """A fault that stops the reader."""

    def __init__(self, message: str, start: int, end: int, fix: str = "") -> None:
        self.fault = Fault(message, start, end, fix)

    @classmethod
    def of(cls, fault: Fault) -> "_Stop":
        """The exception for a fault."""
        return cls(fault.message, fault.start, fault.end, fault.fix)


class _Reader:
    """Reads the text in one pass.

    Open containers are on a stack, so nested values need no recursion.
    """

    def __init__(self, text: str, at: int = 0) -> None:
        self.text = text
        self.at = at
        self.name: str | None = None  # the name of the member whose colon is next
        self.names: dict[str, str] = {}

    def token(self) -> tuple[str, str, int, int]:
        """Read the next token: its kind, its text, its start and its end."""
        match = _TOKEN.match(self.text, self.at)
        if match is None:
            raise _Stop.of(explain(self.text, self.at, self.name))
        kind = match.lastgroup or "end"
        if kind == "real":
            kind = "number"
        self.at = match.end()
        return kind, match[kind], match.start(kind), match.end()

    def scalar(self, kind: str, text: str, start: int, end: int) -> Scalar:
        if kind == "plain":
            return Scalar(start, end, text[1:-1])
        if kind == "escaped":
            return Scalar(start, end, json.loads(text))
        if kind == "word":
            return Scalar(start, end, _WORDS[text])
        if len(text) > 1000:
            raise _Stop("a number of more than 1000 digits", start, end)
        return Scalar(start, end, float(text) if any(sign in text for sign in ".eE") else int(text))

    def key(self, token: tuple[str, str, int, int]) -> tuple[str, int, int]:
        kind, text, start, end = token
        if kind not in ("plain", "escaped"):
            raise _Stop(
                f"expected a member's name, not {_shown(kind, text)}", start, max(end, start + 1)
            )
        name = text[1:-1] if kind == "plain" else json.loads(text)
        self.name = name
        kind, text, at, after = self.token()
        self.name = None
        if text != ":":
            fix = "put a colon between name and value"
            if kind == "word" or text in ("}", ",") or kind == "end":
                fix = f"write {json.dumps(name)}: and its value"
            message = f"expected a colon after {json.dumps(name)}, not {_shown(kind, text)}"
            raise _Stop(message, at, max(after, at + 1), fix)
        return name, start, end

    def simple_members(self, parent: Object) -> bool:
        """Read the following members of an object up to one whose value is not a short scalar.

        Returns:
            Whether the object ended. Otherwise the next token is the name of a member, or a fault.
        """
        text, names, at, members = self.text, self.names, self.at, parent.members
        while match := _MEMBER.match(text, at):
            name, plain, number, word = match.groups()
            (_, at), (start, end), plain_at, number_at, word_at = match.regs
            if plain is not None:
                value = Scalar(plain_at[0] - 1, plain_at[1] + 1, plain)
            elif number is not None:
                value = Scalar(*number_at, int(number))
            else:
                value = Scalar(*word_at, _WORDS[word])
            members.append(Member(names.setdefault(name, name), start - 1, end + 1, value))
            if text[at - 1] == "}":
                self.at = parent.end = at
                return True
        self.at = at
        return False

    def document(self) -> Node:
        """Read the whole text."""
        root = self.value()
        kind, text, start, end = self.token()
        if kind != "end":
            fix = "put several documents in a JSON array" if text in ("{", "[") else ""
            raise _Stop(f"more text after the document: {_shown(kind, text)}", start, end, fix)
        return root

    def value(self) -> Node:
        """Read one value."""
        stack: list[Array | Object] = []
        names: list[tuple[str, int, int]] = []
        token = self.token()
        while True:
            kind, text, start, end = token
            node: Node
            if text in ("{", "["):
                if len(stack) >= MAX_DEPTH:
                    raise _Stop(f"nested deeper than {MAX_DEPTH} levels", start, end)
                opened = Object(start, end) if text == "{" else Array(start, end)
                if not isinstance(opened, Object) or not self.simple_members(opened):
                    comma = self.at - 1
                    token = self.token()
                    if token[1] != ("}" if text == "{" else "]"):
                        stack.append(opened)
                        if isinstance(opened, Object):
                            names.append(self.key(token))
                            token = self.token()
                        continue
                    if isinstance(opened, Object) and opened.members:
                        raise _Stop("a comma before }", comma, comma + 1, "remove the comma")
                    opened.end = token[3]
                node = opened
            elif kind in ("mark", "end"):
                raise _Stop(
                    f"expected a value, not {_shown(kind, text)}", start, max(end, start + 1)
                )
            else:
                node = self.scalar(kind, text, start, end)
            following = self.close(node, stack, names)
            if isinstance(following, Node):
                return following
            token = following

    def close(
        self, node: Node, stack: list[Array | Object], names: list[tuple[str, int, int]]
    ) -> tuple[str, str, int, int] | Node:
        """Add a finished value to its container.

        A container that ends here is added to its parent, and so on.

        Returns:
            The first token of the next value, or the root if no container is open.
        """
        while True:
            if not stack:
                return node
            kind, text, start, end = self.token()
            parent = stack[-1]
            if isinstance(parent, Object):
                parent.members.append(Member(*names.pop(), node))
                closing = "}"
            else:
                parent.items.append(node)
                closing = "]"
            if text == ",":
                if isinstance(parent, Object) and self.simple_members(parent):
                    stack.pop()
                    node = parent
                    continue
                comma = self.at - 1
                token = self.token()
                if token[1] in ("}", "]") and token[0] == "mark":
                    raise _Stop(f"a comma before {token[1]}", comma, comma + 1, "remove the comma")
                if isinstance(parent, Object):
                    names.append(self.key(token))
                    token = self.token()
                return token
            if text != closing or kind != "mark":
                if kind in ("plain", "escaped") and isinstance(node, Scalar) and start == node.end:
                    raise _Stop.of(unescaped_quote(start - 1))
                fix = (
                    "put a comma between values"
                    if kind not in ("end", "mark") or text in ("{", "[")
                    else ""
                )
                raise _Stop(
                    f"expected a comma or {closing}, not {_shown(kind, text)}",
                    start,
                    max(end, start + 1),
                    fix,
                )
            stack.pop()
            parent.end = end
            node = parent


def _value_at(text: str, start: int) -> Node:
    """Build the tree of the value at an offset. The text after it is not read."""
    return _Reader(text, start).value()


def _shown(kind: str, text: str) -> str:
    if kind == "end":
        return "the end of the text"
    return text if len(text) <= 40 else f"{text[:37]}…"


def read_json(name: str, text: str) -> Document:
    """Read one JSON text.

    Args:
        name: The name of the text in messages.
        text: The text, without a byte order mark.

    Returns:
        The tree, or no root and the fault that stopped the reader. A duplicate name in one object
        is not a fault here (RFC 8259 section 4: names SHOULD be unique). Both members are in the
        tree.

    >>> read_json("a.json", '{"a": [1, 2,]}').faults[0].message
    'a comma before ]'
    """
    source = Source(name, text)
    if len(text) >= LARGE:
        try:
            return Document(source, read_deferred(text, _value_at, MAX_DEPTH))
        except Unusual:
            pass  # the whole tree is built, and the fault is found with its position
    # A tree needs about a hundred times the memory of its text. Too many values are refused before
    # it is built.
    if len(text) > MAX_VALUES and sum(map(text.count, ",[{")) > MAX_VALUES:
        return Document(
            source, None, (Fault(f"more than {MAX_VALUES:,} values", 0, 1, "split the file"),)
        )
    try:
        return Document(source, _Reader(text).document())
    except _Stop as stop:
        return Document(source, None, (stop.fault,))
