"""Output of the commands: findings on stdout, all else on stderr, colour on terminals."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from scimgen.diagnostics import Diagnostic


def colour(stream: TextIO) -> bool:
    """Whether to colour a stream: it is a terminal, and NO_COLOR is not set."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (
        stream.isatty() and os.environ.get("TERM") != "dumb"
    )


def note(message: str) -> None:
    """Print a message on stderr."""
    from scimgen.diagnostics.text import printable

    # The message may contain text of a server or a file.
    print("\n".join(map(printable, message.split("\n"))), file=sys.stderr, flush=True)


def fail(message: str) -> int:
    """Print why the command cannot do its work. Returns the exit code."""
    note(f"scimgen: {message}")
    return 2


def show(findings: Iterable["Diagnostic"]) -> None:
    """Print findings on stdout."""
    from scimgen.diagnostics import render_text

    for line in render_text(findings, colour(sys.stdout)):
        print(line)


@contextmanager
def progress(message: str) -> Iterator[None]:
    """Show that a step is slow: a spinner on a terminal, otherwise one line."""
    if not sys.stderr.isatty():
        note(f"{message} …")
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(message):
        yield
