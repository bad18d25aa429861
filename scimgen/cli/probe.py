"""`scimgen probe`."""

from enum import StrEnum
from typing import Annotated

import typer


class Format(StrEnum):
    """How the probe is written."""

    TEXT = "text"
    JSON = "json"


def probe(
    url: Annotated[
        str, typer.Argument(help="The SCIM base URL, such as https://scim.example.com/scim/v2.")
    ],
    token: Annotated[
        str | None,
        typer.Option(
            envvar="SCIMGEN_TOKEN",
            help="The bearer token; with a blank in it the whole Authorization header.",
        ),
    ] = None,
    write: Annotated[
        bool,
        typer.Option(
            "--write", help="Also create a user, grant it a value, deactivate and delete it."
        ),
    ] = False,
    values: Annotated[int, typer.Option(help="How many values of a type to show.")] = 5,
    timeout: Annotated[
        float, typer.Option(help="Seconds for one call; all calls together have ten minutes.")
    ] = 60.0,
    format: Annotated[
        Format, typer.Option("--format", "-f", help="How the probe is written.")
    ] = Format.TEXT,
) -> None:
    """Play Okta against a running server, and show what its Governance tab would show.

    Reads discovery and imports every role and entitlement type, page by page; what Okta would trip
    over is listed, and the command exits 1.

    Example:  scimgen probe http://127.0.0.1:8000/scim/v2 --write
    """
    from scimgen.cli.probing import run_probe

    raise typer.Exit(run_probe(url, token, write, values, timeout, str(format)))
