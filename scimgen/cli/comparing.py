"""The command `diff`: two names in, streams and an exit code out."""

import sys

from scimgen.cli.console import colour, fail, note, show
from scimgen.compare.common import in_common
from scimgen.compare.comparison import compare
from scimgen.compare.formats import FORMATS, ComparisonReport, allowances, render_text, summary
from scimgen.compare.sources import Faulty, load_source
from scimgen.source import Unreadable
from scimgen.validation.inputs import is_url


def run_diff(
    old: str,
    new: str,
    *,
    format: str = "text",
    values: bool = False,
    token: str | None = None,
    quiet: bool = False,
) -> int:
    """Compare, print the changes, and return the exit code: 0 no break, 1 a break, 2 a side cannot
    be read.

    Args:
        old, new: descriptions, documents, `REV:PATH` or base URLs.
        format: `text`, `json`, `github` or `markdown`.
        values: whether live servers are asked for their values too.
        token: for live servers.
        quiet: whether to leave out the summary and the notes.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    if old == new == "-":
        return fail("standard input can be read once: name a file for one of them")
    if values and not (is_url(old) or is_url(new)):
        return fail(
            "--values reads from a live server: give its base URL; those of descriptions are always"
            " compared"
        )
    progress = (lambda step: None) if quiet else note
    try:
        before = load_source(old, token, note, values=values, progress=progress, tolerate=note)
        after = load_source(new, token, note, values=values, progress=progress)
    except Faulty as error:
        show(error.findings)
        return fail(str(error))
    except Unreadable as error:
        return fail(str(error))
    comparison = compare(*in_common(before, after))
    report = ComparisonReport(old, new, comparison, after.app.clients or before.app.clients)
    for line in (
        FORMATS[format](report) if format in FORMATS else render_text(report, colour(sys.stdout))
    ):
        print(line)
    sys.stdout.flush()
    if not quiet:
        for entry, message in allowances(comparison):
            note(f"{entry.place}: {message}" if entry.place else message)
        if format == "text":
            note(summary(comparison))
    return 1 if comparison.breaks else 0
