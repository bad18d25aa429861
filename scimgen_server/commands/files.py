"""Writes a file completely or not at all."""

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from .arguments import CommandError


@contextmanager
def new_file(name: str, *, force: bool) -> Generator[BinaryIO]:
    """Create a file that only its owner can read. It gets its name when the block has succeeded.

    Args:
        name: the path of the file.
        force: whether to replace an existing file.

    Raises:
        CommandError: the file exists, or cannot be written.
    """
    path = Path(name)
    if path.exists() and not force:
        raise CommandError(f"{name} exists: choose another name, or use --force to replace it")
    temporary = ""
    try:
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            temporary = file.name
            yield file  # type: ignore[misc]
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        temporary = ""
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror or error}") from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
