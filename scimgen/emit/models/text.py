"""Descriptions as docstrings: wrapped for reading, and a safe literal whatever stands in them."""

import textwrap

from scimgen.emit.literals import python_string

_WIDTH = 112  # of the 120 in a line: the indentation and one pair of triple quotes off


def docstring(text: str, indent: str = "    ") -> str:
    r"""A triple-quoted literal of the text, its lines kept, white space and long lines evened out; empty for no text.

    >>> print(docstring("Who may\tsign.\n\nNot: you."))
    \"""Who may sign.
    <BLANKLINE>
        Not: you.
        \"""
    >>> print(docstring('a \""" b \\'), docstring('say "a"'))
    \"""a \"\"\" b \\\""" \"""say "a\"\"""
    """
    lines = [line for paragraph in text.splitlines() for line in _wrap(paragraph)]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    if not lines:
        return ""
    if len(lines) > 1:
        return '"""' + "".join(f"{indent if line and at else ''}{line}\n" for at, line in enumerate(lines)) + f'{indent}"""'
    last = lines[0]
    return '"""' + (last[:-1] + '\\"' if last.endswith('"') else last) + '"""'


def sentence(text: str) -> str:
    """The text with a full stop, if it ends in a letter or digit.

    >>> sentence("Answers tickets"), sentence("Why?")
    ('Answers tickets.', 'Why?')
    """
    stripped = text.rstrip()
    return f"{stripped}." if stripped[-1:].isalnum() else stripped


def _wrap(paragraph: str) -> list[str]:
    words = " ".join(map(_escaped, paragraph.split()))
    return textwrap.wrap(words, _WIDTH, break_long_words=False, break_on_hyphens=False) or [""]


def _escaped(word: str) -> str:
    """Escaped as in a string literal, but quotes only where three of them would end the docstring."""
    body = '"'.join(python_string(part)[1:-1] for part in word.split('"'))
    return body.replace('"""', '\\"\\"\\"')
