"""`scimgen rules`."""

from enum import StrEnum
from typing import Annotated

import typer

from scimgen.cli.options import Client


class Form(StrEnum):
    """How the list is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def rules(
    client: Annotated[Client | None, typer.Option(help="Only the rules of this client.")] = None,
    format: Annotated[
        Form, typer.Option("--format", "-f", help="How the list is written.")
    ] = Form.TEXT,
) -> None:
    """List the rules of `validate` with their severities.

    Examples:  scimgen rules  ·  scimgen rules --client okta  ·  scimgen rules --format json
    """
    import json

    from scimgen.rules.pages import as_data, listing, page

    chosen = str(client) if client else ""
    if format is Form.MARKDOWN:
        print(page(), end="")
    elif format is Form.JSON:
        print(json.dumps(as_data(chosen), indent=1, ensure_ascii=False))
    else:
        print("\n".join(listing(chosen)))
