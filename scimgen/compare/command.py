"""`diff`, told to a person or a program: two names in, streams and an exit code out."""

import sys

from scimgen.compare.common import in_common
from scimgen.compare.comparison import compare
from scimgen.compare.formats import FORMATS, Told, allowances, render_text, summary
from scimgen.compare.sources import Faulty, load_source
from scimgen.diagnostics import render_text as render_findings
from scimgen.source import Unreadable


def run_diff(
    old: str, new: str, *, format: str = "text", token: str | None = None, colour: bool = False, quiet: bool = False
) -> int:
    """Compare, tell, and give the exit code: 0 nothing breaks, 1 something does, 2 a side cannot be read.

    Args:
        old, new: descriptions, documents, `REV:PATH` or base URLs.
        format: `text`, `json`, `github` or `markdown`.
        token: for live servers.
        colour: whether stdout takes colour.
        quiet: whether to leave out the summary and the notes.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    if old == new == "-":
        return _fail("standard input can be read once: name a file for one of them")
    try:
        before, after = (load_source(name, token, _say) for name in (old, new))
    except Faulty as error:
        for line in render_findings(error.findings):
            print(line)
        return _fail(str(error))
    except Unreadable as error:
        return _fail(str(error))
    comparison = compare(*in_common(before, after))
    told = Told(old, new, comparison, after.app.clients or before.app.clients)
    for line in FORMATS[format](told) if format in FORMATS else render_text(told, colour):
        print(line)
    sys.stdout.flush()
    if not quiet:
        for entry, message in allowances(comparison):
            _say(f"{entry.place}: {message}" if entry.place else message)
        if format == "text":
            _say(summary(comparison))
    return 1 if comparison.breaks else 0


def _say(message: str) -> None:
    print(message, file=sys.stderr)


def _fail(message: str) -> int:
    _say(f"scimgen: {message}")
    return 2
