"""One run at a time on one project: the others print a line and wait."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive(root: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the project's folder for this process; a killed process lets go by itself.

    Args:
        root: the project's folder.
        waiting: is called once where another run holds it.
    """
    try:
        import fcntl
    except (
        ImportError
    ):  # Windows: os.replace keeps each file whole, two runs at once are the person's to avoid
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
