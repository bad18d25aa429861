# Emitted by scimgen from ward-9.scim.yaml: edit that and run `scimgen generate`, not this file.
"""The console script: `serve`, `migrate`, `import`, `token` and more."""

import sys

from .resource_types import APPLICATION
from .runtime import run_command


def main(arguments: list[str] | None = None) -> int:
    """Run a command. Returns its exit code: 0 success, 1 findings, 2 it could not do its work."""
    return run_command(APPLICATION, arguments)


if __name__ == "__main__":
    sys.exit(main())
