"""Find out by hashes whether a run has nothing to do.

The inputs and the files of the project are compared with the lock. So `scimgen generate` can print
"up to date" without reading the description or importing the generators.
"""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from scimgen.data import folder
from scimgen.emit.files import Ownership, RuntimeMode
from scimgen.emit.old_modules import has_compatibility_modules
from scimgen.emit.runtime import runtime_files
from scimgen.project.disk import Disk
from scimgen.project.lock import BASES, Lock, current_versions, digest, read_lock
from scimgen.project.runtime_mode import runtime_mode
from scimgen.project.vendored import folder_digest
from scimgen.settings import Settings, settings_of

TEMPLATES = "scimgen's templates and schemas"
SETTINGS = "settings of the project"


@cache
def templates_digest() -> str:
    """One hash of all templates, schemas and files of the runtime."""
    whole = hashlib.sha256()
    for name in ("templates", "schemas"):
        root = folder(name)
        for path in sorted(
            path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts
        ):
            whole.update(f"{name}/{path.relative_to(root).as_posix()}\0".encode())
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    for name, path in runtime_files():
        whole.update(f"runtime/{name}\0".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def inputs_of(disk: Disk, names: Iterable[str]) -> dict[str, str]:
    """The hashes of the description, its CSV files, the settings and the templates, by name.

    A file that does not exist has no hash, and neither have settings without effect.

    Raises:
        SettingsError: the settings of the project have a fault.
    """
    found = {name: disk.read(name) for name in names}
    inputs = {name: digest(data) for name, data in found.items() if data is not None}
    inputs[TEMPLATES] = templates_digest()
    verdict = settings_of(disk.root).verdict
    if verdict != Settings().verdict:
        inputs[SETTINGS] = digest(repr(verdict).encode())
    return inputs


def is_fresh(disk: Disk, lock: Lock, description: str, versions: Mapping[str, str]) -> bool:
    """Whether a run would do nothing.

    Args:
        disk: the folder of the project.
        lock: its lock.
        description: the file name of the description.
        versions: the versions of the installed generators.
    """
    if lock.journal or lock.versions != versions or description not in lock.inputs:
        return False
    if has_compatibility_modules(lock.entries):
        # Whether they are still needed depends on the owner's files, which are not in the lock.
        return False
    names = (name for name in lock.inputs if name not in (TEMPLATES, SETTINGS))
    if inputs_of(disk, names) != lock.inputs:
        return False
    for path, hash_ in lock.vendored.items():
        if folder_digest(path, disk.files(path)) != hash_:
            return False
    for path, entry in lock.entries.items():
        content = disk.read(path)
        if entry.ownership is Ownership.EMITTED and (
            content is None or digest(content) != entry.digest
        ):
            return False
        if entry.ownership is Ownership.MERGED:
            base = disk.read(f"{BASES}/{path}")
            if base is None or digest(base) != entry.digest or (content is None) != entry.deleted:
                return False
    return True


def is_up_to_date(path: Path) -> int:
    """Find out by hashes alone whether `generate` has nothing to do.

    Args:
        path: the description.

    Returns:
        the number of files of the project, 0 if there is something to do.

    Raises:
        LockError: the lock cannot be used.
        UnsafePath: a path leads out of the folder.
        SettingsError: the settings of the project have a fault.
    """
    disk = Disk(path.parent)
    lock = read_lock(disk)
    if bool(lock.vendored) is not (runtime_mode(path.parent) is RuntimeMode.VENDORED):
        return 0
    return len(lock.entries) if is_fresh(disk, lock, path.name, current_versions()) else 0
