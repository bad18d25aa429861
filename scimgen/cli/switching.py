"""The command `runtime`: show or switch how an app gets the server runtime."""

from pathlib import Path

from scimgen.api import NoDescription, find_description, runtime_mode
from scimgen.cli.console import fail, note
from scimgen.cli.run import MODES, run_generate
from scimgen.settings import SettingsError

_NEXT = {
    "package": "next:  pip install -e .  installs scimgen-server; commit the removal of _server",
    "vendored": "next:  commit _server; the app no longer needs scimgen-server",
}


def run_runtime(mode: str | None, file: Path | None) -> int:
    """Print the present mode, or regenerate the project with another one. Returns the exit code."""
    try:
        path = find_description(file)
        present = str(runtime_mode(path.parent))
    except (NoDescription, SettingsError) as error:
        return fail(str(error))
    if mode is None:
        print(present)
        return 0
    if mode not in MODES:
        return fail(f"the runtime is {' or '.join(MODES)}, not {mode!r}")
    if mode == present:
        note(f"the runtime is {mode} already")
        return 0
    code = run_generate(path, write=True, mode=mode)
    if code == 0:
        note(f"switched the runtime from {present} to {mode}")
        note(_NEXT[mode])
    return code
