"""What the tests of validate share: one run as the command makes it, without the process."""

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scimgen.cli.validate import run_validate

RULES = Path(__file__).parent.parent / "rules"


@dataclass(frozen=True)
class Ran:
    """What a run printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The findings of a run with `--format json`."""
        found: list[dict[str, Any]] = json.loads(self.out)["diagnostics"]
        return found

    @property
    def rules(self) -> list[str]:
        """Their rules."""
        return [finding["rule"] for finding in self.findings]


@contextmanager
def _streams() -> Iterator[tuple[io.TextIOWrapper, io.TextIOWrapper]]:
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        yield out, err


def run(*paths: object, stdin: bytes | None = None, **options: Any) -> Ran:
    """Validate as the command does; findings as JSON unless `format` says otherwise."""
    before = sys.stdin
    if stdin is not None:
        sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
    try:
        with _streams() as (out, err):
            code = run_validate(tuple(str(path) for path in paths), **{"format": "json", **options})
            out.flush()
            err.flush()
            said = [stream.buffer.getvalue().decode("utf-8") for stream in (out, err)]  # type: ignore[attr-defined]
    finally:
        sys.stdin = before
    return Ran(code, said[0], said[1])


def write(path: Path, content: object) -> Path:
    """Write a file: bytes and text as they are, anything else as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = (
        content
        if isinstance(content, bytes)
        else content
        if isinstance(content, str)
        else json.dumps(content, indent=2)
    )
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return path
