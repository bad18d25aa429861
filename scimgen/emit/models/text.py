"""Write descriptions as docstrings: wrapped, and a safe literal for any text."""

import re
import textwrap

from scimgen.emit.literals import python_string

_WIDTH = 112  # 120 in a line without the indentation and one pair of triple quotes
_SURROGATE = re.compile(
    "[\ud800-\udfff]"
)  # unpaired surrogates are invalid in UTF-8, and pydantic refuses such a docstring
_ENDS = (".", "!", "?", "…", ":", "。", "！", "？")  # noqa: RUF001 - full stops of other scripts


def docstring(text: str, indent: str = "    ") -> str:
    r'''Write a triple-quoted literal of a text.

    Lines are kept, white space is normalised, and long lines are wrapped.
    The result is empty for an empty text.

    >>> print(docstring("Who may\tsign.\n\nNot: you.", ""))
    """Who may sign.
    <BLANKLINE>
    Not: you.
    """
    >>> print(docstring('use "a"'))
    """use \"a\""""
    >>> print(docstring('a """ b'))
    """a \"\"\" b"""
    '''
    lines = [line for paragraph in text.splitlines() for line in _wrap(paragraph)]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    if not lines:
        return ""
    if len(lines) == 1:
        return f'"""{lines[0]}"""'
    rest = "".join(f"{indent if line else ''}{line}\n" for line in lines[1:])
    return f'"""{lines[0]}\n{rest}{indent}"""'


def sentence(text: str) -> str:
    """Add a full stop, unless the text already ends a sentence.

    >>> sentence("Answers tickets"), sentence("Why?"), sentence("")
    ('Answers tickets.', 'Why?', '')
    """
    stripped = text.rstrip()
    return stripped if stripped.endswith(_ENDS) or not stripped else f"{stripped}."


def _wrap(paragraph: str) -> list[str]:
    words = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", paragraph).split()
    escaped = " ".join(
        _escaped(word, '"""' in word or (word.endswith('"') and word is words[-1]))
        for word in words
    )
    return textwrap.wrap(escaped, _WIDTH, break_long_words=False, break_on_hyphens=False) or [""]


def _escaped(word: str, quotes: bool) -> str:
    """Escape a word for a string literal.

    Quotes are only escaped if they could end the docstring.
    """
    return ('\\"' if quotes else '"').join(python_string(part)[1:-1] for part in word.split('"'))
