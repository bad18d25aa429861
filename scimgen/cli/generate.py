"""`scimgen generate`."""

from pathlib import Path
from typing import Annotated

import typer


def generate(
    file: Annotated[
        Path | None,
        typer.Argument(help="The description; the only *.scim.yaml of this folder if left out."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a file is not up to date.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; show what would change.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing; list what would be done.")
    ] = False,
    only: Annotated[
        str, typer.Option(help="Parts to emit, with commas: documents,models,server.")
    ] = "",
    force: Annotated[
        bool, typer.Option("--force", help="Rewrite emitted files that were edited by hand.")
    ] = False,
    restore: Annotated[
        list[str] | None, typer.Option(metavar="PATH", help="Bring back a file that you deleted.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on: regenerate whenever the description is saved.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print nothing if there is nothing to do.")
    ] = False,
) -> None:
    """Bring the emitted files up to date with the description.

    What you wrote is never overwritten: your own files are left alone, shared ones are merged, and
    a hand-edited emitted file is named instead of replaced.

    Examples:  scimgen generate  ·  scimgen generate --check  ·  scimgen generate --only
    documents,models
    """
    from scimgen.cli.run import run_generate

    if watch:
        from scimgen.cli.watching import run_watch

        raise typer.Exit(run_watch(file))
    parts = [part.strip() for part in only.split(",") if part.strip()]
    write = not (check or diff or dry_run)
    code = run_generate(
        file,
        write=write,
        diff=diff,
        check=check,
        only=parts,
        force=force,
        restore=restore or [],
        quiet=quiet,
    )
    raise typer.Exit(code)
