"""Types for the arguments of the commands."""

import argparse
from collections.abc import Callable
from typing import Protocol

from ..errors import ScimServerError


class Commands(Protocol):
    """The collection of commands, from `argparse.ArgumentParser.add_subparsers`."""

    def add_parser(self, name: str, *, help: str, description: str) -> argparse.ArgumentParser:
        """Add a command and return the parser of its arguments."""
        ...


class CommandError(ScimServerError):
    """The command cannot do its work. The message is one line with the reason."""


def number(least: int, most: int) -> Callable[[str], int]:
    """Return an argument type for whole numbers from `least` to `most`."""

    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text[:20]) <= most:
            raise argparse.ArgumentTypeError(f"must be a whole number from {least} to {most}")
        return int(text)

    return read
