"""Hostile text as data: a name or description as a literal of Python, TOML, or one line of prose.

What is printable differs between Python's releases (each has its own Unicode tables), so `repr`
would not give the same bytes everywhere: here it is a fixed set of characters that are escaped,
those among it that reorder or hide text.
"""

import re

# Controls, soft hyphen, zero-width and bidirectional marks, line separators, surrogates, byte order
# mark, annotations.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return _SHORT.get(found[0]) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def python_string(text: str) -> str:
    """A string literal as black writes it: in double quotes unless that costs more backslashes.

    >>> print(python_string("a"), python_string('an "a"'), python_string("it's"))
    "a" 'an "a"' "it's"
    """
    body = _HIDDEN.sub(_escape, text.replace("\\", "\\\\"))
    if body.count('"') > body.count("'"):
        return "'" + body.replace("'", "\\'") + "'"
    return '"' + body.replace('"', '\\"') + '"'


def toml_string(text: str) -> str:
    """A basic string of TOML.

    >>> print(toml_string('an "a"'))
    "an \\"a\\""
    """
    body = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", body) + '"'


def one_line(text: str) -> str:
    """Text on one line, without what a comment or a heading could be broken out of by.

    >>> one_line("a\\n#  b")
    'a # b'
    """
    return " ".join(_HIDDEN.sub(" ", text).split())


def markdown(text: str) -> str:
    """Text on one line of Markdown in which nothing is markup.

    >>> print(markdown("a | *b*"))
    a \\| \\*b\\*
    >>> print(markdown("- a: b"), markdown("1. c"))
    \\- a: b 1\\. c
    """
    escaped = re.sub(r"([\\`*_{}\[\]<>()#+!|~&])", r"\\\1", one_line(text))
    # A hyphen, an equals sign or a number at the start of a line would make a list or a heading.
    return re.sub(r"^(?:(?=[-=])|(\d+)(?=\.))", r"\1\\", escaped)


def visible(text: str) -> str:
    """Text of several lines, such as JSON, in which nothing is hidden or reordered.

    >>> print(visible('{"a": "\u202e"}'))
    {"a": "\\u202e"}
    """
    return re.sub(
        _HIDDEN, lambda found: found[0] if found[0] == "\n" else f"\\u{ord(found[0]):04x}", text
    )
