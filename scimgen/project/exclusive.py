"""Allow one run at a time in a project. Other runs print a line and wait."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive(root: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Lock the folder of a project for this process. The lock ends with the process.

    Args:
        root: the folder of the project.
        waiting: called once if another run has the lock.
    """
    try:
        import fcntl
    except ImportError:
        # Windows has no lock of this kind. `os.replace` still writes each file in one step.
        yield
        return
    descriptor = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
