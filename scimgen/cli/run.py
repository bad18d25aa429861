"""The command `generate`: the findings, the plan step by step, what to do next, the exit code."""

import difflib
import re
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import nullcontext
from pathlib import Path

from scimgen.api import Generated, NoDescription, find_description, is_up_to_date
from scimgen.api import generate as plan_project
from scimgen.cli.console import count, fail, note, progress, show
from scimgen.project import Action, Disk, LockError, Plan, Step, UnsafePath, apply
from scimgen.project.exclusive import exclusive
from scimgen.settings import SettingsError
from scimgen.source import Unreadable

MODES = ("vendored", "package")

_DONE = {
    Action.CREATE: "created",
    Action.UPDATE: "updated",
    Action.ADOPT: "adopted",
    Action.KEEP: "kept",
    Action.MERGE: "merged",
    Action.DELETE: "deleted",
    Action.LET_GO: "let go",
}
_ADVICE = {
    Action.EDITED: (
        "was edited by hand: move the edit to the description or a file of yours, or use --force"
    ),
    Action.CONFLICT: "conflict: merge {name}.scimgen-new into it, then scimgen resolve {name}",
}
_NOT_SWITCHED = (
    "pyproject.toml: you have changed the lines that {mode} mode changes, so nothing was written:"
    ' set runtime = "{mode}" in its [tool.scimgen], run scimgen generate, and merge'
    " pyproject.toml.scimgen-new into it"
)
_NO_PLACE = (
    "pyproject.toml does not exist and has to store the mode, so nothing was written:"
    " scimgen generate --restore pyproject.toml"
)
_MODEL = re.compile(r"^[^/]+/((documents|models|values)/|resource_types\.py$)")
_WOULD = {
    **_ADVICE,
    Action.CONFLICT: "would conflict: scimgen generate puts the new text beside it, to be merged",
}


def run_generate(
    file: Path | None,
    *,
    write: bool,
    diff: bool = False,
    check: bool = False,
    only: Collection[str] = (),
    force: bool = False,
    restore: Collection[str] = (),
    quiet: bool = False,
    mode: str | None = None,
) -> int:
    """Plan a project, print the plan, and carry it out.

    Args:
        write: carry the plan out.
        mode: how the app gets the server runtime, one of MODES; as its settings have it if left
            out.

    Returns:
        the exit code.
    """
    try:
        path = find_description(file)
        with exclusive(
            path.parent, lambda: note("another scimgen is at work here: waiting for it to end")
        ):
            files = 0 if only or restore or mode else is_up_to_date(path)
            if files:
                if not quiet:
                    note(f"up to date: {count(files, 'file')}")
                return 0
            return _generate(path, write, diff, check, only, force, restore, quiet, mode)
    except (NoDescription, Unreadable, LockError, UnsafePath, SettingsError) as error:
        return fail(str(error))


def _generate(
    path: Path,
    write: bool,
    diff: bool,
    check: bool,
    only: Collection[str],
    force: bool,
    restore: Collection[str],
    quiet: bool,
    mode: str | None,
) -> int:
    from scimgen.emit import UnknownPart
    from scimgen.emit.files import RuntimeMode
    from scimgen.project.merge import NoGit

    try:
        with nullcontext() if quiet else progress(f"generating from {path.name}"):
            generated = plan_project(
                path,
                only=only,
                force=force,
                restore=restore,
                mode=RuntimeMode(mode) if mode else None,
            )
    except (NoGit, UnknownPart) as error:
        return fail(str(error))
    show(generated.findings)
    if generated.plan is None:
        note(f"{count(len(generated.findings), 'finding')} in {path}: nothing was written")
        return 1
    unknown = [name for name in restore if all(step.path != name for step in generated.plan.steps)]
    if unknown:
        return fail(f"--restore {unknown[0]}: no file that is emitted by this name")
    obstacle = _why_not_switched(generated.plan, mode) if mode else None
    if obstacle:
        note(obstacle)
        return 1
    before, now = (
        lock.versions.get("scimgen") for lock in (generated.plan.old_lock, generated.plan.lock)
    )
    if before and before != now and not quiet:
        note(f"upgrade from scimgen {before} to {now}")
    return _carry_out(generated, generated.plan, path, write, diff, check, quiet)


def _why_not_switched(plan: Plan, mode: str) -> str | None:
    """Returns why pyproject.toml cannot store a new mode, None if it can. With the old mode the
    next run switches back.

    Args:
        plan: of a run in the new mode.
        mode: the new mode.
    """
    step = next((step for step in plan.steps if step.path == "pyproject.toml"), None)
    if step is None or (step.content is None and step.disk is None):
        return _NO_PLACE
    return None if step.settled else _NOT_SWITCHED.format(mode=mode)


def _carry_out(
    generated: Generated, plan: Plan, path: Path, write: bool, diff: bool, check: bool, quiet: bool
) -> int:
    if diff:
        print("".join(line for step in plan.steps for line in _diff(step)), end="")
    elif not check and write:
        apply(plan, Disk(path.parent))
    for step in plan.steps:
        if not step.settled:
            advice = (_ADVICE if write else _WOULD)[step.action]
            note(f"{step.path}: {advice.format(name=step.path)}")
        elif step.action is Action.KEEP and step.disk is None and not quiet:
            note(f"{step.path}: deleted by you, and stays so; --restore {step.path} brings it back")
        elif step.drifts and not quiet and not diff and not step.folder:
            note(f"{_DONE[step.action] if write else step.action!s:8} {step.path}")
    if not quiet and not diff:
        for line in _folder_lines(plan, write):
            note(line)
    if not quiet:
        note(_summary(plan, write))
    if not quiet and not check and not diff and generated.app and _changes_a_model(plan):
        from scimgen.cli.consequences import consequences

        for line in consequences(plan, generated.app, path.name):
            note(line)
    for line in generated.moved:
        note(line)
    if check:
        return 1 if plan.drifts else 0
    return 0 if plan.settled else 1


def _folder_lines(plan: Plan, write: bool) -> Iterator[str]:
    """One line for each vendored folder and action, since a folder has many files."""
    actions = Counter(
        (step.folder, step.action) for step in plan.steps if step.folder and step.drifts
    )
    for (folder, action), number in sorted(actions.items()):
        done = _DONE[action] if write else str(action)
        yield f"{done:8} {folder} ({count(number, 'file')})"


def _changes_a_model(plan: Plan) -> bool:
    """Whether documents, values or models that existed have changed.

    This does not load the comparison.
    """
    return any(
        step.drifts and step.disk is not None and _MODEL.search(step.path) for step in plan.steps
    )


def _summary(plan: Plan, write: bool) -> str:
    done = Counter(step.action for step in plan.steps if step.drifts)
    if not plan.drifts:
        return f"up to date: {count(len(plan.lock.entries), 'file')}"
    counts = ", ".join(
        f"{number} {_DONE.get(action, str(action))}" for action, number in sorted(done.items())
    )
    return (counts or f"{len(plan.lock.entries)} files recorded") + (
        "" if write else " (nothing was written)"
    )


def _diff(step: Step) -> Iterator[str]:
    """A unified diff of what a step changes, as `git diff` shows it."""
    content = step.content if step.settled else step.new
    if content is None and step.action is not Action.DELETE:
        return
    old = (step.disk or b"").decode("utf-8", "replace").splitlines(keepends=True)
    new = (content or b"").decode("utf-8", "replace").splitlines(keepends=True)
    before = f"a/{step.path}" if step.disk is not None else "/dev/null"
    after = f"b/{step.path}" if content is not None else "/dev/null"
    for line in difflib.unified_diff(old, new, before, after):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
