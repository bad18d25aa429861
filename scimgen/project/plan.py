"""The plan: for every file that was emitted, now or before, the one thing to do. Computed, nothing written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from scimgen.emit import EmittedFile, Ownership
from scimgen.project.lock import Entry, Lock, digest
from scimgen.project.merge import merge


class Action(StrEnum):
    """What happens to a file."""

    SAME = "same"
    CREATE = "create"
    UPDATE = "update"
    ADOPT = "adopt"
    KEEP = "keep"
    MERGE = "merge"
    CONFLICT = "conflict"
    EDITED = "edited"
    DELETE = "delete"
    LET_GO = "let go"


@dataclass(frozen=True, slots=True)
class Step:
    """What to do with one path.

    Args:
        content: the bytes to write, None where nothing is written (for DELETE, CONFLICT and EDITED too).
        base: for a merged file the text to keep as the base of the next merge; None keeps the old one.
        entry: the path's line in the new lock, None where it leaves the lock.
        disk: what stands there now.
        new: the text as emitted, None where the file is not emitted any more.
    """

    path: str
    action: Action
    content: bytes | None = None
    base: bytes | None = None
    entry: Entry | None = None
    disk: bytes | None = None
    new: bytes | None = None

    @property
    def settled(self) -> bool:
        """Whether the file needs nobody: a conflict and a hand-edited emitted file do."""
        return self.action not in (Action.CONFLICT, Action.EDITED)

    @property
    def drifts(self) -> bool:
        """Whether `--check` goes red for it."""
        return self.action not in (Action.SAME, Action.KEEP)


@dataclass(frozen=True, slots=True)
class Plan:
    """Every step, sorted by path, and the lock that stands once they are done."""

    steps: tuple[Step, ...]
    lock: Lock
    old_lock: Lock

    @property
    def settled(self) -> bool:
        """Whether no step needs a person."""
        return all(step.settled for step in self.steps)

    @property
    def drifts(self) -> bool:
        """Whether anything on the disk, the lock among it, is not as it would be emitted."""
        # Inputs and sources only make the next run quick: a comment in the description is no drift.
        known = replace(self.old_lock, inputs=self.lock.inputs, sources=self.lock.sources, journal={})
        return known != self.lock or any(step.drifts for step in self.steps)


Reader = Callable[[str], bytes | None]


def make_plan(
    files: Mapping[str, EmittedFile],
    lock: Lock,
    made: Lock,
    read: Reader,
    read_base: Reader,
    *,
    force: bool = False,
    restore: frozenset[str] = frozenset(),
    partial: bool = False,
) -> Plan:
    """The plan that brings a folder to what was emitted.

    Args:
        files: what was emitted, by path.
        lock: what was emitted the last time.
        made: the new lock without its entries: versions, inputs and sources of what made `files`.
        read: gives a path's bytes on the disk.
        read_base: gives a merged path's base.
        force: emitted files that were edited by hand are rewritten.
        restore: deleted paths to bring back.
        partial: `files` holds some parts only, so that what it lacks was not dropped.
    """
    steps = []
    for path in sorted(set(files) | (set() if partial else set(lock.entries) | set(lock.journal))):
        old, disk = lock.entries.get(path), read(path)
        if path not in files:
            steps.append(_dropped(path, old, disk, lock, read_base))
            continue
        file = files[path]
        ours = disk is not None and lock.emitted(path, disk)
        match file.ownership:
            case Ownership.EMITTED:
                steps.append(_emitted(file, old, disk, ours, force))
            case Ownership.YOURS:
                steps.append(_yours(file, old, disk, path in restore))
            case Ownership.MERGED:
                steps.append(_merged(file, old, disk, read_base(path), path in restore, force))
    entries = {path: entry for path, entry in lock.entries.items() if partial and path not in files}
    entries |= {step.path: step.entry for step in steps if step.entry}
    # With something left to settle the inputs are not taken as done, so that the next run looks again.
    inputs = made.inputs if all(step.settled for step in steps) else {}
    return Plan(tuple(steps), replace(made, inputs=inputs, entries=dict(sorted(entries.items()))), lock)


def _emitted(file: EmittedFile, old: Entry | None, disk: bytes | None, ours: bool, force: bool) -> Step:
    """scimgen's file: rewritten; one that was edited by hand is named instead, unless forced."""
    new, entry = file.content, Entry(file.ownership, digest(file.content))
    if disk is None:
        return Step(file.path, Action.CREATE, new, None, entry, disk, new)
    if disk == new or disk.replace(b"\r\n", b"\n") == new:
        # Git may have checked it out with CRLF: the same text, so not an edit.
        return Step(file.path, Action.SAME if old else Action.ADOPT, None, None, entry, disk, new)
    if ours or force or lock_matches_crlf(old, disk):
        return Step(file.path, Action.UPDATE, new, None, entry, disk, new)
    return Step(file.path, Action.EDITED if old else Action.CONFLICT, None, None, old, disk, new)


def lock_matches_crlf(old: Entry | None, disk: bytes) -> bool:
    """Whether a file is as emitted but for line ends that git changed."""
    return old is not None and digest(disk.replace(b"\r\n", b"\n")) == old.digest


def _yours(file: EmittedFile, old: Entry | None, disk: bytes | None, restore: bool) -> Step:
    """The owner's file: written once, never touched again."""
    entry = old or Entry(file.ownership, digest(file.content))
    if disk is None and (old is None or restore):
        return Step(file.path, Action.CREATE, file.content, None, entry, disk, file.content)
    return Step(file.path, Action.SAME, None, None, entry, disk, file.content)


def _merged(
    file: EmittedFile, old: Entry | None, disk: bytes | None, base: bytes | None, restore: bool, force: bool
) -> Step:
    """A file that both write: the brief's table, row by row. A is the base, U the owner's text, B the new one."""
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
        return step(Action.UPDATE, new) if force else Step(path, Action.CONFLICT, None, None, old, disk, new)
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


def _dropped(path: str, old: Entry | None, disk: bytes | None, lock: Lock, read_base: Reader) -> Step:
    """No longer emitted: deleted where nobody touched it, else its owner's from now on.

    What an interrupted run alone had written is in no lock; it goes by the journal.
    """
    if disk is None or (old and old.ownership is Ownership.YOURS):
        return Step(path, Action.SAME, None, None, None, disk, None)
    untouched = (
        lock.emitted(path, disk) if old is None or old.ownership is Ownership.EMITTED else disk == read_base(path)
    )
    return Step(path, Action.DELETE if untouched else Action.LET_GO, None, None, None, disk, None)
