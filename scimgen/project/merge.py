"""Three-way merging, by `git merge-file`: what everybody's branches are merged by."""

import subprocess
import tempfile
from pathlib import Path

from scimgen.errors import ScimgenError


class NoGit(ScimgenError):
    """git is not installed."""


def merge(mine: bytes, base: bytes, theirs: bytes) -> bytes | None:
    """Both texts' changes to `base` in one.

    Returns:
        the merged text, or None where the changes overlap.

    Raises:
        NoGit: there is no git on the PATH.
    """
    merged, conflicts = merge_with_markers(mine, base, theirs)
    return None if conflicts else merged


def merge_with_markers(mine: bytes, base: bytes, theirs: bytes) -> tuple[bytes, bool]:
    """The merged text, git's markers where the changes overlap, and whether they do."""
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
