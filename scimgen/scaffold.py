"""The folder of a new project, from an example, a file or answers.

It must not exist, or be empty.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scimgen.api import ENDINGS
from scimgen.data import folder as data_folder
from scimgen.description import csv_names, load
from scimgen.diagnostics import Diagnostic
from scimgen.errors import ScimgenError
from scimgen.source import Document, Unreadable, read_bytes, read_text
from scimgen.source.files import language_of


class CannotScaffold(ScimgenError):
    """The folder or the description cannot be used; the message has the reason."""


class CannotInstall(ScimgenError):
    """The app cannot be installed; the message has the last line of pip."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A description before it is copied.

    Args:
        path: its file, for messages and the CSV files next to it; a bare name if it was made from
            answers.
        content: its bytes.
    """

    path: Path
    content: bytes

    @property
    def name(self) -> str:
        """Its file name in the new project, by which `scimgen generate` finds it."""
        if self.path.name.endswith(ENDINGS):
            return self.path.name
        return f"{self.path.stem}.scim.{language_of(self.path, self.content)}"


def example_names() -> list[str]:
    """The examples that travel with scimgen."""
    return sorted(path.parent.name for path in data_folder("examples").glob("*/*.scim.yaml"))


def origin_of(source: str) -> Origin:
    """The description that a person means: a file, or an example's name.

    Raises:
        CannotScaffold: it is neither.
    """
    path = Path(source)
    if source in example_names() and not path.is_file():
        path = next(data_folder("examples").glob(f"{source}/*.scim.yaml"))
    try:
        content = read_bytes(path)
    except Unreadable as error:
        raise CannotScaffold(f"{error}; the examples are {', '.join(example_names())}") from error
    return Origin(path, content)


def description_of(app: str, vendor: str, clients: Sequence[str], types: Sequence[str]) -> str:
    """A first description out of answers; every one of them goes in as a quoted string."""
    lines = [
        "# yaml-language-server: $schema=./scimgen.schema.json",
        "scimgen: 1",
        f"app: {json.dumps(app)}",
        f"vendor: {json.dumps(vendor)}",
        f"clients: {json.dumps(list(clients))}",
        "",
        "roles:",
        "  - {id: admin, displayName: Administrator}",
    ]
    if types:
        lines += ["", "entitlements:"]
    for name in types:
        lines += [
            f"  {json.dumps(name, ensure_ascii=False)}:",
            "    values:",
            (
                f"      - {{id: {json.dumps(f'{name.lower()}-1')}, displayName:"
                f" {json.dumps(f'First {name}')}}}"
            ),
        ]
    return "\n".join(lines) + "\n"


def scaffold(folder: Path, origin: Origin) -> list[Diagnostic]:
    """Put the description, and the CSV files beside it that it names, into a new folder.

    Returns:
        the findings about the description; with an error among them nothing is written.

    Raises:
        CannotScaffold: the folder exists and is not empty, or is no folder.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise CannotScaffold(f"{folder}: exists and is not a folder")
    if folder.exists() and any(folder.iterdir()):
        raise CannotScaffold(f"{folder}: is not empty; scimgen new makes a new folder")
    document = _document(origin)
    app, findings = load(document)
    if app is None:
        return findings
    folder.mkdir(parents=True, exist_ok=True)
    for name in csv_names(document):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(document.source.name).parent / name, target)
    (folder / origin.name).write_bytes(origin.content)
    return findings


def _document(origin: Origin) -> Document:
    return read_text(str(origin.path), origin.content, language_of(origin.path, origin.content))


def install(folder: Path) -> Path:
    """Install the app of a project into `.venv` in its folder.

    It is editable, so that the server runs what its owner edits later.

    Returns:
        the folder of the commands.

    Raises:
        CannotInstall: venv or pip failed.
    """
    environment = folder / ".venv"
    commands = environment / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(commands / "python"), "-m", "pip"]
    quiet = ["--quiet", "--disable-pip-version-check"]
    try:
        _run([sys.executable, "-m", "venv", str(environment)], folder)
        _run([*pip, "install", *quiet, "-e", "."], folder)
    except subprocess.CalledProcessError as error:
        lines = error.stderr.strip().splitlines()
        raise CannotInstall(lines[-1] if lines else "see pip") from error
    return commands


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True, errors="replace"
    )
