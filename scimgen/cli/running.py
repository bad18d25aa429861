"""The command `serve`: run the server of a description in this process."""

from pathlib import Path

from scimgen.api import NoDescription, find_description, load
from scimgen.cli.console import fail, show
from scimgen.source import Unreadable


def run_serve(file: Path, host: str, port: int, dev: bool) -> int:
    """Read the description and run its server. Returns the exit code."""
    try:
        path = find_description(file)
        app, findings = load(path)
    except (NoDescription, Unreadable) as error:
        return fail(str(error))
    show(findings)
    if app is None:
        return 1
    from scimgen.serving.run import serve_description

    return serve_description(app, host, port, dev=dev)
