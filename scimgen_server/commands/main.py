"""The console script of an app."""

import argparse
import os
import sys

from ..application import Application
from ..ports.resources import StorageError
from ..settings import SettingsError
from . import audit, backup, export, import_, migrate, outbox, restore, serve, token
from .arguments import CommandError

COMMANDS = (serve, migrate, import_, export, backup, restore, token, audit, outbox)


def run_command(application: Application, arguments: list[str] | None = None) -> int:
    """Run a command of the app's console script.

    Args:
        application: the app.
        arguments: the arguments of the command; those of the process if left out.

    Returns:
        The exit code. It is 2 if the command could not do its work; stderr has a line with the
        reason.
    """
    parser = argparse.ArgumentParser(
        prog=application.name, description="A SCIM 2.0 service provider."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for command in COMMANDS:
        command.add(commands, application.name)
    parser.set_defaults(application=application)
    options = parser.parse_args(arguments)
    try:
        application.check_version()
        code = int(options.run(options))
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # The reader of a pipe may stop at any time.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (CommandError, SettingsError, StorageError) as error:
        print(f"{application.name}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
