"""Write a description as readable YAML.

Short values are on one line. Comments are above the values that they belong to.

Texts are quoted if necessary, so that both YAML 1.1 and YAML 1.2 readers return them unchanged.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from scimgen.source import pointer_step

WIDTH = 120
MOST_COMMENTS = 40
_PLAIN = re.compile(
    r"[^\W\d_](?:[\w./@$+~-]|:(?=\w)|["
    r" ](?=[\w(])|\((?=\w)|(?<=\w)\)|(?<=\w)'(?=\w)|/)*\Z|/[\w.~-]+\Z"
)
# Words that YAML 1.1 reads as a boolean, null or number, and the core schema of YAML 1.2 as text.
_WORDS = re.compile(r"(?:y|n|yes|no|on|off|true|false|null|nan|inf)\Z", re.IGNORECASE)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


def scalar(value: Any) -> str:
    """Write one scalar in a form that is also valid in a flow collection.

    >>> [scalar(value) for value in ("plain text", "no", "1.0", "it's: so", "two\\nlines")]
    ['plain text', "'no'", "'1.0'", "'it''s: so'", '"two\\\\nlines"']
    >>> scalar(True), scalar(2.5)
    ('true', '2.5')
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
    """Escape a character for a double-quoted scalar (YAML 1.2 section 5.7)."""
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def flow(value: Any) -> str:
    """Write a value on one line.

    >>> flow({"type": "string", "canonicalValues": ["a", "b, c"]})
    "{type: string, canonicalValues: [a, 'b, c']}"
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def comment(text: str, indent: str) -> Iterator[str]:
    """Write a comment, wrapped to the line width. The text cannot end the comment."""
    line = f"{indent}#"
    for word in "".join(char if char.isprintable() else " " for char in text).split():
        if len(line) + len(word) + 1 > WIDTH and not line.endswith("#"):
            yield line
            line = f"{indent}#  "
        line += f" {word}"
    yield line


class Writer:
    """Writes one description.

    Args:
        comments: The comment lines above the value at a JSON pointer. "" is the start of the
            description.
    """

    def __init__(self, comments: Mapping[str, list[str]]) -> None:
        self.comments = comments

    def page(self, page: Mapping[str, Any]) -> str:
        """Write the whole description, with a blank line before each part of more than one line."""
        lines = list(self._comments("", ""))
        for key, value in page.items():
            part = list(self._member(key, value, "", ""))
            if lines and len(part) > 1:
                lines.append("")
            lines.extend(part)
        return "\n".join(lines) + "\n"

    def _comments(self, pointer: str, indent: str) -> Iterator[str]:
        lines = self.comments.get(pointer, [])
        for line in lines[:MOST_COMMENTS]:
            yield from comment(line, indent)
        if len(lines) > MOST_COMMENTS:
            yield f"{indent}# and {len(lines) - MOST_COMMENTS} more notes"

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
        """Write an item of a list: a row of values, or a scalar."""
        inline = f"{indent}- {flow(item)}"
        if len(inline) <= WIDTH or not isinstance(item, dict) or not item:
            yield inline
            return
        lead = f"{indent}- "
        for key, value in item.items():
            yield f"{lead}{scalar(key)}: {flow(value)}"
            lead = f"{indent}  "

    def _is_block(self, pointer: str, value: Any) -> bool:
        """Whether a value is written on separate lines even if it is short.

        These are types, attributes and lists of values.
        """
        steps = pointer.split("/")[1:]
        if any(name.startswith(f"{pointer}/") for name in self.comments):
            return True
        if isinstance(value, list):
            return any(isinstance(item, dict) for item in value)
        owner = 1 if steps[0] in ("user", "group", "roles") else 2
        inner = steps[owner:]
        if not inner or inner == ["attributes"] or (inner[0] == "extensions" and len(inner) <= 3):
            return True
        return (
            inner[-1:] == ["attributes"] and inner[0] in ("base", "enterprise") and len(inner) == 2
        )
