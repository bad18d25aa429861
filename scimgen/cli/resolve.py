"""`scimgen resolve`."""

from pathlib import Path
from typing import Annotated

import typer


def resolve(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH…", help="Files that `generate` left in conflict.")
    ],
) -> None:
    """Mark a conflict as resolved.

    First merge PATH.scimgen-new into PATH by hand. Then this command makes the new text the base of
    the next merge, and deletes PATH.scimgen-new.

    Example:  scimgen resolve Makefile
    """
    from scimgen.cli.console import fail, note
    from scimgen.errors import ScimgenError
    from scimgen.project.resolve import resolve_conflict

    for path in paths:
        try:
            resolve_conflict(path)
        except ScimgenError as error:
            raise typer.Exit(fail(str(error))) from None
        note(f"resolved {path}")
