"""Three-way merges with `git merge-file`, as git merges branches."""

import subprocess
import tempfile
from pathlib import Path

from scimgen.errors import ScimgenError


class NoGit(ScimgenError):
    """git is not installed."""


def merge(mine: bytes, base: bytes, theirs: bytes) -> bytes | None:
    """Merge two versions of a text.

    Args:
        mine: the version of the owner.
        base: the common earlier version.
        theirs: the new version.

    Returns:
        the merged text, or None if the changes overlap.

    Raises:
        NoGit: git is not installed.
    """
    merged, conflicts = merge_with_markers(mine, base, theirs)
    return None if conflicts else merged


def merge_with_markers(mine: bytes, base: bytes, theirs: bytes) -> tuple[bytes, bool]:
    """Merge with the markers of git. Returns the text, and whether changes overlap."""
    with tempfile.TemporaryDirectory(prefix="scimgen-") as folder:
        for name, content in (("yours", mine), ("base", base), ("emitted", theirs)):
            (Path(folder) / name).write_bytes(content)
        try:
            run = subprocess.run(
                ["git", "merge-file", "-p", "-q", "yours", "base", "emitted"],
                cwd=folder,
                capture_output=True,
                check=False,
            )
        except FileNotFoundError as error:
            raise NoGit("git is needed to merge a file that was edited: install it") from error
    # The exit status is the number of conflicts, or 255 for an error, such as a binary file.
    return run.stdout, run.returncode != 0
