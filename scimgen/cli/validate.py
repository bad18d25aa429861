"""`scimgen validate`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scimgen.clients import CLIENTS

if TYPE_CHECKING:
    Client = str
else:
    Client = StrEnum("Client", {name.upper(): name for name in CLIENTS})
    # typer lists and completes the members. A type checker cannot read the table.


class Format(StrEnum):
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


def validate(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH…",
            help="Files, folders, - for standard input, or the base URL of a live server; "
            "together they are one service provider. Left out: the paths of the settings.",
        ),
    ] = None,
    client: Annotated[
        list[Client] | None,
        typer.Option(help="Whose rules apply besides the RFCs'; may be repeated."),
    ] = None,
    format: Annotated[
        Format, typer.Option("--format", "-f", help="How findings are written.")
    ] = Format.TEXT,
    min_severity: Annotated[
        Least | None, typer.Option(help="The least severity that is shown; warning if left out.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 on warnings too.")] = False,
    each: Annotated[
        bool,
        typer.Option(
            "--each", help="Take every file on its own: they are not one service provider."
        ),
    ] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Fix what has exactly one right answer, and nothing else.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what --fix would change; write nothing.")
    ] = False,
    baseline: Annotated[
        Path | None,
        typer.Option(
            help="Keep back the findings that this file lists; --write-baseline makes it.",
            show_default=False,
        ),
    ] = None,
    write_baseline: Annotated[
        bool,
        typer.Option(
            "--write-baseline", help="Write the findings to the baseline, as those to keep back."
        ),
    ] = False,
    config: Annotated[
        Path | None, typer.Option(help="The settings; found in this folder or above if left out.")
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(help="The bearer token for a live server; SCIMGEN_TOKEN if left out."),
    ] = None,
    limit: Annotated[
        int,
        typer.Option(
            min=0, help="How many findings of one rule in one file the text shows; 0 for all."
        ),
    ] = 10,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Findings only, no summary.")
    ] = False,
) -> None:
    """Check SCIM documents, descriptions and live servers: what is wrong, where, by which clause,
    and how to fix it.

    Exit code 0: fine; 1: errors found (with --strict, warnings too); 2: something could not be
    read.

    Examples:

      scimgen validate Schemas.json ResourceTypes.json --client okta

      scimgen validate scim/ --format sarif > scim.sarif

      scimgen validate https://crm.example/scim/v2 --client entra

      scimgen validate Schemas.json --diff, then --fix

      scimgen validate samples/ --each

      scimgen validate scim/ --baseline known.json --write-baseline
    """
    from scimgen.cli.validating import run_validate

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
