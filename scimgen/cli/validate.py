"""`scimgen validate`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scimgen.cli.console import colour, fail, note
from scimgen.cli.options import Client, Token

if TYPE_CHECKING:
    from scimgen.diagnostics import Severity
    from scimgen.settings import Settings
    from scimgen.validation.run import Outcome

_DEFAULT_BASELINE = "scimgen-baseline.json"
_NOTHING_NAMED = (
    "nothing to validate: name files, a folder, - or a URL, or set paths in the settings"
)
# Most objects live until the end. Frequent garbage collection took a third of the time.
_COLLECT_RARELY = 200_000


class FindingFormat(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    JUNIT = "junit"


class Least(StrEnum):
    """The least severity that is shown."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH…",
        help="Files, folders, - for standard input, or the base URL of a live server; "
        "together they are one service provider. Left out: the paths of the settings.",
    ),
]
Clients = Annotated[
    list[Client] | None,
    typer.Option(help="A client whose rules apply as well; may be repeated."),
]
FormatOption = Annotated[
    FindingFormat, typer.Option("--format", "-f", help="How findings are written.")
]
MinSeverity = Annotated[
    Least | None, typer.Option(help="The least severity that is shown; warning if left out.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit 1 on warnings too.")]
Each = Annotated[
    bool,
    typer.Option("--each", help="Check each file alone: they are not one service provider."),
]
Fix = Annotated[
    bool, typer.Option("--fix", help="Fix what has exactly one right answer, and nothing else.")
]
Diff = Annotated[bool, typer.Option("--diff", help="Show what --fix would change; write nothing.")]
Baseline = Annotated[
    Path | None,
    typer.Option(
        help="Do not show the findings in this file; --write-baseline writes it.",
        show_default=False,
    ),
]
WriteBaseline = Annotated[
    bool,
    typer.Option(
        "--write-baseline", help="Write the findings to the baseline, and do not show them."
    ),
]
Config = Annotated[
    Path | None, typer.Option(help="The settings; found in this folder or above if left out.")
]
Limit = Annotated[
    int,
    typer.Option(
        min=0, help="How many findings of one rule in one file the text shows; 0 for all."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Findings only, no summary.")]


def validate(
    paths: Paths = None,
    client: Clients = None,
    format: FormatOption = FindingFormat.TEXT,
    min_severity: MinSeverity = None,
    strict: Strict = False,
    each: Each = False,
    fix: Fix = False,
    diff: Diff = False,
    baseline: Baseline = None,
    write_baseline: WriteBaseline = False,
    config: Config = None,
    token: Token = None,
    limit: Limit = 10,
    quiet: Quiet = False,
) -> None:
    """Check SCIM documents, descriptions and live servers.

    Exit code 0: fine; 1: errors found (with --strict, warnings too); 2: something could not be
    read.

    Examples:

      scimgen validate Schemas.json ResourceTypes.json --client okta

      scimgen validate https://crm.example/scim/v2 --client entra

      scimgen validate Schemas.json --diff, then --fix  ·  scimgen validate samples/ --each

      scimgen validate scim/ --format sarif > scim.sarif  ·  with --baseline known.json
    """
    code = run_validate(
        tuple(paths or ()),
        clients=tuple(map(str, client or ())),
        format=str(format),
        min_severity=str(min_severity) if min_severity else None,
        strict=strict,
        each=each,
        fix=fix,
        diff=diff,
        baseline=baseline,
        write_baseline=write_baseline,
        config=config,
        token=token,
        limit=limit,
        quiet=quiet,
    )
    raise typer.Exit(code)


def run_validate(
    paths: tuple[str, ...],
    *,
    clients: tuple[str, ...] = (),
    format: str = "text",
    min_severity: str | None = None,
    strict: bool = False,
    each: bool = False,
    fix: bool = False,
    diff: bool = False,
    baseline: Path | None = None,
    write_baseline: bool = False,
    config: Path | None = None,
    token: str | None = None,
    limit: int = 10,
    quiet: bool = False,
) -> int:
    """Validate, print the findings, and return the exit code; see `scimgen validate --help`."""
    import gc

    from scimgen.errors import ScimgenError
    from scimgen.validation.run import Request
    from scimgen.validation.run import validate as run_validation

    gc.set_threshold(_COLLECT_RARELY, 20, 20)
    try:
        settings = _settings(config)
        named = paths or tuple(str(settings.folder / path) for path in settings.paths)
        if not named:
            return fail(_NOTHING_NAMED)
        request = Request(
            named,
            settings,
            clients,
            _least(min_severity, settings),
            each=each,
            fix=fix,
            diff=diff,
            baseline=_baseline(baseline, write_baseline, settings),
            write_baseline=write_baseline,
            token=token,
        )
        outcome = run_validation(request)
    except ScimgenError as error:
        return fail(str(error))
    _print(outcome, format, limit, quiet, diff)
    return outcome.exit_code(strict or settings.strict)


def _settings(config: Path | None) -> "Settings":
    from scimgen.settings import Settings, load_settings, settings_file

    found = config or settings_file(Path.cwd())
    return load_settings(found) if found else Settings()


def _least(option: str | None, settings: "Settings") -> "Severity":
    """The least severity to show: of the option, else of the settings, else warning."""
    from scimgen.diagnostics import Severity

    if option:
        return Severity[option.upper()]
    return Severity.WARNING if settings.min_severity is None else settings.min_severity


def _baseline(option: Path | None, is_written: bool, settings: "Settings") -> Path | None:
    """The baseline: of the option, of the settings, or the default if it is to be written."""
    default = settings.folder / _DEFAULT_BASELINE if is_written else None
    return option or settings.baseline or default


def _print(outcome: "Outcome", format: str, limit: int, quiet: bool, diff: bool) -> None:
    """Print findings on stdout, or with `diff` the diff, and everything else on stderr."""
    import sys

    from scimgen.diagnostics.formats import FORMATS, render_limited
    from scimgen.diagnostics.summary import summary

    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    if format == "text" and diff:
        sys.stdout.writelines(outcome.diffs)
    else:
        if format == "text":
            lines = render_limited(outcome.results, colour(sys.stdout), limit)
        else:
            sys.stderr.writelines(outcome.diffs)
            lines = FORMATS[format](outcome.results)
        for line in lines:
            sys.stdout.write(line + "\n")
    sys.stdout.flush()
    for failure in outcome.failures:
        fail(failure)
    if quiet:
        return
    for line in outcome.notes:
        note(line)
    if format == "text" and (outcome.results.files or outcome.results.findings):
        note(summary(outcome.results))
