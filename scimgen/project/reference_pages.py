"""The reference pages of an app: the changes that they list, and the folder that they are in."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scimgen.atomic import write_atomically
from scimgen.comparison import Change, Severity, compare
from scimgen.comparison.advice import advice, steps
from scimgen.comparison.common import Loaded, check_comparable, in_common
from scimgen.comparison.sources import load_source
from scimgen.emit.docs import ChangeNote, Release
from scimgen.emit.docs.render import is_ours
from scimgen.model import App
from scimgen.validation.inputs import is_url

_MOST_CHANGES = 200
_HEADINGS = {"do": "What to do", "stored values": "Stored values"}


def release_since(since: str, path: Path, app: App, note: Callable[[str], None]) -> Release:
    """The changes of a description since a release.

    Args:
        since: a git revision of the description, or an old side as for `scimgen diff`.
        path: the description.
        app: its model.
        note: called with a message about each part of the old side that is left out.

    Raises:
        Unreadable, Faulty: the old side cannot be read.
    """
    name = since
    if not (is_url(since) or ":" in since or os.path.lexists(since)):
        relative = Path(os.path.relpath(path)).as_posix()
        name = f"{since}:{relative}" if relative.startswith("../") else f"{since}:./{relative}"
    old = load_source(name, None, note)
    new = Loaded(path.name, app)
    check_comparable(old, new, note)
    comparison = compare(*in_common(old, new))
    notes = tuple(_note(change, app.clients) for change in comparison.shown)
    more = max(0, len(notes) - _MOST_CHANGES)
    return Release(since, notes[:_MOST_CHANGES], tuple(advice(comparison)), more)


def _note(change: Change, clients: tuple[str, ...]) -> ChangeNote:
    """A change for administrators: the effects on clients first, then the work of developers."""
    is_harmless = change.severity is Severity.SAFE or change.allowed
    found = [] if is_harmless else list(steps(change, clients))
    found.sort(key=lambda entry: entry[0] in _HEADINGS)
    headed = tuple((_HEADINGS.get(name, name), text) for name, text in found)
    reason = change.allowed.reason if change.allowed else ""
    return ChangeNote(str(change.severity), change.message, headed, reason)


@dataclass(frozen=True)
class ReferenceFolder:
    """The folder of the reference pages, and the pages that belong in it.

    Args:
        path: the folder. It need not exist.
        pages: the content of each page, by file name.
    """

    path: Path
    pages: dict[str, bytes]

    @cached_property
    def _present(self) -> dict[str, bytes | None]:
        return {name: self._read(self.path / name) for name in self.pages}

    def _read(self, path: Path) -> bytes | None:
        """The present content. A broken link counts as a file of somebody else."""
        if not os.path.lexists(path):
            return None
        return path.read_bytes() if path.exists() else b""

    def stale(self) -> list[str]:
        """The pages that do not exist or have another content.

        Raises:
            OSError: a file cannot be read.
        """
        return [name for name, content in self.pages.items() if self._present[name] != content]

    def foreign(self) -> list[str]:
        """The stale pages that scimgen did not write, or that somebody has edited.

        Raises:
            OSError: a file cannot be read.
        """
        present = {name: self._present[name] for name in self.stale()}
        return [name for name, old in present.items() if old is not None and not is_ours(old)]

    def write(self) -> list[str]:
        """Write the stale pages, also over foreign ones.

        Returns:
            their names.

        Raises:
            OSError: a file cannot be read or written.
        """
        stale = self.stale()
        self.path.mkdir(parents=True, exist_ok=True)
        for name in stale:
            write_atomically(self.path / name, self.pages[name])
        return stale
