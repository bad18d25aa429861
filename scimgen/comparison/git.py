"""Read files of a git revision by `REV:PATH`, without changing the working tree."""

import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from scimgen.source import Document, Unreadable, read_text
from scimgen.source.files import MAX_BYTES, language_of
from scimgen.validation.inputs import ENDINGS

_MOST_FILES = 1000
_TIMEOUT = 60


def is_revision(name: str) -> bool:
    """Whether an argument that is not a file has the form of a git revision and a path.

    >>> is_revision("main:crm.scim.yaml"), is_revision("crm.scim.yaml"), is_revision("-x:y")
    (True, False, False)
    """
    revision, colon, path = name.partition(":")
    return bool(revision and colon and path) and not revision.startswith("-")


class Revision:
    """The files below one `REV:PATH`.

    Args:
        name: The argument of the user. PATH is relative to the root of the repository, or with `./`
            to this folder.

    Raises:
        Unreadable: No git, no repository, or no such file in it.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.revision, _, path = name.partition(":")
        try:
            self.type = _git("cat-file", "-t", name).decode("utf-8").strip()
        except Unreadable:
            # In a folder below the root, a path relative to that folder is probably meant.
            self.name = f"{self.revision}:./{path}"
            try:
                self.type = _git("cat-file", "-t", self.name).decode("utf-8").strip()
            except Unreadable as error:
                raise Unreadable(f"{name}: {_reason(str(error))}") from error

    def read(self, beside: str = "") -> bytes:
        """Read the file itself, or one beside or below it.

        Raises:
            Unreadable: There is no such file, or it is too large.
        """
        revision, _, path = self.name.partition(":")
        found = f"{revision}:{_beside(path, beside)}" if beside else self.name
        size = int(_git("cat-file", "-s", found))
        if size > MAX_BYTES:
            raise Unreadable(f"{found}: {size >> 20} MiB, more than {MAX_BYTES >> 20} MiB")
        return _git("cat-file", "blob", found)

    def documents(self) -> Iterator[Document]:
        """Read the file, or all YAML and JSON files of the folder."""
        if self.type != "tree":
            yield self._document(self.name, self.read())
            return
        listed = _git("ls-tree", "-r", "-z", "--name-only", "--full-tree", self.name).decode(
            "utf-8", "replace"
        )
        names = [name for name in listed.split("\0") if name.lower().endswith(ENDINGS)]
        if len(names) > _MOST_FILES:
            raise Unreadable(f"{self.name}: more than {_MOST_FILES} files")
        for name in names:
            below = f"{self.name.rstrip('/')}/{name}"
            yield self._document(below, _git("cat-file", "blob", below))

    def _document(self, name: str, data: bytes) -> Document:
        return read_text(name, data, language_of(Path(name), data))


def _beside(path: str, name: str) -> str:
    parent = str(PurePosixPath(path).parent)
    joined = name if parent == "." else f"{parent}/{name}"
    return f"./{joined}" if path.startswith("./") else joined


def _git(*arguments: str) -> bytes:
    """Run git without shell, pager and prompt, and return its output."""
    try:
        run = subprocess.run(
            ["git", "--no-pager", *arguments],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_TIMEOUT,
        )
    except FileNotFoundError as error:
        raise Unreadable("git is not installed") from error
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise Unreadable(f"git: {error}") from error
    if run.returncode:
        raise Unreadable(
            run.stderr.decode("utf-8", "replace").strip() or f"git ended with {run.returncode}"
        )
    return run.stdout


def _reason(message: str) -> str:
    """The first line of a message of git without its prefix."""
    first = message.splitlines()[0] if message else "not found"
    return first.removeprefix("fatal: ")
