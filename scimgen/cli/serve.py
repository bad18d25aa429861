"""`scimgen serve`."""

from pathlib import Path
from typing import Annotated

import typer


def serve(
    file: Annotated[Path, typer.Argument(help="The description, or a folder that holds one.")],
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    dev: Annotated[bool, typer.Option("--dev/--no-dev", help="Ask for no credentials unless some are set.")] = True,
) -> None:
    """Run the server of a description without scaffolding it.

    The data is in a temporary folder and goes with it, unless SCIM_DATABASE_URL says otherwise. Credentials come from
    SCIM_TOKEN and SCIM_BASIC; without any, only this machine is answered.

    Example:  scimgen serve crm.scim.yaml --port 8000
    """
    from scimgen.cli.running import run_serve

    raise typer.Exit(run_serve(file, host, port, dev))
