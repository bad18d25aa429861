"""The changes since the last release for a page. The caller makes them from a comparison."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """One change.

    Args:
        severity: `breaking`, `attention` or `safe`.
        message: A sentence about the change.
        advice: What to do about it: pairs of the audience and a text.
        allowed: The reason for an intended breaking change, or "".
    """

    severity: str
    message: str
    advice: tuple[tuple[str, str], ...] = ()
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """All changes since the release that clients know.

    Args:
        since: The name of the release: a git revision, a file or a server.
        changes: The changes, the highest severity first.
        versions: One sentence for each schema whose URN should have another version.
        more: The number of changes that are left out.
    """

    since: str
    changes: tuple[ChangeNote, ...] = ()
    versions: tuple[str, ...] = ()
    more: int = 0
