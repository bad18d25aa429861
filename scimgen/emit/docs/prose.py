"""Our own sentences with places for a description's words in them, told once for HTML and Markdown.

What stands in `**` is strong and what stands in backticks is code; that is looked for in our text alone, never in what
is put into it.
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
    """A sentence as runs.

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
