"""Findings as text.

`file:line:column: severity[rule] message`, the line, carets under the value, and the fix.
"""

from collections.abc import Iterable, Iterator
from unicodedata import combining, east_asian_width

from scimgen.diagnostics.diagnostic import Diagnostic, Severity
from scimgen.place import Place

_COLOURS = {Severity.ERROR: "\x1b[31m", Severity.WARNING: "\x1b[33m", Severity.INFO: "\x1b[36m"}
_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_WIDTH = 110


def printable(text: str) -> str:
    """Escape line breaks and control characters, so that a text cannot change the terminal.

    >>> printable("a\\x1b[31m\\nb")
    'a\\\\x1b[31m\\\\nb'
    """
    return "".join(
        char if char.isprintable() and not "\ud800" <= char <= "\udfff" else repr(char)[1:-1]
        for char in text
    )


def count(number: int, noun: str) -> str:
    """A number and its noun.

    >>> count(1, "file"), count(2, "file")
    ('1 file', '2 files')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _columns(parts: Iterable[str]) -> int:
    """The width of texts in terminal columns.

    A wide character takes two, and a combining one none.
    """
    return sum(_width(char) for part in parts for char in part)


def _width(char: str) -> int:
    if combining(char):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def excerpt(place: Place) -> tuple[str, str]:
    """The line of a place, cut to the width of a screen, and the line of carets below it.

    >>> excerpt(Place("a", 1, 6, 1, 9, "app: crm"))
    ('app: crm', '     ^^^')
    """
    line = [printable(char) for char in place.excerpt.replace("\t", " ")]
    first = place.column - place.excerpt_column
    last = (
        place.end_column - place.excerpt_column
        if place.end_line == place.line
        else len(place.excerpt.rstrip())
    )
    fits = place.excerpt_column == 1 and _columns(line) <= _WIDTH
    begin = 0 if fits else _within(line[:first][::-1], _WIDTH // 2, first, -1)
    end = len(line) if fits else _within(line[begin:], _WIDTH, begin, 1)
    head = "…" if begin or place.excerpt_column > 1 else ""
    tail = "…" if end < len(line) else ""
    carets = _columns(line[first : min(max(last, first + 1), end)])
    return f"{head}{''.join(line[begin:end])}{tail}", " " * _columns(
        [head, *line[begin:first]]
    ) + "^" * max(1, carets)


def _within(chars: list[str], width: int, start: int, step: int) -> int:
    """The index after as many characters from `start` as fit into `width` columns."""
    at = start
    for char in chars:
        width -= _columns([char])
        if width < 0:
            break
        at += step
    return at


def _finding(finding: Diagnostic, colour: bool) -> Iterator[str]:
    bold, dim, reset = (_BOLD, _DIM, _RESET) if colour else ("", "", "")
    tint = _COLOURS[finding.severity] if colour else ""
    where = printable(str(finding.place))
    yield (
        f"{bold}{where}:{reset} {tint}{finding.severity}[{finding.rule}]{reset}"
        f" {printable(finding.message)}"
    )
    if finding.place.excerpt.strip():
        line, carets = excerpt(finding.place)
        number = str(finding.place.line)
        yield f"{dim}{number} |{reset} {line}"
        yield f"{dim}{' ' * len(number)} |{reset} {tint}{carets}{reset}"
    if finding.fix:
        yield f"  {dim}={reset} {printable(finding.fix)}"
    if finding.source:
        yield f"  {dim}= {printable(finding.source)}{reset}"


def render_text(findings: Iterable[Diagnostic], colour: bool = False) -> Iterator[str]:
    """Write every finding as lines of text, with a blank line after each."""
    for finding in findings:
        yield from _finding(finding, colour)
        yield ""
