"""What the tests of validate share: one run as the command makes it, without the process."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scimgen.cli.validate import run_validate
from tests.in_process import call

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


def run(*paths: object, stdin: bytes = b"", **options: Any) -> Ran:
    """Validate as the command does; findings as JSON unless another `format` is given."""
    chosen = {"format": "json", **options}
    done = call(lambda: run_validate(tuple(map(str, paths)), **chosen), os.environ, stdin)
    return Ran(done.returncode, done.stdout, done.stderr)


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
