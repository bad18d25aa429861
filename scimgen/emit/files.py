"""What emission gives: a path below the project's folder, its bytes, and whose the file is from
then on.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from scimgen.emit.literals import one_line
from scimgen.errors import ScimgenError


class Ownership(StrEnum):
    """Whose an emitted file is.

    EMITTED: generated; rewritten at every run. YOURS: the owner's; written once. MERGED: both's;
    three-way merged. VENDORED: a file of a folder that is a copy of a package; the folder has one
    hash.
    """

    EMITTED = "emitted"
    YOURS = "yours"
    MERGED = "merged"
    VENDORED = "vendored"


class RuntimeMode(StrEnum):
    """How a generated app gets the server runtime.

    VENDORED: as a copy inside its package. PACKAGE: as the distribution scimgen-server.
    """

    VENDORED = "vendored"
    PACKAGE = "package"


VENDORED_FOLDER = "_server"
"""The folder of the copy, inside the app's package."""


@dataclass(frozen=True, slots=True)
class Target:
    """What an app is emitted for, besides its model.

    Args:
        source_name: the description's file name, for the headers.
        mode: how the app gets the runtime.
    """

    source_name: str
    mode: RuntimeMode = RuntimeMode.VENDORED


class UnknownPart(ScimgenError, ValueError):
    """A part was asked for that is not in the table of parts."""


@dataclass(frozen=True, slots=True)
class EmittedFile:
    """One file of the emitted project.

    Args:
        path: relative to the project's folder, with `/`.
        content: its bytes, lines ended by LF.
        part: the part of emission that made it, a key of `PARTS`.
        source: the fingerprint of what it was made from, for files that are slow to make; "" for
            all others.
    """

    path: str
    content: bytes
    ownership: Ownership
    part: str
    source: str = ""


Reuse = Callable[[str, str], bytes | None]
"""Path and fingerprint to the bytes that were emitted from the same before, or None: then they are
made again.
"""


def nothing_to_reuse(path: str, source: str) -> None:
    """The `Reuse` of a first run."""


def fingerprint(made_from: Any) -> str:
    """One hash of what a file is made from: plain data and parts of the model, wherever these were
    written.
    """
    return hashlib.sha256(json.dumps(made_from, default=_plain).encode()).hexdigest()


def _plain(part: Any) -> Any:
    return [getattr(part, field.name) for field in fields(part) if field.name != "place"]


def json_bytes(document: Any) -> bytes:
    """A JSON file: two blanks of indentation, text as it is, one line break at the end."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def header(source_name: str) -> str:
    """The first line of an emitted file that can hold a comment; no date, so that the same is the
    same.
    """
    return (
        f"# Emitted by scimgen from {one_line(source_name)}: edit that and run `scimgen generate`,"
        " not this file.\n"
    )
