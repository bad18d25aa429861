"""The inputs of a run: files as they are named, and the YAML and JSON files below folders."""

import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from scimgen.source import Document, Unreadable, read_file

ENDINGS = (".json", ".scim.yaml", ".scim.yml")
_SKIPPED = frozenset(("node_modules", "__pycache__", "venv", "site-packages"))
MOST_FILES = 100_000


def is_url(path: str) -> bool:
    """Whether an argument is the URL of a live server."""
    return path.lower().startswith(("http://", "https://"))


def _below(folder: Path) -> Iterator[Path]:
    """Find the YAML and JSON files below a folder, in the order of their names.

    It skips hidden folders, folders of installed packages and the like, and symbolic links, which
    can form a cycle.
    """
    waiting = [folder]
    while waiting:
        try:
            entries = sorted(os.scandir(waiting.pop()), key=lambda entry: entry.name)
        except OSError as error:
            raise Unreadable(
                f"{error.filename}: {(error.strerror or str(error)).lower()}"
            ) from error
        folders = []
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith(".") and entry.name not in _SKIPPED:
                    folders.append(Path(entry.path))
            elif (
                entry.name.lower().endswith(ENDINGS)
                and not entry.name.startswith(".")
                and entry.is_file()
            ):
                yield Path(entry.path)
        waiting.extend(reversed(folders))


def files(paths: Iterable[str], exclude: Iterable[str] = ()) -> Iterator[tuple[Path, bool]]:
    """Iterate over every file once, with whether it was found in a folder.

    Raises:
        Unreadable: A folder cannot be listed, or has too many files.
    """
    patterns = tuple(exclude)
    seen = set()
    for path in paths:
        folder = path != "-" and os.path.isdir(path)
        for file in _below(Path(path)) if folder else (Path(path),):
            real = os.path.realpath(file)
            if real in seen or (
                folder and any(fnmatchcase(file.as_posix(), pattern) for pattern in patterns)
            ):
                continue
            seen.add(real)
            if len(seen) > MOST_FILES:
                raise Unreadable(f"{path}: more than {MOST_FILES} files")
            yield file, folder


def read(file: Path) -> Document:
    """Read one file.

    Raises:
        Unreadable: The file cannot be read.
    """
    return read_file(file)
