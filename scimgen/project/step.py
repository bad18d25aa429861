"""One step of a plan: what to do with one path."""

from dataclasses import dataclass
from enum import StrEnum

from scimgen.project.lock import Entry


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
        content: the bytes to write, None where nothing is written (for DELETE, CONFLICT and EDITED
            too).
        base: for a merged file the text to keep as the base of the next merge; None keeps the old
            one.
        entry: the path's line in the new lock, None where it leaves the lock.
        disk: the present bytes.
        new: the text as emitted, None where the file is not emitted any more.
        folder: the vendored folder of the path, whose hash covers the bytes on the disk; empty for
            other paths.
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
        """Whether the file needs nobody: a conflict and a hand-edited emitted file do."""
        return self.action not in (Action.CONFLICT, Action.EDITED)

    @property
    def drifts(self) -> bool:
        """Whether `--check` goes red for it."""
        return self.action not in (Action.SAME, Action.KEEP)
