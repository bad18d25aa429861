"""The folder of a project: read, write in one step, and never leave the folder."""

import os
import shutil
from pathlib import Path, PurePosixPath

from scimgen.atomic import write_atomically
from scimgen.errors import ScimgenError

_TEMPORARY = ".scimgen/temporary"


class UnsafePath(ScimgenError):
    """A path leads out of the project, or a folder or file is in the way."""


class Disk:
    """The files of a project, by their relative paths."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        """The absolute path of a relative one.

        Raises:
            UnsafePath: it is absolute, it leads out of the folder (also by a symbolic link), or a
                folder or file is in the way.
        """
        relative = PurePosixPath(name)
        if (
            relative.is_absolute()
            or ".." in relative.parts
            or "\\" in name
            or "\x00" in name
            or not relative.parts
        ):
            raise UnsafePath(f"{name}: not a path inside the project")
        at = self.root
        for part in relative.parts[:-1]:
            at = at / part
            if at.is_symlink() and not at.resolve().is_relative_to(self.root.resolve()):
                raise UnsafePath(f"{at}: a symbolic link that leads out of the project")
            if at.exists() and not at.is_dir():
                raise UnsafePath(f"{at}: a file where a folder is needed")
        at = at / relative.parts[-1]
        if at.is_symlink() and not at.resolve().is_relative_to(self.root.resolve()):
            raise UnsafePath(f"{at}: a symbolic link that leads out of the project")
        if at.is_dir():
            raise UnsafePath(f"{at}: a folder where a file is needed")
        return at

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, or None if it does not exist."""
        try:
            return self.path(name).read_bytes()
        except FileNotFoundError:
            return None

    def files(self, name: str) -> dict[str, bytes]:
        """The files below a folder, by their relative paths, without `__pycache__`.

        Raises:
            UnsafePath: as `path`, also for a symbolic link inside the folder.
        """
        root = self.path(f"{name}/file").parent
        found: dict[str, bytes] = {}
        for path in sorted(root.rglob("*")):
            relative = path.relative_to(self.root).as_posix()
            if "__pycache__" not in path.parts and not path.is_dir():
                found[relative] = self.path(relative).read_bytes()
        return found

    def sources(self, name: str) -> dict[str, bytes]:
        """The Python files below a folder, by their relative paths.

        Links and unreadable files are left out.
        """
        found: dict[str, bytes] = {}
        for path in sorted((self.root / name).rglob("*.py")):
            if path.is_file() and not path.is_symlink() and os.access(path, os.R_OK):
                found[path.relative_to(self.root).as_posix()] = path.read_bytes()
        return found

    def write(self, name: str, content: bytes) -> None:
        """Write a file in one step: to a temporary file in the project, then `os.replace`."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        waiting = self.path(f"{_TEMPORARY}/file").parent
        waiting.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content, waiting)

    def sweep(self) -> None:
        """Remove the temporary files of killed runs."""
        shutil.rmtree(self.path(f"{_TEMPORARY}/file").parent, ignore_errors=True)

    def delete(self, name: str) -> None:
        """Delete a file, and its folders if they are empty then."""
        path = self.path(name)
        path.unlink(missing_ok=True)
        for folder in path.parents:
            if folder == self.root or any(folder.iterdir()):
                break
            folder.rmdir()
