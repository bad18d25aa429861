"""Sentences with placeholders for texts of a description, in one form for HTML and Markdown.

Text in `**` is strong, and text in backticks is code. This markup only applies to our sentences,
not to the inserted texts.
"""

import re
from typing import NamedTuple

from scimgen.emit.literals import one_line

_MARKED = re.compile(r"\*\*(?P<strong>[^*]+)\*\*|`(?P<code>[^`]+)`")


class Run(NamedTuple):
    """A piece of a sentence: `style` is "", `strong` or `code`."""

    text: str
    style: str = ""


Prose = tuple[Run, ...]


def prose(sentence: str, **words: object) -> Prose:
    """Split a sentence into runs, and fill in the placeholders.

    >>> prose("Tick **Save** at `{url}`.", url="https://**x**")[3]
    Run(text='https://**x**', style='code')
    """
    filled = {name: one_line(str(word)) for name, word in words.items()}
    runs = []
    at = 0
    for found in _MARKED.finditer(sentence):
        runs.append(Run(sentence[at : found.start()].format(**filled)))
        style = "strong" if found["strong"] else "code"
        runs.append(Run((found["strong"] or found["code"]).format(**filled), style))
        at = found.end()
    runs.append(Run(sentence[at:].format(**filled)))
    return tuple(run for run in runs if run.text)
