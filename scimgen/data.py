"""The folders `templates/`, `schemas/` and `examples/`, in a checkout and in an installed wheel.

They are at the top level of the repository, and in a wheel below `scimgen/_data`: an editable
install sees the first, an installed wheel the second.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """The folder `templates`, `schemas` or `examples`."""
    installed = _PACKAGE / "_data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


@cache
def load_json(path: str) -> Any:
    """A JSON file below `schemas/`; read once, so do not change what it returns."""
    return json.loads((folder("schemas") / path).read_text("utf-8"))


def runtime_folder() -> Path:
    """The folder of the runtime: `scimgen/_server` in a wheel, otherwise `scimgen_server`."""
    installed = _PACKAGE / "_server"
    return installed if installed.is_dir() else _PACKAGE.parent / "scimgen_server"


@cache
def runtime_version() -> str:
    """The version of the server runtime, read without importing it."""
    text = (runtime_folder() / "version.py").read_text("utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    assert found, "version.py of the runtime has no __version__"
    return found[1]
