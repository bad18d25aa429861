"""Write any text as a literal of Python or TOML, or as one line of Markdown.

`repr` escapes other characters in each release of Python, because each has its own Unicode tables.
So this module escapes a fixed set, which includes the characters that hide or reorder text.
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
    """Write a string literal as black does.

    It has double quotes, unless single quotes need fewer backslashes.

    >>> print(python_string("a"), python_string('an "a"'), python_string("it's"))
    "a" 'an "a"' "it's"
    """
    body = _HIDDEN.sub(_escape, text.replace("\\", "\\\\"))
    if body.count('"') > body.count("'"):
        return "'" + body.replace("'", "\\'") + "'"
    return '"' + body.replace('"', '\\"') + '"'


def toml_string(text: str) -> str:
    """Write a basic string of TOML.

    >>> print(toml_string('an "a"'))
    "an \\"a\\""
    """
    body = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", body) + '"'


def one_line(text: str) -> str:
    """Put text on one line, so that it cannot end a comment or a heading.

    >>> one_line("a\\n#  b")
    'a # b'
    """
    return " ".join(_HIDDEN.sub(" ", text).split())


def markdown(text: str) -> str:
    """Put text on one line of Markdown, with all markup escaped.

    >>> print(markdown("a | *b*"))
    a \\| \\*b\\*
    >>> print(markdown("- a: b"), markdown("1. c"))
    \\- a: b 1\\. c
    """
    escaped = re.sub(r"([\\`*_{}\[\]<>()#+!|~&])", r"\\\1", one_line(text))
    # A hyphen, an equals sign or a number at the start of a line would make a list or a heading.
    return re.sub(r"^(?:(?=[-=])|(\d+)(?=\.))", r"\1\\", escaped)


def visible(text: str) -> str:
    """Escape hidden characters in text of several lines, such as JSON.

    >>> print(visible('{"a": "\u202e"}'))
    {"a": "\\u202e"}
    """
    return re.sub(
        _HIDDEN, lambda found: found[0] if found[0] == "\n" else f"\\u{ord(found[0]):04x}", text
    )
