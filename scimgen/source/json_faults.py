"""Explain why a text is not JSON: what is there, where, and what to write instead."""

import re
import unicodedata

from scimgen.source.tree import Fault

_BLANK = re.compile(r"[ \t\n\r]*")
_STRING_PART = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*')
_WORD = re.compile(r"[-+.\w]+")
_NUMBER = re.compile(r"[-+]?[0-9._]+(?:[eE][-+]?[0-9]*)?\Z|[-+]?0[xob][0-9a-fA-F]+\Z")
_LITERALS = {
    "true": "true",
    "false": "false",
    "null": "null",
    "none": "null",
    "nil": "null",
    "undefined": "null",
}
_BOOLEANS = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_DOUBLE = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02"
_SINGLE = "'`\u2018\u2019\u201a\u201b"
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad"
_SHOWN = 40


def explain(text: str, at: int, key: str | None = None) -> Fault:
    """Explain a text that has no token of JSON at an offset.

    Args:
        text: The whole text.
        at: The offset where a token must begin, after blanks.
        key: The name of the member if a colon must follow it, otherwise None.
    """
    blank = _BLANK.match(text, at)
    start = blank.end() if blank else at
    rest = text[start : start + _SHOWN]
    if rest.startswith(("//", "/*", "#")):
        return Fault("JSON has no comments", start, start + 1, "remove the comment")
    return _character(text, start) or _after_a_string(text, start, key) or _value(text, start)


def unescaped_quote(at: int) -> Fault:
    """The fault of a quotation mark inside a string."""
    return Fault(
        "a quotation mark inside a string",
        at,
        at + 1,
        'write \\" for each quotation mark inside a string',
    )


def _character(text: str, start: int) -> Fault | None:
    """Explain a character that begins no value, or None."""
    char = text[start]
    if char in _DOUBLE:
        return _typographic(text, start)
    if (
        char in _INVISIBLE
        or unicodedata.category(char) in ("Zs", "Zl", "Zp")
        or char in "\x0b\x0c\x85"
    ):
        fix = "remove it" if char in _INVISIBLE else "write a space instead"
        return Fault(f"a {_name(char)} outside of a string", start, start + 1, fix)
    if char == ";":
        following = _BLANK.match(text, start + 1)
        after = text[following.end() : following.end() + 1] if following else ""
        fix = "remove it" if after in ("", "}", "]", ",") else "write a comma instead"
        return Fault("JSON has no semicolons", start, start + 1, fix)
    if char == "=":
        return Fault("JSON has no equals sign", start, start + 1, "write a colon instead")
    if text.startswith(("...", "\u2026"), start):
        return Fault(
            "an ellipsis is not JSON", start, start + 1, "write the values out, or remove it"
        )
    return None


def _name(char: str) -> str:
    """The name of an invisible character with its code point."""
    known = {"\u00a0": "no-break space", "\ufeff": "byte order mark"}
    name = known.get(char) or unicodedata.name(char, "control character").lower()
    return f"{name} (U+{ord(char):04X})"


def _typographic(text: str, at: int) -> Fault:
    return Fault(f"{text[at]} is not a quotation mark of JSON", at, at + 1, 'write " instead')


def _after_a_string(text: str, start: int, key: str | None) -> Fault | None:
    """Explain what follows a string without a comma, or None."""
    end = start
    while end and text[end - 1] in " \t\n\r":
        end -= 1
    if text[end - 1 : end] != '"':
        return None
    last = end - 1
    marks = _marks_in(text, text.rfind('"', 0, last), last)
    if marks is not None:
        return marks
    word = _WORD.match(text, start)
    if key is not None or "\n" in text[end:start]:
        return None
    if word and (word[0] in _LITERALS or _NUMBER.match(word[0])):
        return None
    single = text[start] in _SINGLE
    return None if single else unescaped_quote(last)


def _marks_in(text: str, start: int, end: int) -> Fault | None:
    """The fault of a typographic quotation mark that should end a string, or None.

    A pair of such marks inside a string is text.
    """
    for at in range(max(start, 0), end):
        if text[at] in _DOUBLE:
            ends = text[at + 1 : at + 2] in (":", ",", "}", "]", "\r", "\n")
            return _typographic(text, at) if ends else None
    return None


def _value(text: str, start: int) -> Fault:
    """Explain something in the place of a value."""
    if text[start] in _SINGLE:
        return Fault(
            "JSON strings need double quotes", start, start + 1, f'write " instead of {text[start]}'
        )
    if text[start] == '"':
        return _broken_string(text, start)
    word = _WORD.match(text, start)
    if not word:
        return Fault(f"unexpected {text[start]!r}", start, start + 1)
    found, end = word[0][:_SHOWN], min(word.end(), start + _SHOWN)
    lower = found.lower()
    right = _LITERALS.get(lower) or _BOOLEANS.get(lower)
    if right:
        return Fault(f"{found} is not JSON", start, end, f"write {right}")
    if lower.lstrip("-+") in ("nan", "infinity", "inf"):
        return Fault(f"{found} is not a JSON value", start, end, "write a number or null")
    if _NUMBER.match(found):
        return Fault(
            f"{found} is not a JSON number",
            start,
            end,
            "write it without +, leading zeros or a final point",
        )
    return Fault(f"{found} is not a JSON value", start, end, "put text in double quotes")


def _broken_string(text: str, start: int) -> Fault:
    """Explain a string that does not end, or has an invalid character."""
    good = _STRING_PART.match(text, start)
    at = good.end() if good else start + 1
    marks = _marks_in(text, start, at)
    if marks is not None and (at >= len(text) or text[at] in "\r\n"):
        return marks
    if at >= len(text):
        return Fault("the text ends inside a string", start, at, 'close it with "')
    if text[at] == "\\":
        return Fault("unknown escape in a string", at, at + 2, "write \\\\ for a backslash")
    if text[at] in "\r\n":
        if text[start - 1 : start] == '"':
            return unescaped_quote(start - 1)
        return Fault("a line break in a string", start, at, 'close it with ", or write \\n')
    return Fault("a control character in a string", at, at + 1, f"write \\u{ord(text[at]):04x}")
