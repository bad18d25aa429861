"""The API for programs: `load` a description, `validate` documents, `generate` a project."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scimgen.diagnostics import Diagnostic, Severity
from scimgen.project.disk import Disk
from scimgen.project.lock import Lock

if TYPE_CHECKING:
    from scimgen.emit.files import RuntimeMode
    from scimgen.model import App
    from scimgen.project import Plan

ENDINGS = (".scim.yaml", ".scim.yml", ".scim.json")


class NoDescription(Exception):
    """There is no description, or more than one, where one is expected; the message has the
    folder.
    """


@dataclass(frozen=True, slots=True)
class Generated:
    """What `generate` found.

    Args:
        findings: about the description.
        plan: None if a finding is an error.
        app: the model.
        moved: advice for imports in the owner's files of modules that have moved, one line each.
    """

    findings: list[Diagnostic]
    plan: "Plan | None"
    app: "App | None" = None
    moved: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the description has errors, so that there is no plan."""
        return self.plan is None


def load(path: Path) -> tuple["App | None", list[Diagnostic]]:
    """Read a description.

    Returns:
        the app, or None where a finding is an error; and the findings.

    Raises:
        Unreadable: the file cannot be read at all.
    """
    from scimgen.description import load_file

    return load_file(path)


def validate(
    *paths: str | Path, clients: Collection[str] = (), min_severity: Severity = Severity.WARNING
) -> list[Diagnostic]:
    """Check descriptions, SCIM documents, folders and live servers, together as one service
    provider.

    Args:
        paths: files, folders, or base URLs.
        clients: ids of the client profiles whose rules apply besides the RFCs', such as `okta`.
        min_severity: the least severity that is given.

    Returns:
        the findings, in the order of the texts.

    Raises:
        Unreadable: something cannot be read at all; the message names it.
    """
    from scimgen.source import Unreadable
    from scimgen.validation.run import Request
    from scimgen.validation.run import validate as run_validation

    request = Request(tuple(map(str, paths)), clients=tuple(clients), min_severity=min_severity)
    outcome = run_validation(request)
    if outcome.failures:
        raise Unreadable("; ".join(outcome.failures))
    return list(outcome.results.findings)


def find_description(path: Path | None) -> Path:
    """The description that is meant: the file itself, or the only one in a folder (the current one
    for None).

    Raises:
        NoDescription: there is none, or more than one.
    """
    if path is not None and not path.is_dir():
        return path
    folder = path or Path()
    found = sorted(
        entry for entry in folder.iterdir() if entry.name.endswith(ENDINGS) and entry.is_file()
    )
    if not found:
        raise NoDescription(
            f"no description in {folder.resolve()}: name one, or scaffold an app with scimgen"
            " new DIR"
        )
    if len(found) > 1:
        raise NoDescription(
            f"more than one description: {', '.join(entry.name for entry in found)}; name one"
        )
    return found[0]


def read_lock(disk: Disk) -> Lock:
    """The lock of a project's folder, an empty one where there is none yet.

    Raises:
        LockError: it cannot be read as a lock.
    """
    from scimgen.project import lock

    content = disk.read(lock.NAME)
    found = lock.parse(content) if content is not None else Lock()
    journal = disk.read(lock.JOURNAL)
    return found.with_journal(journal.decode("utf-8", "replace")) if journal is not None else found


def is_up_to_date(path: Path) -> int:
    """Whether `generate` would do nothing, seen by hash alone; gives the number of files, 0 where
    there is work.

    Raises:
        LockError, UnsafePath: the message has the cause.
    """
    from scimgen.emit.files import RuntimeMode
    from scimgen.project.fresh import is_fresh
    from scimgen.project.lock import current_versions
    from scimgen.project.runtime_mode import runtime_mode

    disk = Disk(path.parent)
    lock = read_lock(disk)
    if bool(lock.vendored) is not (runtime_mode(path.parent) is RuntimeMode.VENDORED):
        return 0
    return len(lock.entries) if is_fresh(disk, lock, path.name, current_versions()) else 0


def generate(
    path: Path,
    *,
    only: Collection[str] = (),
    force: bool = False,
    restore: Collection[str] = (),
    mode: "RuntimeMode | None" = None,
) -> Generated:
    """Plan a project from its description; `scimgen.project.apply` carries the plan out.

    Args:
        path: the description; its folder is the project's.
        only: parts of emission, all where empty.
        force: rewrite emitted files that were edited by hand.
        restore: paths that were deleted and are wanted back.
        mode: how the app gets the server runtime; as its settings have it if left out.

    Raises:
        Unreadable, LockError, UnsafePath, NoGit, UnknownPart, SettingsError: the message has the
        cause.
    """
    from scimgen.description import csv_names
    from scimgen.description import load as load_document
    from scimgen.emit.files import Target
    from scimgen.project.generation import Generation
    from scimgen.project.lock import check_versions, current_versions
    from scimgen.project.runtime_mode import runtime_mode
    from scimgen.source import read_file

    disk = Disk(path.parent)
    lock = read_lock(disk)
    check_versions(lock, current_versions())
    document = read_file(path)
    app, findings = load_document(document)
    if app is None:
        return Generated(findings, None)
    target = Target(path.name, mode or runtime_mode(path.parent))
    generation = Generation(
        app, target, disk, lock, [path.name, *csv_names(document)], frozenset(only)
    )
    plan, moved = generation.plan(force=force, restore=frozenset(restore))
    return Generated(findings, plan, app, moved)
