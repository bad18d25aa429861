"""The plan: for every file that was emitted now or before, one step. Nothing is written.

Computed, nothing written.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from scimgen.emit import EmittedFile, Ownership
from scimgen.project.lock import Entry, Lock, digest
from scimgen.project.merge import merge
from scimgen.project.step import Action, Step
from scimgen.project.vendored import Folder, plan_folder, vendored_files


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of a run, sorted by path.

    Args:
        steps: one step for each file.
        lock: the lock after the steps.
        old_lock: the lock of the last run.
    """

    steps: tuple[Step, ...]
    lock: Lock
    old_lock: Lock

    @property
    def settled(self) -> bool:
        """Whether no step needs a person."""
        return all(step.settled for step in self.steps)

    @property
    def drifts(self) -> bool:
        """Whether a file on the disk, or the lock, differs from what would be generated."""
        # Inputs and sources only make the next run fast. A comment in the description is no drift.
        known = replace(
            self.old_lock, inputs=self.lock.inputs, sources=self.lock.sources, journal={}
        )
        return known != self.lock or any(step.drifts for step in self.steps)


Reader = Callable[[str], bytes | None]
Lister = Callable[[str], Mapping[str, bytes]]


def _no_folder(name: str) -> Mapping[str, bytes]:
    return {}


def make_plan(
    files: Mapping[str, EmittedFile],
    lock: Lock,
    made: Lock,
    read: Reader,
    read_base: Reader,
    list_folder: Lister = _no_folder,
    *,
    force: bool = False,
    restore: frozenset[str] = frozenset(),
    partial: bool = False,
) -> Plan:
    """Make the plan that updates a folder.

    Args:
        files: the emitted files, by path.
        lock: the lock of the last run.
        made: the new lock without its entries.
        read: returns the bytes of a path on the disk.
        read_base: returns the merge base of a path.
        list_folder: returns the files below a folder on the disk, by their paths in the project.
        force: whether to rewrite generated files that were edited by hand.
        restore: the paths of deleted files to create again.
        partial: whether `files` has some parts only. Then missing files are not deleted.

    Raises:
        NoGit: a file has to be merged, and git is not installed.
    """
    vendored = vendored_files(files)
    steps = _vendored_steps(vendored, lock, made, list_folder, force=force, partial=partial)
    known = set() if partial else set(lock.entries) | set(lock.journal)
    inside = tuple(f"{folder}/" for folder in {*made.vendored, *lock.vendored})
    for path in sorted(set(files) | known):
        if path in vendored or path.startswith(inside):
            continue
        old, disk = lock.entries.get(path), read(path)
        if path in files:
            restored = path in restore
            steps.append(_planned(files[path], old, disk, lock, read_base, restored, force))
        else:
            steps.append(_dropped(path, old, disk, lock, read_base))
    steps.sort(key=lambda step: step.path)
    kept = {path: entry for path, entry in lock.entries.items() if partial and path not in files}
    folders = _folders(steps, lock, made, partial=partial and not vendored)
    return Plan(tuple(steps), _new_lock(made, steps, kept, folders), lock)


def _planned(
    file: EmittedFile,
    old: Entry | None,
    disk: bytes | None,
    lock: Lock,
    read_base: Reader,
    restored: bool,
    force: bool,
) -> Step:
    """The step of an emitted file, by its owner."""
    match file.ownership:
        case Ownership.EMITTED:
            is_ours = disk is not None and lock.emitted(file.path, disk)
            return _emitted(file, old, disk, is_ours, force)
        case Ownership.YOURS:
            return _yours(file, old, disk, restored)
        case _:
            return _merged(file, old, disk, read_base(file.path), restored, force)


def _new_lock(
    made: Lock, steps: Collection[Step], kept: dict[str, Entry], folders: dict[str, str]
) -> Lock:
    """The lock after the steps.

    Args:
        made: the new lock without its entries.
        steps: the steps.
        kept: the entries of files that a partial run does not emit.
        folders: the hashes of the vendored folders.
    """
    entries = kept | {step.path: step.entry for step in steps if step.entry}
    # With an unsettled step the inputs are not recorded, so that the next run makes a plan again.
    inputs = made.inputs if all(step.settled for step in steps) else {}
    return replace(made, inputs=inputs, vendored=folders, entries=dict(sorted(entries.items())))


def _vendored_steps(
    vendored: Mapping[str, bytes],
    lock: Lock,
    made: Lock,
    list_folder: Lister,
    *,
    force: bool,
    partial: bool,
) -> list[Step]:
    """The steps of the vendored folders, including those of the last run."""
    steps: list[Step] = []
    for path in sorted({*made.vendored, *(() if partial else lock.vendored)}):
        new = {name: content for name, content in vendored.items() if name.startswith(f"{path}/")}
        steps += plan_folder(Folder(path, new, list_folder(path)), lock, force=force)
    return steps


def _folders(steps: Collection[Step], lock: Lock, made: Lock, *, partial: bool) -> dict[str, str]:
    """The hashes of the vendored folders for the new lock.

    A folder that was edited by hand keeps its old hash.
    """
    if partial:
        return lock.vendored
    edited = {step.path for step in steps if step.action is Action.EDITED}
    kept = {path: hash_ for path, hash_ in lock.vendored.items() if path in edited}
    return {path: hash_ for path, hash_ in made.vendored.items() if path not in edited} | kept


def _emitted(
    file: EmittedFile, old: Entry | None, disk: bytes | None, ours: bool, force: bool
) -> Step:
    """The step of a file of scimgen. One that was edited by hand is only rewritten by force."""
    new, entry = file.content, Entry(file.ownership, digest(file.content))
    if disk is None:
        return Step(file.path, Action.CREATE, new, None, entry, disk, new)
    if disk == new or disk.replace(b"\r\n", b"\n") == new:
        # Git may have changed the line ends to CRLF. This is not an edit.
        return Step(file.path, Action.SAME if old else Action.ADOPT, None, None, entry, disk, new)
    if ours or force or lock_matches_crlf(old, disk):
        return Step(file.path, Action.UPDATE, new, None, entry, disk, new)
    return Step(file.path, Action.EDITED if old else Action.CONFLICT, None, None, old, disk, new)


def lock_matches_crlf(old: Entry | None, disk: bytes) -> bool:
    """Whether a file only differs from the emitted one by line ends that git changed."""
    return old is not None and digest(disk.replace(b"\r\n", b"\n")) == old.digest


def _yours(file: EmittedFile, old: Entry | None, disk: bytes | None, restore: bool) -> Step:
    """The step of a file of the owner, which is written once."""
    entry = old or Entry(file.ownership, digest(file.content))
    if disk is None and (old is None or restore):
        return Step(file.path, Action.CREATE, file.content, None, entry, disk, file.content)
    return Step(file.path, Action.SAME, None, None, entry, disk, file.content)


def _merged(
    file: EmittedFile,
    old: Entry | None,
    disk: bytes | None,
    base: bytes | None,
    restore: bool,
    force: bool,
) -> Step:
    """The step of a file that scimgen and the owner write.

    `base` is the last emitted text, `disk` that of the owner, and `file` has the new one. The order
    of the conditions is that of the table of cases in `tests/project`.
    """
    new, path = file.content, file.path
    entry = Entry(file.ownership, digest(new))

    def step(action: Action, content: bytes | None = None, base: bytes | None = new) -> Step:
        return Step(path, action, content, base, entry, disk, new)

    if disk is None:
        if old is None or base is None or restore:
            return step(Action.CREATE, new)
        gone = Entry(file.ownership, old.digest, deleted=True)
        return Step(path, Action.SAME if old.deleted else Action.KEEP, None, None, gone, disk, new)
    if base is None:
        if disk == new:
            return step(Action.ADOPT)
        return (
            step(Action.UPDATE, new)
            if force
            else Step(path, Action.CONFLICT, None, None, old, disk, new)
        )
    if disk == new:
        return step(Action.SAME if base == new else Action.ADOPT)
    if base == new:
        return Step(path, Action.KEEP, None, None, entry, disk, new)
    if disk == base:
        return step(Action.UPDATE, new)
    merged = merge(disk, base, new)
    if merged is None:
        return Step(path, Action.CONFLICT, None, None, old, disk, new)
    return step(Action.MERGE, merged)


def _dropped(
    path: str, old: Entry | None, disk: bytes | None, lock: Lock, read_base: Reader
) -> Step:
    """The step of a file that is not emitted any more.

    It is deleted if nobody has changed it. Otherwise it belongs to the owner. A file that only an
    interrupted run has written is in the journal, not in the lock.
    """
    if disk is None or (old and old.ownership is Ownership.YOURS):
        return Step(path, Action.SAME, None, None, None, disk, None)
    untouched = (
        lock.emitted(path, disk)
        if old is None or old.ownership is Ownership.EMITTED
        else disk == read_base(path)
    )
    return Step(path, Action.DELETE if untouched else Action.LET_GO, None, None, None, disk, None)
