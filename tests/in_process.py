"""Run a command in the process of the test: fast, with its own streams, folder and environment.

A test uses a process only where the process is what it tests: signals, two runs at once, hash seeds, a terminal.
"""

import contextlib
import gc
import io
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from unittest.mock import patch

from scimgen.cli import main


class _Pipe(io.BytesIO):
    """Standard input that cannot be read twice, as a pipe."""

    def seekable(self) -> bool:
        return False


def call(
    command: Callable[[], object], environment: Mapping[str, str], stdin: str | bytes = "", cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Call a command as if it were a process.

    Args:
        command: returns its exit code, or raises SystemExit.
        environment: all environment variables that it sees.
        stdin: its standard input; a text is sent as UTF-8.
        cwd: its current folder; that of the test if left out.

    Returns:
        the exit code, and what the command wrote to stdout and stderr.
    """
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="", write_through=True) for _ in range(2)]
    content = stdin.encode() if isinstance(stdin, str) else stdin
    with (
        patch.dict(os.environ, environment, clear=True),
        patch.object(sys, "stdin", io.TextIOWrapper(_Pipe(content), encoding="utf-8")),
        contextlib.chdir(cwd or Path.cwd()),
        contextlib.redirect_stdout(streams[0]),
        contextlib.redirect_stderr(streams[1]),
    ):
        code = _exit_code(command)
    output, errors = (stream.buffer.getvalue().decode() for stream in streams)  # type: ignore[attr-defined]
    return subprocess.CompletedProcess([], code, output, errors)


def scimgen(
    *arguments: object, cwd: Path | None = None, stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `scimgen` with arguments to its end.

    Args:
        environment: more environment variables.
    """
    variables = {**os.environ, "NO_COLOR": "1", **environment}
    collection = gc.get_threshold()
    with patch.object(sys, "argv", ["scimgen", *map(str, arguments)]):
        try:
            return call(main, variables, stdin, cwd)
        finally:
            gc.set_threshold(*collection)  # the command line collects less often, since it lives for seconds


def _exit_code(command: Callable[[], object]) -> int:
    try:
        code = command()
    except SystemExit as ended:
        code = ended.code
    if isinstance(code, str):  # `sys.exit(message)`
        print(code, file=sys.stderr)
        return 1
    return int(code or 0)  # type: ignore[call-overload]
