"""Wait for changes of a description and its CSV files."""

from collections.abc import Iterator
from pathlib import Path


def saves(description: Path) -> Iterator[None]:
    """Yield once at the start, and after each save of a description or a CSV file beside it.

    Args:
        description: the file. Its folder is watched.
    """
    from watchfiles import watch

    is_watched = False
    # watch() first yields without a change, once it watches. A save after that is not missed.
    for changes in watch(description.parent, step=50, rust_timeout=250, yield_on_timeout=True):
        saved = [Path(name) for _, name in changes]
        is_relevant = any(path.suffix == ".csv" or path.name == description.name for path in saved)
        if is_relevant or not is_watched:
            is_watched = True
            yield
