"""`scimgen new`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scimgen.cli.console import fail, note, progress, show

if TYPE_CHECKING:
    from scimgen.scaffold import Origin


def new(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder to create; new or empty.")
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
    code, origin = _scaffold(folder, source, runtime)
    if origin is None:
        raise typer.Exit(code)
    note(f"scaffolded {folder} from {origin.name}")
    if start:
        raise typer.Exit(_start(folder, origin, port))
    note(f"next:  cd {folder} && make serve   (or make test)")


def _scaffold(folder: Path, source: str | None, mode: str) -> "tuple[int, Origin | None]":
    """Create the folder and generate the project.

    Returns:
        the exit code, and the description, None if there is no project.
    """
    from scimgen.cli.generate import RunOptions, run_generate
    from scimgen.emit.files import RuntimeMode
    from scimgen.scaffold import CannotScaffold, origin_of, scaffold

    if mode not in list(RuntimeMode):
        return fail(f"--runtime is {' or '.join(RuntimeMode)}, not {mode!r}"), None
    try:
        origin = origin_of(source) if source else _ask(folder)
        findings = scaffold(folder, origin)
    except CannotScaffold as error:
        return fail(str(error)), None
    show(findings)
    if not (folder / origin.name).exists():
        note(f"the description has faults: nothing was written to {folder}")
        return 1, None
    code = run_generate(folder / origin.name, RunOptions(quiet=True, mode=RuntimeMode(mode)))
    return code, None if code else origin


def _ask(folder: Path) -> "Origin":
    """Make a description from the answers of a person at a terminal.

    Raises:
        CannotScaffold: there is no terminal.
    """
    import sys

    from scimgen.clients import CLIENTS
    from scimgen.scaffold import CannotScaffold, Origin, description_of, example_names

    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise CannotScaffold(
            f"name a description: --from FILE, or one of the examples: {', '.join(example_names())}"
        )
    app = typer.prompt("App (lower-case letters, digits, -)", default=folder.name.lower(), err=True)
    vendor = typer.prompt("Vendor, the namespace of your URNs", default="acme", err=True)
    clients = typer.prompt(f"Clients, with commas ({', '.join(CLIENTS)})", default="okta", err=True)
    types = typer.prompt(
        "Entitlement types, with commas", default="License, Permission Set", err=True
    )
    description = description_of(app, vendor, _words(clients), _words(types))
    return Origin(Path(f"{app}.scim.yaml"), description.encode())


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _start(folder: Path, origin: "Origin", port: int) -> int:
    """Install the app into its own .venv and run it until it is stopped."""
    import subprocess

    from scimgen.api import load
    from scimgen.scaffold import CannotInstall, install

    app, _ = load(folder / origin.name)
    assert app, "the project was generated from it"
    folder = folder.absolute()
    if not _is_free(port):
        return fail(
            f"port {port} is in use: give another one with --port, or cd {folder} && make serve"
            " PORT=…"
        )
    try:
        with progress("installing into .venv"):
            commands = install(folder)
    except CannotInstall as error:
        return fail(f"installing failed: {error}; the app is there: cd {folder} && make serve")
    url = f"http://127.0.0.1:{port}/scim/v2"
    note(f"{url}   no credentials, for this machine only; Ctrl-C ends it")
    note(f"in another terminal:  scimgen probe {url}")
    command = [str(commands / app.name), "serve", "--dev", "--port", str(port)]
    return subprocess.run(command, cwd=folder, check=False).returncode


def _is_free(port: int) -> bool:
    import socket

    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) != 0
