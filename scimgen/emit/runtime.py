"""The copy of the server runtime in an app."""

from collections.abc import Iterator
from pathlib import Path

from scimgen.data import runtime_folder
from scimgen.emit.files import (
    VENDORED_FOLDER,
    EmittedFile,
    Ownership,
    ProjectTarget,
    Reuse,
    RuntimeMode,
)
from scimgen.model import App

_SUFFIXES = frozenset((".py", ".md", ".typed"))


def runtime_files() -> Iterator[tuple[str, Path]]:
    """The files of the runtime, sorted: the relative path, and the file."""
    root = runtime_folder()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        is_hidden = any(part.startswith((".", "__pycache__")) for part in name.split("/"))
        if path.suffix in _SUFFIXES and path.is_file() and not is_hidden:
            yield name, path


def emit_runtime(app: App, target: ProjectTarget, reuse: Reuse) -> Iterator[EmittedFile]:
    """Emit the files of `_server/` without changes.

    An app that depends on the distribution has none.
    """
    if target.mode is RuntimeMode.PACKAGE:
        return
    for name, path in runtime_files():
        yield EmittedFile(
            f"{app.package}/{VENDORED_FOLDER}/{name}",
            path.read_bytes(),
            Ownership.VENDORED,
            "server",
        )
