"""`scimgen diff`."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from scimgen.cli.console import colour, fail, note, show
from scimgen.cli.options import Token

if TYPE_CHECKING:
    from scimgen.comparison.common import Loaded
    from scimgen.comparison.formats import ComparisonReport


class ChangeFormat(StrEnum):
    """How changes are written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    MARKDOWN = "markdown"


_SIDE = (
    "a description, SCIM documents in a file or folder, a git revision (REV:PATH), or a live"
    " server's base URL."
)


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help=f"What clients know now: {_SIDE}")],
    new: Annotated[str, typer.Argument(metavar="NEW", help=f"What replaces it: {_SIDE}")],
    format: Annotated[
        ChangeFormat, typer.Option("--format", "-f", help="How changes are written.")
    ] = ChangeFormat.TEXT,
    values: Annotated[
        bool,
        typer.Option(
            "--values", help="Also compare the values of roles and entitlements of live servers."
        ),
    ] = False,
    token: Token = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Changes only, no summary.")] = False,
) -> None:
    """Show what changed, whether it breaks stored data or clients, and what to do about it.

    Intended breaks are listed in the new description under allowedBreaks, with their reason, and so
    are renames.

    Exit code 0: nothing breaks; 1: a breaking change that is not allowed; 2: OLD or NEW could not
    be read.

    Examples:

      scimgen diff main:crm.scim.yaml crm.scim.yaml

      scimgen diff https://crm.example/scim/v2 crm.scim.yaml --values

      scimgen diff old/Schemas.json new/ --format markdown
    """
    code = run_diff(old, new, format=str(format), values=values, token=token, quiet=quiet)
    raise typer.Exit(code)


def run_diff(
    old: str,
    new: str,
    *,
    format: str = "text",
    values: bool = False,
    token: str | None = None,
    quiet: bool = False,
) -> int:
    """Compare, print the changes, and return the exit code; see `scimgen diff --help`."""
    import sys

    from scimgen.comparison.common import in_common
    from scimgen.comparison.comparison import compare
    from scimgen.comparison.formats import ComparisonReport
    from scimgen.comparison.sources import Faulty
    from scimgen.errors import ScimgenError
    from scimgen.validation.inputs import is_url

    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    if old == new == "-":
        return fail("standard input can be read once: name a file for one of them")
    if values and not (is_url(old) or is_url(new)):
        return fail(
            "--values reads from a live server: give its base URL; those of descriptions are always"
            " compared"
        )
    try:
        before, after = _load(old, new, token, values, quiet)
    except Faulty as error:
        show(error.findings)
        return fail(str(error))
    except ScimgenError as error:
        return fail(str(error))
    comparison = compare(*in_common(before, after))
    clients = after.app.clients or before.app.clients
    _print(ComparisonReport(old, new, comparison, clients), format, quiet)
    return 1 if comparison.breaks else 0


def _load(
    old: str, new: str, token: str | None, values: bool, quiet: bool
) -> "tuple[Loaded, Loaded]":
    """Read both sides. Faults of documents on the old side are only reported.

    Raises:
        Unreadable, Faulty: a side cannot be read, or there is nothing to compare.
    """
    from scimgen.comparison.common import check_comparable
    from scimgen.comparison.sources import load_source

    progress = (lambda step: None) if quiet else note
    before = load_source(old, token, note, values=values, progress=progress, tolerate=note)
    after = load_source(new, token, note, values=values, progress=progress)
    check_comparable(before, after, note)
    return before, after


def _print(report: "ComparisonReport", format: str, quiet: bool) -> None:
    """Print the changes on stdout, and the notes and the summary on stderr."""
    import sys

    from scimgen.comparison.formats import FORMATS, allowances, render_text, summary

    if format in FORMATS:
        lines = FORMATS[format](report)
    else:
        lines = render_text(report, colour(sys.stdout))
    for line in lines:
        print(line)
    sys.stdout.flush()
    if quiet:
        return
    for entry, message in allowances(report.comparison):
        note(f"{entry.place}: {message}" if entry.place else message)
    if format == "text":
        note(summary(report.comparison))
