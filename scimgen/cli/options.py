"""Arguments and options that several commands have."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scimgen.clients import CLIENTS

if TYPE_CHECKING:
    Client = str
else:
    # typer lists and completes the members. A type checker cannot read the table.
    Client = StrEnum("Client", {name.upper(): name for name in CLIENTS})

Description = Annotated[
    Path | None,
    typer.Argument(help="The description; the only *.scim.yaml of this folder if left out."),
]
Token = Annotated[
    str | None,
    typer.Option(
        help="The bearer token for a live server; with a blank in it the Authorization header;"
        " SCIMGEN_TOKEN if left out."
    ),
]
NothingToDoQuiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print nothing if there is nothing to do.")
]
