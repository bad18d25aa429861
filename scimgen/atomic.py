"""Write a file in one step: after a crash it has its old content or its new content."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def write_atomically(path: Path, content: bytes, waiting: Path | None = None) -> None:
    """Replace the content of a file. Its mode stays, and a symbolic link to it too.

    Args:
        path: the file.
        content: the new content.
        waiting: a folder on the same disk for the temporary file. The default is that of the file.

    Raises:
        OSError: the file cannot be written. The old one is unchanged.
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
