"""What the commands' arguments have in common."""

import argparse
from collections.abc import Callable
from typing import Protocol


class Commands(Protocol):
    """Where a command declares itself, see `argparse.ArgumentParser.add_subparsers`."""

    def add_parser(self, name: str, *, help: str, description: str) -> argparse.ArgumentParser:
        """Declare a command."""
        ...


class CommandError(Exception):
    """A command cannot do its work; one line that says why."""


def number(least: int, most: int) -> Callable[[str], int]:
    """A whole number within bounds, as an argument's type."""

    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text[:20]) <= most:
            raise argparse.ArgumentTypeError(f"a number from {least} to {most}")
        return int(text)

    return read
