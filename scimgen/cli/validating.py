"""The command `validate`: flags and settings in, streams and an exit code out."""

import gc
import sys
from pathlib import Path

from scimgen.cli.console import colour, fail, note
from scimgen.diagnostics import Severity
from scimgen.diagnostics.formats import FORMATS, render_limited
from scimgen.diagnostics.summary import summary
from scimgen.settings import Settings, SettingsError, load_settings, settings_file
from scimgen.settings.baseline import BaselineError
from scimgen.validation.run import Outcome, Request, validate

_DEFAULT_BASELINE = "scimgen-baseline.json"
# The trees live until the end: looking through them for garbage again and again took a third of the
# time.
_COLLECT_RARELY = 200_000


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
    gc.set_threshold(_COLLECT_RARELY, 20, 20)
    try:
        settings = _settings(config)
    except SettingsError as error:
        return fail(str(error))
    named = paths or tuple(str(settings.folder / path) for path in settings.paths)
    if not named:
        return fail(
            "nothing to validate: name files, a folder, - or a URL, or set paths in the settings"
        )
    least = Severity[min_severity.upper()] if min_severity else None
    if least is None:
        least = Severity.WARNING if settings.min_severity is None else settings.min_severity
    if write_baseline and not (baseline or settings.baseline):
        baseline = settings.folder / _DEFAULT_BASELINE
    request = Request(
        named,
        settings,
        clients,
        least,
        each=each,
        fix=fix,
        diff=diff,
        baseline=baseline or settings.baseline,
        write_baseline=write_baseline,
        token=token,
    )
    try:
        outcome = validate(request)
    except BaselineError as error:
        return fail(str(error))
    _tell(outcome, format, limit, quiet, diff)
    return outcome.exit_code(strict or settings.strict)


def _settings(config: Path | None) -> Settings:
    found = config or settings_file(Path.cwd())
    return load_settings(found) if found else Settings()


def _tell(outcome: Outcome, format: str, limit: int, quiet: bool, diff: bool) -> None:
    """Findings to stdout, or with `diff` the diff; all else to stderr."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.stderr.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    if format == "text":
        lines = (
            iter(outcome.diffs)
            if diff
            else render_limited(outcome.results, colour(sys.stdout), limit)
        )
    else:
        for text in outcome.diffs:
            print(text, end="", file=sys.stderr)
        lines = FORMATS[format](outcome.results)
    end = "" if diff and format == "text" else "\n"
    for line in lines:
        sys.stdout.write(line + end)
    sys.stdout.flush()
    for failure in outcome.failures:
        fail(failure)
    if not quiet:
        for line in outcome.notes:
            note(line)
        if format == "text" and (outcome.results.files or outcome.results.findings):
            note(summary(outcome.results))
