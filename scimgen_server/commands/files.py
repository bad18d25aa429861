"""Files that are there whole, or not at all."""

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from .arguments import CommandError


@contextmanager
def written(name: str, *, force: bool) -> Generator[BinaryIO]:
    """A new file, readable by its owner alone, which takes its name once the block is through.

    Args:
        force: whether it may take the place of one that is there.
    """
    path = Path(name)
    if path.exists() and not force:
        raise CommandError(f"{name} is there already: choose another name, or --force")
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
