"""`scimgen runtime`."""

from pathlib import Path
from typing import Annotated

import typer


def runtime(
    mode: Annotated[
        str | None, typer.Argument(help="vendored or package; prints the present mode if left out.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Argument(help="The description, or its folder; the current folder if left out."),
    ] = None,
) -> None:
    """Show or switch how a generated app gets the server runtime.

    vendored: a copy in the folder _server of the app's package, which needs nothing else.
    package: the distribution scimgen-server, which pip installs and updates.

    Examples:  scimgen runtime  ·  scimgen runtime package  ·  scimgen runtime vendored ./app
    """
    from scimgen.cli.switching import run_runtime

    raise typer.Exit(run_runtime(mode, file))
