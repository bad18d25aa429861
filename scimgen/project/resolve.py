"""Mark a conflict as resolved: the new text becomes the base of the next merge."""

from dataclasses import replace
from pathlib import Path

from scimgen.emit import Ownership
from scimgen.errors import ScimgenError
from scimgen.project.disk import Disk
from scimgen.project.lock import BASES, NAME, Entry, digest, dump, parse


class NoConflict(ScimgenError):
    """The file has no conflict. The message has its name."""


def resolve_conflict(path: Path) -> None:
    """Make `PATH.scimgen-new` the base of the next merge, and delete it.

    Args:
        path: the file, as the owner wants it.

    Raises:
        NoConflict: `PATH.scimgen-new` does not exist, or there is no project around it.
        LockError: the lock of the project cannot be used.
    """
    root = next((folder for folder in path.absolute().parents if (folder / NAME).is_file()), None)
    if root is None:
        raise NoConflict(f"{path}: no {NAME} in its folder or above it")
    disk = Disk(root)
    name = path.absolute().relative_to(root).as_posix()
    new = disk.read(f"{name}.scimgen-new")
    if new is None:
        raise NoConflict(f"{path}: no conflict, because {path.name}.scimgen-new does not exist")
    lock = parse((root / NAME).read_bytes())
    entry = Entry(Ownership.MERGED, digest(new))
    disk.write(f"{BASES}/{name}", new)
    disk.write(NAME, dump(replace(lock, entries={**lock.entries, name: entry})))
    disk.delete(f"{name}.scimgen-new")
    disk.sweep()
