"""`serve`, carried out: the project emitted into a temporary folder and run from there, by this Python."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from scimgen.api import NoDescription, find_description, load
from scimgen.cli.console import fail, progress, say, show
from scimgen.source import Unreadable


def run_serve(file: Path, host: str, port: int, dev: bool) -> int:
    """Emit, run, and give the server's exit code."""
    try:
        path = find_description(file)
        app, findings = load(path)
    except (NoDescription, Unreadable) as error:
        return fail(str(error))
    show(findings)
    if app is None:
        return 1
    from scimgen.emit.project import emit_project
    from scimgen.project import Disk

    with tempfile.TemporaryDirectory(prefix="scimgen-") as folder:
        with progress(f"emitting {app.name}"):
            disk = Disk(Path(folder))
            for emitted in emit_project(app, path.name).values():
                disk.write(emitted.path, emitted.content)
        environment = dict(os.environ, PYTHONPATH=folder)
        environment.setdefault("SCIM_DATABASE_URL", f"sqlite:///{folder}/{app.name}.db")
        command = [sys.executable, "-m", app.package, "serve", "--host", host, "--port", str(port)]
        say(f"http://{host}:{port}/scim/v2   Ctrl-C ends it")
        return _run([*command, "--dev"] if dev else command, environment)


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Run the server until it ends or somebody ends us: then it ends first, so that the folder can go."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    process = subprocess.Popen(command, env=environment)
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.terminate()
        return 0
    finally:
        process.wait()
