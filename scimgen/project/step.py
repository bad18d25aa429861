"""One step of a plan: what to do with one file."""

from dataclasses import dataclass
from enum import StrEnum

from scimgen.project.lock import Entry


class Action(StrEnum):
    """What happens to a file.

    SAME: nothing. CREATE, UPDATE, DELETE: as their names. ADOPT: an equal file existed before.
    KEEP: the version of the owner stays. MERGE: both versions are combined. CONFLICT: both changed
    the same lines. EDITED: a generated file was edited by hand. LET_GO: an edited file is not
    generated any more, and belongs to the owner now.
    """

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
    """What to do with one file.

    Args:
        path: the path relative to the folder of the project.
        action: what happens.
        content: the bytes to write. None if nothing is written.
        base: the base of the next merge. None keeps the old one.
        entry: the entry in the new lock. None if the file is not in it.
        disk: the present bytes. None if the file does not exist.
        new: the emitted bytes. None if the file is not emitted any more.
        folder: the vendored folder of the file, or "".
    """

    path: str
    action: Action
    content: bytes | None = None
    base: bytes | None = None
    entry: Entry | None = None
    disk: bytes | None = None
    new: bytes | None = None
    folder: str = ""

    @property
    def settled(self) -> bool:
        """Whether the step needs no person. CONFLICT and EDITED do."""
        return self.action not in (Action.CONFLICT, Action.EDITED)

    @property
    def drifts(self) -> bool:
        """Whether `--check` reports the step."""
        return self.action not in (Action.SAME, Action.KEEP)
