"""`scimgen import`."""

from pathlib import Path
from typing import Annotated

import typer


def import_(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH…|URL",
            help=(
                "/Schemas and /ResourceTypes documents, folders of them, - for standard input, or"
                " the base URL of a "
                "live server; together they are one service provider."
            ),
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Where the description goes; stdout if left out."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
    values: Annotated[
        bool,
        typer.Option(
            "--values", help="Also read the values of roles and entitlements from the server."
        ),
    ] = False,
    app: Annotated[
        str, typer.Option(help="The app's name; guessed from the URNs if left out.")
    ] = "",
    vendor: Annotated[
        str, typer.Option(help="The namespace of its URNs; guessed from them if left out.")
    ] = "",
    token: Annotated[
        str | None,
        typer.Option(help="The bearer token for a live server; SCIMGEN_TOKEN if left out."),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No differences and no progress on stderr.")
    ] = False,
) -> None:
    """Make a description of existing documents or a live server: `generate` gives the documents
    back.

    What follows from scimgen's conventions is left out. What has no place in a description is
    listed in comments, and every difference on stderr.

    Exit code 0: imported; 1: what was read makes no description; 2: something could not be read or
    written.

    Examples:

      scimgen import Schemas.json ResourceTypes.json -o crm.scim.yaml

      scimgen import https://crm.example/scim/v2 --values -o crm.scim.yaml
    """
    from scimgen.cli.importing import run_import

    code = run_import(
        tuple(paths),
        output=output,
        force=force,
        values=values,
        app=app,
        vendor=vendor,
        token=token,
        quiet=quiet,
    )
    raise typer.Exit(code)
