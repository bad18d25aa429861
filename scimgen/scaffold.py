"""Create the folder of a new project, from an example, a file or answers.

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

from scimgen.data import folder as data_folder
from scimgen.description import csv_names
from scimgen.diagnostics import Diagnostic
from scimgen.errors import ScimgenError
from scimgen.project.find import ENDINGS
from scimgen.source import Document, Unreadable, read_bytes, read_text
from scimgen.source.files import language_of
from scimgen.validation.described import read_description


class CannotScaffold(ScimgenError):
    """The folder or the description cannot be used. The message has the reason."""


class CannotInstall(ScimgenError):
    """The app cannot be installed. The message is the last line of pip."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A description before it is copied.

    Args:
        path: the file, for messages and the CSV files next to it. It is only a name if the
            description was made from answers.
        content: the bytes.
    """

    path: Path
    content: bytes

    @property
    def name(self) -> str:
        """The name of the file in the new project, which `scimgen generate` finds."""
        if self.path.name.endswith(ENDINGS):
            return self.path.name
        return f"{self.path.stem}.scim.{language_of(self.path, self.content)}"


def example_names() -> list[str]:
    """The names of the examples in scimgen."""
    return sorted(path.parent.name for path in data_folder("examples").glob("*/*.scim.yaml"))


def origin_of(source: str) -> Origin:
    """Read a description.

    Args:
        source: a file, or the name of an example.

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
    """Write a first description from answers. Each answer becomes a quoted string."""
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
    """Copy a description, and the CSV files that it names, to a new folder.

    Returns:
        the findings about the description if one is an error: then nothing is written. Otherwise
        none: `generate` reports them.

    Raises:
        CannotScaffold: the folder is not empty, or a file has its name.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise CannotScaffold(f"{folder}: exists and is not a folder")
    if folder.exists() and any(folder.iterdir()):
        raise CannotScaffold(f"{folder}: is not empty; scimgen new makes a new folder")
    document = _document(origin)
    app, findings = read_description(document)
    if app is None:
        return findings
    folder.mkdir(parents=True, exist_ok=True)
    for name in csv_names(document):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(document.source.name).parent / name, target)
    (folder / origin.name).write_bytes(origin.content)
    return []


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
