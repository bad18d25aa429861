"""The files of a project before they are written: path, bytes and ownership."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from scimgen.emit.literals import one_line
from scimgen.errors import ScimgenError


class Ownership(StrEnum):
    """Who owns a file of a project.

    EMITTED: scimgen, which rewrites it in each run. YOURS: the owner of the project; it is written
    once. MERGED: both; a three-way merge combines the changes. VENDORED: scimgen; it belongs to a
    folder that is a copy of a package and has one hash.
    """

    EMITTED = "emitted"
    YOURS = "yours"
    MERGED = "merged"
    VENDORED = "vendored"


class RuntimeMode(StrEnum):
    """How a generated app gets the server runtime.

    VENDORED: as a copy in its package. PACKAGE: from the distribution `scimgen-server`.
    """

    VENDORED = "vendored"
    PACKAGE = "package"


VENDORED_FOLDER = "_server"
"""The folder of the copy, inside the app's package."""


@dataclass(frozen=True, slots=True)
class ProjectTarget:
    """What a project is emitted for, besides its model.

    Args:
        source_name: the file name of the description, for comments at the start of files.
        mode: how the app gets the runtime.
    """

    source_name: str
    mode: RuntimeMode = RuntimeMode.VENDORED


class UnknownPart(ScimgenError, ValueError):
    """A requested part is not in the table of parts."""


@dataclass(frozen=True, slots=True)
class EmittedFile:
    """One file of a project.

    Args:
        path: the path relative to the folder of the project, with `/`.
        content: the bytes, with LF at the end of each line.
        ownership: the owner.
        part: the part that emitted it, a key of `PARTS`.
        source: the fingerprint of its source, for files that are slow to make, otherwise "".
    """

    path: str
    content: bytes
    ownership: Ownership
    part: str
    source: str = ""


Reuse = Callable[[str, str], bytes | None]
"""A function from a path and a fingerprint to the bytes that were emitted before, or None."""


def nothing_to_reuse(path: str, source: str) -> None:
    """The `Reuse` of a first run."""


def fingerprint(made_from: Any) -> str:
    """A hash of the source of a file: plain data and parts of the model, without positions."""
    return hashlib.sha256(json.dumps(made_from, default=_plain).encode()).hexdigest()


def _plain(part: Any) -> Any:
    return [getattr(part, field.name) for field in fields(part) if field.compare]


def json_bytes(document: Any) -> bytes:
    """Write a JSON file: indented by two blanks, with unescaped text and a final line break."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def header(source_name: str) -> str:
    """The comment at the start of an emitted file. It has no date, so that bytes stay equal."""
    return (
        f"# Emitted by scimgen from {one_line(source_name)}: edit that and run `scimgen generate`,"
        " not this file.\n"
    )
