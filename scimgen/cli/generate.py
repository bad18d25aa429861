"""`scimgen generate`."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scimgen.cli.console import fail, note, progress, show
from scimgen.cli.options import Description, NothingToDoQuiet

if TYPE_CHECKING:
    from scimgen.api import Generated
    from scimgen.emit.files import RuntimeMode
    from scimgen.project import Plan


def generate(
    file: Description = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a file is not up to date.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; show what would change.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing; list what would be done.")
    ] = False,
    only: Annotated[
        str, typer.Option(help="Parts to generate, with commas: documents,models,server.")
    ] = "",
    force: Annotated[
        bool, typer.Option("--force", help="Rewrite generated files that were edited by hand.")
    ] = False,
    restore: Annotated[
        list[str] | None, typer.Option(metavar="PATH", help="Bring back a file that you deleted.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Keep running, and regenerate after each save.")
    ] = False,
    quiet: NothingToDoQuiet = False,
) -> None:
    """Update the generated files after a change of the description.

    What you wrote is never overwritten: your own files are not changed, shared files are merged,
    and generated files that were edited by hand are reported.

    Examples:  scimgen generate  ·  scimgen generate --check  ·  scimgen generate --only
    documents,models
    """
    if watch:
        raise typer.Exit(_watch(file))
    parts = tuple(part.strip() for part in only.split(",") if part.strip())
    run = RunOptions(check, diff, dry_run, parts, force, tuple(restore or ()), quiet)
    raise typer.Exit(run_generate(file, run))


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of a run; see `scimgen generate --help`.

    Args:
        mode: how the app gets the server runtime. None keeps what its settings have.
    """

    check: bool = False
    diff: bool = False
    dry_run: bool = False
    only: tuple[str, ...] = ()
    force: bool = False
    restore: tuple[str, ...] = ()
    quiet: bool = False
    mode: "RuntimeMode | None" = None

    @property
    def writes(self) -> bool:
        """Whether the run writes files."""
        return not (self.check or self.diff or self.dry_run)


def run_generate(file: Path | None, run: RunOptions) -> int:
    """Generate a project, print the steps, and return the exit code."""
    from scimgen.diagnostics.text import count
    from scimgen.errors import ScimgenError
    from scimgen.project.find import find_description
    from scimgen.project.fresh import is_up_to_date

    try:
        path = find_description(file)
        with _alone(path.parent):
            files = 0 if run.only or run.restore or run.mode else is_up_to_date(path)
            if not files:
                return _generate(path, run)
    except ScimgenError as error:
        return fail(str(error))
    if not run.quiet:
        note(f"up to date: {count(files, 'file')}")
    return 0


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other run works in the folder."""
    from scimgen.project.exclusive import exclusive

    message = "another scimgen is running in this folder: waiting until it ends"
    with exclusive(folder, lambda: note(message)):
        yield


def _generate(path: Path, run: RunOptions) -> int:
    from scimgen.api import generate as plan_project
    from scimgen.diagnostics.text import count
    from scimgen.project.runtime_mode import reason_not_to_switch

    with nullcontext() if run.quiet else progress(f"generating from {path.name}"):
        generated = plan_project(
            path, only=run.only, force=run.force, restore=run.restore, mode=run.mode
        )
    show(generated.findings)
    plan = generated.plan
    if plan is None:
        note(f"{count(len(generated.findings), 'finding')} in {path}: nothing was written")
        return 1
    paths = {step.path for step in plan.steps}
    unknown = [name for name in run.restore if name not in paths]
    if unknown:
        return fail(f"--restore {unknown[0]}: no generated file has this name")
    obstacle = reason_not_to_switch(plan, run.mode) if run.mode else ""
    if obstacle:
        note(obstacle)
        return 1
    return _finish(generated, plan, path, run)


def _finish(generated: "Generated", plan: "Plan", path: Path, run: RunOptions) -> int:
    """Apply the plan unless it is only shown, and print it."""
    from scimgen.project.consequences import consequences
    from scimgen.project.text import step_lines, summary, unified_diff

    before, now = (lock.versions.get("scimgen") for lock in (plan.old_lock, plan.lock))
    if before and before != now and not run.quiet:
        note(f"upgrade from scimgen {before} to {now}")
    if run.diff:
        print(unified_diff(plan), end="")
    elif run.writes:
        generated.write()
    lists_changes = not (run.quiet or run.diff)
    lines = step_lines(plan, written=run.writes, notes=not run.quiet, changes=lists_changes)
    for line in lines:
        note(line)
    if not run.quiet:
        note(summary(plan, written=run.writes))
    if lists_changes and not run.check and generated.app:
        for line in consequences(plan, generated.app, path.name):
            note(line)
    for line in generated.moved:
        note(line)
    if run.check:
        return 1 if plan.drifts else 0
    return 0 if plan.settled else 1


def _watch(file: Path | None) -> int:
    """Regenerate after each save until Ctrl-C. A faulty description is reported."""
    from scimgen.errors import ScimgenError
    from scimgen.project.find import find_description
    from scimgen.project.watching import saves

    try:
        path = find_description(file)
    except ScimgenError as error:
        return fail(str(error))
    note(f"watching {path.name} and the CSV files beside it; Ctrl-C ends it")
    try:
        for _ in saves(path):
            _regenerate(path)
    except KeyboardInterrupt:
        pass
    return 0


def _regenerate(path: Path) -> None:
    """Generate, apply, and print one line."""
    import time

    from scimgen.api import generate as plan_project
    from scimgen.diagnostics.text import count
    from scimgen.errors import ScimgenError

    began = time.perf_counter()
    try:
        with _alone(path.parent):
            generated = plan_project(path)
            generated.write()
    except ScimgenError as error:
        fail(str(error))
        return
    show(generated.findings)
    if generated.plan is None:
        note(f"{count(len(generated.findings), 'finding')}: nothing was written")
        return
    changed = [step.path for step in generated.plan.steps if step.drifts]
    unsettled = [step.path for step in generated.plan.steps if not step.settled]
    what = ", ".join(changed) or "nothing to do"
    if len(changed) > 4:
        what = f"{', '.join(changed[:3])} and {len(changed) - 3} more"
    seconds = time.perf_counter() - began
    note(f"{time.strftime('%H:%M:%S')}  {what}  ({seconds:.1f} s)")
    if unsettled:
        note(f"not updated: {', '.join(unsettled)}; scimgen generate prints what to do")
