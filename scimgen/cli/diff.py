"""`scimgen diff`."""

from enum import StrEnum
from typing import Annotated

import typer


class Format(StrEnum):
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
    new: Annotated[str, typer.Argument(metavar="NEW", help=f"What is to take its place: {_SIDE}")],
    format: Annotated[
        Format, typer.Option("--format", "-f", help="How changes are written.")
    ] = Format.TEXT,
    values: Annotated[
        bool,
        typer.Option(
            "--values", help="Also compare the values of roles and entitlements of live servers."
        ),
    ] = False,
    token: Annotated[
        str | None,
        typer.Option(help="The bearer token for a live server; SCIMGEN_TOKEN if left out."),
    ] = None,
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
    from scimgen.cli.comparing import run_diff

    raise typer.Exit(
        run_diff(old, new, format=str(format), values=values, token=token, quiet=quiet)
    )
