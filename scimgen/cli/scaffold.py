"""The command `new`: the description, the questions, the project, the start."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from scimgen.cli.console import fail, note, progress, show
from scimgen.cli.run import MODES, run_generate
from scimgen.scaffold import CannotScaffold, Origin, example_names, origin_of, scaffold


def run_new(folder: Path, source: str | None, start: bool, port: int, runtime: str) -> int:
    """Scaffold, then start where that is asked for; gives the exit code."""
    if runtime not in MODES:
        return fail(f"--runtime is {' or '.join(MODES)}, not {runtime!r}")
    try:
        origin = origin_of(source) if source else _ask(folder)
        findings = scaffold(folder, origin)
    except CannotScaffold as error:
        return fail(str(error))
    if findings:
        show(findings)
    if not (folder / origin.name).exists():
        note(f"the description has faults: nothing was written to {folder}")
        return 1
    code = run_generate(folder / origin.name, write=True, quiet=True, mode=runtime)
    if code:
        return code
    note(f"scaffolded {folder} from {origin.name}")
    if start:
        return _start(folder, origin, port)
    note(f"next:  cd {folder} && make serve   (or make test)")
    return 0


def _ask(folder: Path) -> Origin:
    """Put a description together by questions; only a person at a terminal can be asked."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise CannotScaffold(
            f"name a description: --from FILE, or one of the examples: {', '.join(example_names())}"
        )
    import typer

    from scimgen.clients import CLIENTS
    from scimgen.scaffold import description_of

    app = typer.prompt("App (lower-case letters, digits, -)", default=folder.name.lower(), err=True)
    vendor = typer.prompt("Vendor, the namespace of your URNs", default="acme", err=True)
    clients = typer.prompt(f"Clients, with commas ({', '.join(CLIENTS)})", default="okta", err=True)
    types = typer.prompt(
        "Entitlement types, with commas", default="License, Permission Set", err=True
    )
    return Origin(
        Path(f"{app}.scim.yaml"),
        description_of(app, vendor, _words(clients), _words(types)).encode(),
    )


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _start(folder: Path, origin: Origin, port: int) -> int:
    """Install the app into its own .venv and run it until it is stopped."""
    from scimgen.api import load

    app, _ = load(folder / origin.name)
    assert app, "it was generated a moment ago"
    folder = folder.absolute()
    if not _is_free(port):
        return fail(
            f"port {port} is in use: give another one with --port, or cd {folder} && make serve"
            " PORT=…"
        )
    bin_ = folder / ".venv" / ("Scripts" if os.name == "nt" else "bin")
    try:
        with progress("installing into .venv"):
            subprocess.run(
                [sys.executable, "-m", "venv", str(folder / ".venv")],
                check=True,
                capture_output=True,
            )
            # Editable, so that what the owner edits afterwards is what runs.
            pip = [
                str(bin_ / "python"),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "-e",
                ".",
            ]
            subprocess.run(pip, cwd=folder, check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        output = (
            error.stderr
            if isinstance(error.stderr, str)
            else (error.stderr or b"").decode("utf-8", "replace")
        )
        why = output.strip().splitlines()[-1] if output.strip() else "see pip"
        return fail(f"installing failed: {why}; the app is there: cd {folder} && make serve")
    note(
        f"http://127.0.0.1:{port}/scim/v2   no credentials asked, this machine alone; Ctrl-C"
        " ends it"
    )
    note(f"in another terminal:  scimgen probe http://127.0.0.1:{port}/scim/v2")
    return subprocess.run(
        [str(bin_ / app.name), "serve", "--dev", "--port", str(port)], cwd=folder, check=False
    ).returncode


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
