"""`scimgen docs`."""

from pathlib import Path
from typing import Annotated

import typer


def docs(
    file: Annotated[
        Path | None,
        typer.Argument(help="The description; the only *.scim.yaml of this folder if left out."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="DIR",
            help="Where the pages go; docs beside the description if left out.",
        ),
    ] = None,
    base_url: Annotated[
        str,
        typer.Option(
            metavar="URL",
            help="The SCIM base URL that people enter, such as https://scim.example.com/scim/v2.",
        ),
    ] = "",
    since: Annotated[
        str,
        typer.Option(
            metavar="REV|OLD",
            help=(
                "Also list what changed since a git revision of the description, or since OLD, as"
                " for scimgen diff."
            ),
        ),
    ] = "",
    values: Annotated[int, typer.Option(min=0, help="How many values of a type to list.")] = 50,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Write nothing; exit 1 if a page is not what these options give."
        ),
    ] = False,
    force: Annotated[
        bool,
        typer.Option("--force", help="Overwrite pages that are not scimgen's, or were edited."),
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print nothing if there is nothing to do.")
    ] = False,
) -> None:
    """Write reference pages for the administrators who connect the app to Okta or Entra.

    They describe how to connect it, every type with its attributes and values, and requests that
    the server accepts. reference.html needs no other file: mail it, print it, put it on any web
    server. reference.md and its picture, reference.svg, have the same content for a repository.

    A page that somebody else wrote, or edited, is not overwritten without --force.

    Exit code 0: written, or up to date; 1: the description has errors, a page is in the way or not
    up to date; 2: something could not be read or written.

    Examples:

      scimgen docs --base-url https://scim.example.com/scim/v2

      scimgen docs crm.scim.yaml -o site --since v1.2

      scimgen docs --check
    """
    from scimgen.cli.documenting import run_docs

    code = run_docs(
        file,
        output=output,
        base_url=base_url,
        since=since,
        values=values,
        check=check,
        force=force,
        quiet=quiet,
    )
    raise typer.Exit(code)
