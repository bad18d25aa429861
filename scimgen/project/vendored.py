"""A vendored folder: a copy of a package with one hash in the lock for all its files."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scimgen.emit.files import VENDORED_FOLDER, EmittedFile, Ownership
from scimgen.project.lock import Lock, digest
from scimgen.project.step import Action, Step


@dataclass(frozen=True, slots=True)
class Folder:
    """A vendored folder.

    Args:
        path: the path relative to the folder of the project.
        new: the emitted files, by their paths in the project. Empty if the folder is not emitted
            any more.
        disk: the files on the disk, by their paths in the project.
    """

    path: str
    new: Mapping[str, bytes]
    disk: Mapping[str, bytes]

    @property
    def new_digest(self) -> str:
        """The hash of the emitted folder."""
        return folder_digest(self.path, self.new)


def folder_digest(folder: str, files: Mapping[str, bytes]) -> str:
    """The hash of a folder: of the sorted paths in it, and the hash of each file.

    Line ends do not count, because git may have changed them.
    """
    whole = hashlib.sha256()
    for path, content in sorted(files.items()):
        name = path.removeprefix(f"{folder}/")
        with_line_feeds = content.replace(b"\r\n", b"\n")
        whole.update(f"{digest(with_line_feeds)} {name}\n".encode())
    return whole.hexdigest()


def vendored_files(files: Mapping[str, EmittedFile]) -> dict[str, bytes]:
    """The vendored files among emitted files, by path."""
    return {
        path: file.content for path, file in files.items() if file.ownership is Ownership.VENDORED
    }


def folder_hashes(files: Mapping[str, EmittedFile]) -> dict[str, str]:
    """The hash of each vendored folder among emitted files, by its path."""
    folders: dict[str, dict[str, bytes]] = {}
    for path, content in vendored_files(files).items():
        package, _, _ = path.partition(f"/{VENDORED_FOLDER}/")
        folders.setdefault(f"{package}/{VENDORED_FOLDER}", {})[path] = content
    return {folder: folder_digest(folder, contents) for folder, contents in folders.items()}


def plan_folder(folder: Folder, lock: Lock, *, force: bool) -> Iterator[Step]:
    """The steps that update a vendored folder.

    A folder that was edited by hand is not changed. It has one step with its own path.
    """
    unchanged = folder.disk and folder_digest(folder.path, folder.disk) == folder.new_digest
    if not (unchanged or force or _is_ours(folder, lock)):
        action = Action.EDITED if folder.new else Action.LET_GO
        yield Step(folder.path, action)
        return
    noted = {path for path in lock.journal if path.startswith(f"{folder.path}/")}
    for path in sorted({*folder.new, *folder.disk, *noted}):
        new, disk = folder.new.get(path), folder.disk.get(path)
        if new is None and disk is None:
            # The file is in the journal only. This step removes it from the journal.
            yield Step(path, Action.SAME, folder=folder.path)
        elif new is None:
            yield Step(path, Action.DELETE, disk=disk, folder=folder.path)
        elif disk is None:
            yield Step(path, Action.CREATE, new, new=new, folder=folder.path)
        elif unchanged or disk == new:
            yield Step(path, Action.SAME, disk=disk, new=new, folder=folder.path)
        else:
            yield Step(path, Action.UPDATE, new, disk=disk, new=new, folder=folder.path)


def _is_ours(folder: Folder, lock: Lock) -> bool:
    """Whether scimgen wrote the files, by the lock or by the journal of an interrupted run."""
    if not folder.disk or folder_digest(folder.path, folder.disk) == lock.vendored.get(folder.path):
        return True
    return all(
        digest(content) in lock.journal.get(path, ()) for path, content in folder.disk.items()
    )
