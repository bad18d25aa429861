"""`scimgen runtime`."""

from pathlib import Path
from typing import Annotated

import typer

from scimgen.cli.console import fail, note

_NEXT = {
    "package": "next:  pip install -e .  installs scimgen-server; commit the removal of _server",
    "vendored": "next:  commit _server; the app no longer needs scimgen-server",
}


def runtime(
    mode: Annotated[
        str | None, typer.Argument(help="vendored or package; prints the present mode if left out.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Argument(help="The description, or its folder; the current folder if left out."),
    ] = None,
) -> None:
    """Show or switch how a generated app gets the server runtime.

    vendored: a copy in the folder _server of the app's package, which needs nothing else.
    package: the distribution scimgen-server, which pip installs and updates.

    Examples:  scimgen runtime  ·  scimgen runtime package  ·  scimgen runtime vendored ./app
    """
    raise typer.Exit(_runtime(mode, file))


def _runtime(mode: str | None, file: Path | None) -> int:
    """Print the present mode, or regenerate the project with another one."""
    from scimgen.cli.generate import RunOptions, run_generate
    from scimgen.emit.files import RuntimeMode
    from scimgen.errors import ScimgenError
    from scimgen.project.find import find_description
    from scimgen.project.runtime_mode import runtime_mode

    try:
        path = find_description(file)
        present = runtime_mode(path.parent)
    except ScimgenError as error:
        return fail(str(error))
    if mode is None:
        print(present)
        return 0
    if mode not in list(RuntimeMode):
        return fail(f"the runtime is {' or '.join(RuntimeMode)}, not {mode!r}")
    if mode == present:
        note(f"the runtime is {mode} already")
        return 0
    code = run_generate(path, RunOptions(mode=RuntimeMode(mode)))
    if code == 0:
        note(f"switched the runtime from {present} to {mode}")
        note(_NEXT[mode])
    return code
