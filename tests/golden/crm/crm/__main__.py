# Emitted by scimgen from crm.scim.yaml: edit that and run `scimgen generate`, not this file.
"""The command line: what each command does stands in `commands`."""

import argparse
import os
import sys

from .commands import audit, backup, export, import_, migrate, outbox, restore, serve, token
from .commands.arguments import CommandError
from .settings import APP, SettingsError
from .storage.interface import StorageError

COMMANDS = (serve, migrate, import_, export, backup, restore, token, audit, outbox)


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 2 means that it could not do its work, and why is one line on stderr."""
    parser = argparse.ArgumentParser(prog=APP, description="A SCIM 2.0 service provider.")
    commands = parser.add_subparsers(dest="command", required=True)
    for command in COMMANDS:
        command.add(commands)
    options = parser.parse_args(arguments)
    try:
        code = int(options.run(options))
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever reads may stop at any time
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (CommandError, SettingsError, StorageError) as error:
        print(f"{APP}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
