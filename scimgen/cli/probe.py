"""`scimgen probe`."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scimgen.cli.console import colour, fail, progress

if TYPE_CHECKING:
    from scimgen.probe import Probe


class ProbeFormat(StrEnum):
    """How the result is written."""

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
            help="The bearer token, or with a blank in it the Authorization header.",
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
        ProbeFormat, typer.Option("--format", "-f", help="How the result is written.")
    ] = ProbeFormat.TEXT,
) -> None:
    """Act as Okta against a running server, and show what its Governance tab would show.

    Reads discovery and imports every role and entitlement type, page by page. Faults that Okta
    would report are listed, and the command exits 1.

    Example:  scimgen probe http://127.0.0.1:8000/scim/v2 --write
    """
    raise typer.Exit(run_probe(url, token, write, values, timeout, str(format)))


def run_probe(
    url: str, token: str | None, write: bool, values: int, timeout: float, format: str
) -> int:
    """Probe a server, print the result, and return the exit code; see `scimgen probe --help`."""
    import json
    from dataclasses import asdict

    from scimgen.errors import ScimgenError
    from scimgen.probe import probe_okta

    try:
        with progress(f"probing {url}"):
            found = probe_okta(url, token, write=write, timeout=timeout)
    except ScimgenError as error:
        return fail(str(error))
    if format == "json":
        print(json.dumps(asdict(found), indent=2))
    else:
        _print(found, values)
    return 1 if found.findings else 0


def _print(found: "Probe", most: int) -> None:
    """Print the result for a person on stdout, with at most `most` values of a type."""
    import sys

    from rich.console import Console
    from rich.table import Table

    from scimgen.diagnostics.text import count

    tint = colour(sys.stdout)
    console = Console(
        no_color=not tint, force_terminal=tint, highlight=False, width=None if tint else 120
    )
    table = Table(
        title=f"What Okta's Governance tab would show of {_safe(found.base_url)}",
        title_justify="left",
    )
    for title in ("Entitlement type", "Endpoint", "Attributes", "Values"):
        table.add_column(title, overflow="fold")
    for type_ in found.types:
        attributes = _safe(", ".join(type_.attributes)) or "-"
        values = "\n".join(map(_safe, _lines(type_.values, most))) or "none"
        table.add_row(_safe(type_.name), _safe(type_.endpoint), attributes, values)
    console.print(table)
    console.print(
        f"{count(found.users, 'user')}, {count(found.groups, 'group')},"
        f" {count(len(found.calls), 'call')}"
    )
    for finding in found.findings:
        console.print(f"[red]missing[/] {_safe(finding.where)}: {_safe(finding.message)}")
    if not found.findings:
        console.print("[green]nothing is missing[/]")


def _lines(values: Sequence[dict[str, Any]], most: int) -> list[str]:
    """One line for each of the first values, and the number of the others."""
    lines = [f"{value.get('displayName', '?')} ({value.get('id', '?')})" for value in values[:most]]
    if len(values) > most:
        lines.append(f"… {len(values) - most} more")
    return lines


def _safe(text: str) -> str:
    """The text of a server without markup and control characters."""
    from rich.markup import escape

    from scimgen.diagnostics.text import printable

    return escape(printable(text))
