"""Apply a plan. The journal is written first, then files and merge bases, and the lock last."""

from collections.abc import Callable

from scimgen.project.disk import Disk
from scimgen.project.lock import BASES, JOURNAL, NAME, digest, dump, dump_journal
from scimgen.project.plan import Plan
from scimgen.project.step import Action, Step


def apply(plan: Plan, disk: Disk, progress: Callable[[Step], None] = lambda step: None) -> None:
    """Write, merge and delete the files of a plan.

    In a conflict, the new text is written next to the file, as `NAME.scimgen-new`.

    If the run is killed, its journal has the hashes of what it was about to write. The next run
    treats these files as generated, and continues. Merged files are not in the journal, because
    they contain text of the owner.

    Args:
        plan: the plan.
        disk: the folder of the project.
        progress: called after each step.

    Raises:
        UnsafePath: a path leads out of the folder, or a folder is in the way of a file.
        OSError: a file cannot be written.
    """
    noted = _journal(plan)
    if noted != plan.old_lock.journal:
        disk.write(JOURNAL, dump_journal(noted))
    for step in plan.steps:
        _apply_step(step, disk)
        progress(step)
    lock = dump(plan.lock)
    if disk.read(NAME) != lock:
        disk.write(NAME, lock)
    # The lock has all settled files. An unsettled file that an interrupted run wrote is in the
    # journal only.
    settled = {step.path for step in plan.steps if step.settled}
    left = {path: hashes for path, hashes in noted.items() if path not in settled}
    if left and left != noted:
        disk.write(JOURNAL, dump_journal(left))
    elif not left and disk.read(JOURNAL) is not None:
        disk.delete(JOURNAL)
    disk.sweep()


def _apply_step(step: Step, disk: Disk) -> None:
    """Write or delete the file of a step, and its merge base."""
    if step.content is not None:
        disk.write(step.path, step.content)
    elif step.action is Action.DELETE:
        disk.delete(step.path)
    elif step.action is Action.CONFLICT and step.new is not None:
        disk.write(f"{step.path}.scimgen-new", step.new)
    base = f"{BASES}/{step.path}"
    has_left = step.entry is None and step.new is None
    if step.base is not None and disk.read(base) != step.base:
        disk.write(base, step.base)
    elif has_left and disk.read(base) is not None:
        disk.delete(base)


def _journal(plan: Plan) -> dict[str, frozenset[str]]:
    """The journal of the run: the old one, and the hashes of what the run is about to write."""
    noted = dict(plan.old_lock.journal)
    changing = {step.folder for step in plan.steps if step.folder and step.drifts}
    for step in plan.steps:
        hashes = _hashes(step, in_changing_folder=step.folder in changing)
        if hashes:
            noted[step.path] = noted.get(step.path, frozenset()) | hashes
    return noted


def _hashes(step: Step, *, in_changing_folder: bool) -> frozenset[str]:
    """The hashes that the journal has for a step.

    The lock has one hash for a vendored folder. It is wrong as soon as one of the files is written.
    So the journal has all files of the folder, with those that do not change.
    """
    found: set[str] = set()
    if step.content is not None and step.action is not Action.MERGE:
        found.add(digest(step.content))
    if in_changing_folder and step.disk is not None:
        found.add(digest(step.disk))
    return frozenset(found)
