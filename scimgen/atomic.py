"""Write a file in one step: after a crash it has its old content or its new content."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def write_atomically(path: Path, content: bytes, waiting: Path | None = None) -> None:
    """Put `content` in place of a file's; its mode stays, and a symbolic link goes on pointing to
    it.

    Args:
        waiting: a folder on the same disk for the file until it is whole; the file's own where
            None.

    Raises:
        OSError: the disk or its permissions refuse; the old file is unchanged.
    """
    real = Path(os.path.realpath(path))
    descriptor, temporary = tempfile.mkstemp(dir=waiting or real.parent, prefix=".scimgen-")
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, real.stat().st_mode & 0o7777 if real.exists() else 0o666 & ~_umask())
        os.replace(temporary, real)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
