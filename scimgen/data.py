"""The folders `templates/`, `schemas/` and `examples/`, in a checkout and in an installed wheel.

They are at the top level of the repository, and in a wheel below `scimgen/_data`: an editable install sees the first,
an installed wheel the second.
"""

import json
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
