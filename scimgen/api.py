"""What scimgen does, for programs: `load` a description, `generate` a project."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from scimgen.description import load_file
from scimgen.diagnostics import Diagnostic, Severity
from scimgen.model import App
from scimgen.project import Disk, Lock, Plan

ENDINGS = (".scim.yaml", ".scim.yml", ".scim.json")


class NoDescription(Exception):
    """There is no description, or more than one, where one was looked for; the message says which."""


@dataclass(frozen=True, slots=True)
class Generated:
    """What `generate` found: the findings about the description, and the plan where it could be made."""

    findings: list[Diagnostic]
    plan: Plan | None

    @property
    def failed(self) -> bool:
        """Whether the description has errors, so that there is no plan."""
        return self.plan is None


def load(path: Path) -> tuple[App | None, list[Diagnostic]]:
    """Read a description.

    Returns:
        the app, or None where a finding is an error; and the findings.

    Raises:
        Unreadable: the file cannot be read at all.
    """
    return load_file(path)


def find_description(path: Path | None) -> Path:
    """The description that is meant: the file itself, or the only one in a folder (the current one for None).

    Raises:
        NoDescription: there is none, or more than one.
    """
    if path is not None and not path.is_dir():
        return path
    folder = path or Path()
    found = sorted(entry for entry in folder.iterdir() if entry.name.endswith(ENDINGS) and entry.is_file())
    if not found:
        raise NoDescription(f"no description in {folder.resolve()}: name one, or scaffold an app with scimgen new DIR")
    if len(found) > 1:
        raise NoDescription(f"more than one description: {', '.join(entry.name for entry in found)}; name one")
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


def generate(
    path: Path, *, only: Collection[str] = (), force: bool = False, restore: Collection[str] = ()
) -> Generated:
    """Plan a project from its description; `scimgen.project.apply` carries the plan out.

    Args:
        path: the description; its folder is the project's.
        only: parts of emission, all where empty.
        force: rewrite emitted files that were edited by hand.
        restore: paths that were deleted and are wanted back.

    Raises:
        Unreadable, LockError, UnsafePath, NoGit, UnknownPart: each says what is in the way.
    """
    from scimgen.emit import emit_project
    from scimgen.project import lock, make_plan

    app, findings = load_file(path)
    if app is None:
        return Generated(findings, None)
    disk = Disk(path.parent)
    old = read_lock(disk)
    files = emit_project(app, path.name, only)
    plan = make_plan(
        files,
        old,
        lock.current_versions(),
        disk.read,
        lambda name: disk.read(f"{lock.BASES}/{name}"),
        force=force,
        restore=frozenset(restore),
        partial=bool(only),
    )
    return Generated(findings, plan)


def has_errors(findings: Collection[Diagnostic]) -> bool:
    """Whether a finding is an error."""
    return any(finding.severity is Severity.ERROR for finding in findings)
