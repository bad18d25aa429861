"""The changes since the last release, as a page tells them; who compares fills it in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChangeNote:
    """One change.

    Args:
        severity: `breaking`, `attention` or `safe`.
        message: what changed, in a sentence.
        advice: what to do about it: pairs of for whom and a text.
        allowed: why a breaking change is meant, "" where it is not said.
    """

    severity: str
    message: str
    advice: tuple[tuple[str, str], ...] = ()
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """All changes since what clients know.

    Args:
        since: what it is called: a git revision, a file, a server.
        changes: the worst first.
        versions: a sentence a schema whose URN should have another version.
        more: how many changes are not told, where there are very many.
    """

    since: str
    changes: tuple[ChangeNote, ...] = ()
    versions: tuple[str, ...] = ()
    more: int = 0
