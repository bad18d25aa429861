"""`scimgen new`."""

from pathlib import Path
from typing import Annotated

import typer


def new(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder to make; new or empty.")
    ],
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="EXAMPLE|FILE",
            help="crm, okta-guide, collaboration, or a file of yours.",
        ),
    ] = None,
    start: Annotated[bool, typer.Option("--start", help="Install the app and run it.")] = False,
    runtime: Annotated[
        str,
        typer.Option(
            help=(
                "How the app gets the server runtime: vendored (a copy) or package"
                " (scimgen-server)."
            )
        ),
    ] = "vendored",
    port: Annotated[int, typer.Option(help="The port that --start listens on.")] = 8000,
) -> None:
    """Scaffold a whole app from a description.

    The description, and the CSV files that it names, are copied. Without --from the command asks
    questions.

    Examples:  scimgen new crm --from crm --start  ·  scimgen new app --from ./crm.scim.yaml
    """
    from scimgen.cli.scaffold import run_new

    raise typer.Exit(run_new(folder, source, start, port, runtime))
