"""The command `probe`: the Governance tab as a table, and what is missing."""

import json
import sys
from dataclasses import asdict

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scimgen.cli.console import colour, count, fail, progress
from scimgen.diagnostics.text import printable
from scimgen.probe import Probe, probe_okta
from scimgen.probe.session import Unreachable


def run_probe(
    url: str, token: str | None, write: bool, values: int, timeout: float, format: str
) -> int:
    """Probe and show; gives the exit code."""
    try:
        with progress(f"probing {url}"):
            probe = probe_okta(url, token, write=write, timeout=timeout)
    except Unreachable as error:
        return fail(str(error))
    if format == "json":
        print(json.dumps(asdict(probe), indent=2))
    else:
        show_probe(probe, values)
    return 1 if probe.findings else 0


def show_probe(probe: Probe, most: int) -> None:
    """The probe as a person reads it, on stdout."""
    tint = colour(sys.stdout)
    console = Console(
        no_color=not tint, force_terminal=tint, highlight=False, width=None if tint else 120
    )
    table = Table(
        title=f"What Okta's Governance tab would show of {_safe(probe.base_url)}",
        title_justify="left",
    )
    for title in ("Entitlement type", "Endpoint", "Attributes", "Values"):
        table.add_column(title, overflow="fold")
    for type_ in probe.types:
        shown = [
            f"{value.get('displayName', '?')} ({value.get('id', '?')})"
            for value in type_.values[:most]
        ]
        rest = [f"… {len(type_.values) - most} more"] if len(type_.values) > most else []
        listed = "\n".join(_safe(line) for line in shown + rest) or "none"
        table.add_row(
            _safe(type_.name),
            _safe(type_.endpoint),
            _safe(", ".join(type_.attributes)) or "-",
            listed,
        )
    console.print(table)
    console.print(
        f"{count(probe.users, 'user')}, {count(probe.groups, 'group')},"
        f" {count(len(probe.calls), 'call')}"
    )
    for finding in probe.findings:
        console.print(f"[red]missing[/] {_safe(finding.where)}: {_safe(finding.message)}")
    if not probe.findings:
        console.print("[green]nothing is missing[/]")


def _safe(text: str) -> str:
    """A server's text: no markup, no character that a terminal would obey."""
    return escape(printable(text))
