"""The plan carried out: journal first, then the files, the bases, and the lock last."""

from collections.abc import Callable

from scimgen.project.disk import Disk
from scimgen.project.lock import BASES, JOURNAL, NAME, digest, dump, dump_journal
from scimgen.project.plan import Plan
from scimgen.project.step import Action, Step


def apply(plan: Plan, disk: Disk, progress: Callable[[Step], None] = lambda step: None) -> None:
    """Carry the plan out. A conflict's new text is put beside the owner's file, as
    `NAME.scimgen-new`.

    A run that is killed on the way leaves a journal of the hashes that it was about to write; the
    next one knows them as its own and goes on from there. What was merged is not among them: it has
    its owner's text in it.

    Raises:
        OSError: the disk refused; what was written so far is known to the journal.
    """
    noted = dict(plan.old_lock.journal)
    changing = {step.folder for step in plan.steps if step.folder and step.drifts}
    for step in plan.steps:
        hashes = _hashes(step, in_changing_folder=step.folder in changing)
        if hashes:
            noted[step.path] = noted.get(step.path, frozenset()) | hashes
    if noted != plan.old_lock.journal:
        disk.write(JOURNAL, dump_journal(noted))
    for step in plan.steps:
        if step.content is not None:
            disk.write(step.path, step.content)
        elif step.action is Action.DELETE:
            disk.delete(step.path)
        elif step.action is Action.CONFLICT and step.new is not None:
            disk.write(f"{step.path}.scimgen-new", step.new)
        if step.base is not None and disk.read(f"{BASES}/{step.path}") != step.base:
            disk.write(f"{BASES}/{step.path}", step.base)
        elif (
            step.entry is None
            and step.new is None
            and disk.read(f"{BASES}/{step.path}") is not None
        ):
            disk.delete(f"{BASES}/{step.path}")
        progress(step)
    lock = dump(plan.lock)
    if disk.read(NAME) != lock:
        disk.write(NAME, lock)
    # Of what is settled the lock knows all; what somebody has still to settle may be scimgen's by
    # the journal alone.
    settled = {step.path for step in plan.steps if step.settled}
    left = {path: hashes for path, hashes in noted.items() if path not in settled}
    if left and left != noted:
        disk.write(JOURNAL, dump_journal(left))
    elif not left and disk.read(JOURNAL) is not None:
        disk.delete(JOURNAL)
    disk.sweep()


def _hashes(step: Step, *, in_changing_folder: bool) -> frozenset[str]:
    """Returns the hashes that the journal notes for a step.

    The lock has one hash for a vendored folder, which no longer fits once one of its files is
    written. So the journal has the bytes of all its files, those that stay the same too.
    """
    found: set[str] = set()
    if step.content is not None and step.action is not Action.MERGE:
        found.add(digest(step.content))
    if in_changing_folder and step.disk is not None:
        found.add(digest(step.disk))
    return frozenset(found)
