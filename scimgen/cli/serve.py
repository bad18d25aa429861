"""`scimgen serve`."""

from pathlib import Path
from typing import Annotated

import typer

from scimgen.cli.console import fail, show


def serve(
    file: Annotated[Path, typer.Argument(help="The description, or a folder with one.")],
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port to listen on, 0 for any free one.")
    ] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    dev: Annotated[
        bool, typer.Option("--dev/--no-dev", help="Need no credentials unless some are set.")
    ] = True,
) -> None:
    """Run the server of a description without a project.

    The data is in a temporary folder and is deleted at the end, unless SCIM_DATABASE_URL is set.
    Credentials come from SCIM_TOKEN and SCIM_BASIC; without any, the server answers this machine
    only.

    Example:  scimgen serve crm.scim.yaml --port 8000
    """
    from scimgen.api import load
    from scimgen.errors import ScimgenError
    from scimgen.project.find import find_description

    try:
        path = find_description(file)
        app, findings = load(path)
    except ScimgenError as error:
        raise typer.Exit(fail(str(error))) from None
    show(findings)
    if app is None:
        raise typer.Exit(1)
    from scimgen.serving.run import serve_description

    raise typer.Exit(serve_description(app, host, port, dev=dev))
