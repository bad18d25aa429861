"""The functions of the public API: `load`, `validate`, `generate` and `compare`.

Imports are inside the functions, so that a program loads what it uses.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scimgen.diagnostics import Diagnostic, Severity
from scimgen.project.disk import Disk

if TYPE_CHECKING:
    from scimgen.comparison import Comparison
    from scimgen.comparison.common import Loaded
    from scimgen.emit.files import RuntimeMode
    from scimgen.model import App
    from scimgen.project import Plan


@dataclass(frozen=True, slots=True)
class Generated:
    """The result of `generate`. Nothing is written until `write` is called.

    Args:
        findings: the findings about the description.
        plan: the steps to take, None if the description has errors.
        app: the model, None if the description has errors.
        moved: advice for imports, in files of the owner, of modules that have moved. One line each.
        folder: the folder of the project.
    """

    findings: list[Diagnostic]
    plan: "Plan | None"
    app: "App | None" = None
    moved: tuple[str, ...] = ()
    folder: Path = Path()

    @property
    def failed(self) -> bool:
        """Whether the description has errors, so that there is no plan."""
        return self.plan is None

    def write(self) -> None:
        """Apply the plan: write, merge and delete files, as `scimgen generate` does.

        It does nothing without a plan. Files that were edited by hand are not changed.

        Raises:
            UnsafePath: a path leads out of the folder, or a folder is in the way of a file.
            OSError: a file cannot be written. The next run continues.
        """
        from scimgen.project.apply import apply

        if self.plan:
            apply(self.plan, Disk(self.folder))


def load(path: str | Path) -> "tuple[App | None, list[Diagnostic]]":
    """Read a description, and check it like `validate` with the settings of its project.

    Args:
        path: the file.

    Returns:
        the app, None if a finding is an error; and the findings without the ignored ones.

    Raises:
        Unreadable: the file cannot be read.
        SettingsError: the settings of the project have a fault.

    Example:
        >>> app, findings = load("examples/crm/crm.scim.yaml")
        >>> app.name, len(app.resource_types), findings
        ('crm', 5, [])
    """
    from scimgen.settings import settings_of
    from scimgen.source import read_file
    from scimgen.validation.described import read_description

    file = Path(path)
    return read_description(read_file(file), settings_of(file.parent))


def validate(
    *paths: str | Path,
    clients: Collection[str] = (),
    min_severity: Severity = Severity.WARNING,
    token: str | None = None,
) -> list[Diagnostic]:
    """Check descriptions, SCIM documents and live servers, together as one service provider.

    Args:
        paths: files, folders, or base URLs.
        clients: the ids of client profiles, such as `okta`. Their rules apply besides those of the
            RFCs.
        min_severity: the least severity of the findings to return.
        token: the bearer token for a live server. The default is that of `SCIMGEN_TOKEN`.

    Returns:
        the findings, by file and position.

    Raises:
        Unreadable: a path cannot be read. The message names it.

    Example:
        >>> for finding in validate("examples/crm/crm.scim.yaml", clients=["okta"]):
        ...     print(finding.place, finding.rule, finding.message)
    """
    from scimgen.source import Unreadable
    from scimgen.validation.run import Request
    from scimgen.validation.run import validate as run_validation

    request = Request(
        tuple(map(str, paths)), clients=tuple(clients), min_severity=min_severity, token=token
    )
    outcome = run_validation(request)
    if outcome.failures:
        raise Unreadable("; ".join(outcome.failures))
    return list(outcome.results.findings)


def compare(
    old: "App | str | Path",
    new: "App | str | Path",
    *,
    token: str | None = None,
    note: Callable[[str], None] | None = None,
) -> "Comparison":
    """Compare two descriptions, documents or servers, as `scimgen diff` does.

    Args:
        old: what clients know: an app; a description; SCIM documents in a file or folder; a git
            revision (`REV:PATH`); or the base URL of a live server.
        new: what replaces it, in one of the same forms.
        token: the bearer token for a live server. The default is that of `SCIMGEN_TOKEN`.
        note: called with a message about each part that is left out.

    Returns:
        the changes. `breaks` is whether one of them is breaking and not allowed.

    Raises:
        Unreadable: a side cannot be read, or contains nothing to compare.
        Faulty: a side is a description with errors.

    Example:
        >>> from dataclasses import replace
        >>> app, _ = load("examples/crm/crm.scim.yaml")
        >>> changed = replace(app, dialect="ietf")
        >>> [change.message for change in compare(app, changed).changes]
        ['the dialect of roles and entitlements is ietf, was okta']
    """
    from scimgen.comparison import compare as compare_apps
    from scimgen.comparison.common import check_comparable, in_common

    before, after = (_side(side, token, note or _ignore) for side in (old, new))
    check_comparable(before, after, note or _ignore)
    return compare_apps(*in_common(before, after))


def _ignore(message: str) -> None:
    """The default for `note`."""


def _side(side: "App | str | Path", token: str | None, note: Callable[[str], None]) -> "Loaded":
    from scimgen.comparison.common import Loaded
    from scimgen.comparison.sources import load_source

    if isinstance(side, str | Path):
        return load_source(str(side), token, note)
    return Loaded(side.name, side)


def generate(
    path: str | Path,
    *,
    only: Collection[str] = (),
    force: bool = False,
    restore: Collection[str] = (),
    mode: "RuntimeMode | None" = None,
) -> Generated:
    """Generate a project from its description, without writing it.

    Args:
        path: the description. Its folder is that of the project.
        only: the parts to generate, such as `documents`. The default is all parts.
        force: whether to rewrite generated files that were edited by hand.
        restore: the paths of deleted files to create again.
        mode: how the app gets the server runtime. The default is that of its settings.

    Returns:
        the findings about the description and the plan, which `write` applies.

    Raises:
        Unreadable: the description cannot be read.
        SettingsError: the settings of the project have a fault.
        LockError: `scimgen.lock` cannot be used.
        UnsafePath: a path leads out of the folder, or a folder is in the way of a file.
        NoGit: a file has to be merged, and git is not installed.
        UnknownPart: `only` has an unknown part.

    Example:
        >>> generated = generate("examples/crm/crm.scim.yaml")
        >>> generated.failed
        False
        >>> [step.path for step in generated.plan.steps if step.path.endswith("license.py")]
        ['crm/models/license.py']
    """
    run = _GenerateCall(Path(path), frozenset(only), force, frozenset(restore), mode)
    return run.generate()


@dataclass(frozen=True, slots=True)
class _GenerateCall:
    """The arguments of `generate`."""

    path: Path
    only: frozenset[str]
    force: bool
    restore: frozenset[str]
    mode: "RuntimeMode | None"

    def generate(self) -> Generated:
        """Read the description and make the plan."""
        from scimgen.description import csv_names
        from scimgen.emit.files import ProjectTarget
        from scimgen.project.generation import Generation
        from scimgen.project.lock import check_versions, current_versions, read_lock
        from scimgen.project.runtime_mode import runtime_mode
        from scimgen.settings import settings_of
        from scimgen.source import read_file
        from scimgen.validation.described import read_description

        folder = self.path.parent
        disk = Disk(folder)
        lock = read_lock(disk)
        check_versions(lock, current_versions())
        document = read_file(self.path)
        app, findings = read_description(document, settings_of(folder))
        if app is None:
            return Generated(findings, None, folder=folder)
        target = ProjectTarget(self.path.name, self.mode or runtime_mode(folder))
        sources = [self.path.name, *csv_names(document)]
        generation = Generation(app, target, disk, lock, sources, self.only)
        plan, moved = generation.plan(force=self.force, restore=self.restore)
        return Generated(findings, plan, app, moved, folder)
