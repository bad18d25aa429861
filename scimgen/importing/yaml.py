"""A page as YAML, written for people: short things on one line, comments where they belong, every text quoted so that
scimgen's own reader (YAML 1.2's core schema) gives it back unchanged, and YAML 1.1 readers do too.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from scimgen.source import pointer_step

WIDTH = 120
MOST_COMMENTS = 40
_PLAIN = re.compile(r"[^\W\d_](?:[\w./@$+~-]|:(?=\w)|[ ](?=[\w(])|\((?=\w)|(?<=\w)\)|(?<=\w)'(?=\w)|/)*\Z|/[\w.~-]+\Z")
# What YAML 1.1 reads as a boolean, nothing or a number, though 1.2's core schema has it as text.
_WORDS = re.compile(r"(?:y|n|yes|no|on|off|true|false|null|nan|inf)\Z", re.IGNORECASE)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


def scalar(value: Any) -> str:
    """One scalar, so that it can stand in a flow collection too.

    >>> [scalar(value) for value in ("plain text", "no", "1.0", "it's: so", "two\\nlines", True, 2.5)]
    ['plain text', "'no'", "'1.0'", "'it''s: so'", '"two\\\\nlines"', 'true', '2.5']
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return repr(value)
    if not value.isprintable():
        return '"' + "".join(map(_escaped, value)) + '"'
    if _PLAIN.match(value) and not _WORDS.match(value):
        return value
    return "'" + value.replace("'", "''") + "'"


def _escaped(char: str) -> str:
    """A character of a double-quoted scalar (YAML 1.2 section 5.7)."""
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def flow(value: Any) -> str:
    """A value on one line.

    >>> flow({"type": "string", "canonicalValues": ["a", "b, c"]})
    "{type: string, canonicalValues: [a, 'b, c']}"
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def comment(text: str, indent: str) -> Iterator[str]:
    """A comment, folded to the width; nothing in it can end it."""
    line = f"{indent}#"
    for word in "".join(char if char.isprintable() else " " for char in text).split():
        if len(line) + len(word) + 1 > WIDTH and not line.endswith("#"):
            yield line
            line = f"{indent}#  "
        line += f" {word}"
    yield line


class Writer:
    """Writes one page.

    Args:
        comments: what to say above the value at a JSON pointer, "" for the page's head.
    """

    def __init__(self, comments: Mapping[str, list[str]]) -> None:
        self.comments = comments

    def page(self, page: Mapping[str, Any]) -> str:
        """The whole page; a blank line before each part that takes more than one."""
        lines = list(self._comments("", ""))
        for key, value in page.items():
            part = list(self._member(key, value, "", ""))
            if lines and len(part) > 1:
                lines.append("")
            lines.extend(part)
        return "\n".join(lines) + "\n"

    def _comments(self, pointer: str, indent: str) -> Iterator[str]:
        said = self.comments.get(pointer, [])
        for line in said[:MOST_COMMENTS]:
            yield from comment(line, indent)
        if len(said) > MOST_COMMENTS:
            yield f"{indent}# and {len(said) - MOST_COMMENTS} more of the kind"

    def _member(self, key: str, value: Any, pointer: str, indent: str) -> Iterator[str]:
        here = pointer_step(pointer, key)
        yield from self._comments(here, indent)
        head = f"{indent}{scalar(key)}:"
        inline = f"{head} {flow(value)}"
        short = not isinstance(value, dict | list) or not value
        if short or (not self._is_block(here, value) and len(inline) <= WIDTH):
            yield inline
        elif isinstance(value, dict):
            yield head
            for name, part in value.items():
                yield from self._member(name, part, here, f"{indent}  ")
        else:
            yield head
            for item in value:
                yield from self._item(item, f"{indent}  ")

    def _item(self, item: Any, indent: str) -> Iterator[str]:
        """An item of a list: a row of values, or a scalar."""
        inline = f"{indent}- {flow(item)}"
        if len(inline) <= WIDTH or not isinstance(item, dict) or not item:
            yield inline
            return
        lead = f"{indent}- "
        for key, value in item.items():
            yield f"{lead}{scalar(key)}: {flow(value)}"
            lead = f"{indent}  "

    def _is_block(self, pointer: str, value: Any) -> bool:
        """Whether a value takes lines of its own however short: types, their attributes, lists of values."""
        steps = pointer.split("/")[1:]
        if any(name.startswith(f"{pointer}/") for name in self.comments):
            return True
        if isinstance(value, list):
            return any(isinstance(item, dict) for item in value)
        owner = 1 if steps[0] in ("user", "group", "roles") else 2
        inner = steps[owner:]
        if not inner or inner == ["attributes"] or (inner[0] == "extensions" and len(inner) <= 3):
            return True
        return inner[-1:] == ["attributes"] and inner[0] in ("base", "enterprise") and len(inner) == 2
