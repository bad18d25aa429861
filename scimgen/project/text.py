"""A plan as text for people: a line for each step, a summary, and a unified diff."""

import difflib
from collections import Counter
from collections.abc import Iterator

from scimgen.diagnostics.text import count
from scimgen.project.plan import Plan
from scimgen.project.step import Action, Step

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
_ADVICE_BEFORE = {
    **_ADVICE,
    Action.CONFLICT: "would conflict: scimgen generate puts the new text beside it, to be merged",
}


def step_lines(plan: Plan, *, written: bool, notes: bool, changes: bool) -> Iterator[str]:
    """Write one line for each step that a person has to know.

    Args:
        plan: the plan.
        written: whether the plan was applied.
        notes: whether to list files that their owner deleted.
        changes: whether to list the files that change. A vendored folder has one line.

    Returns:
        the lines. Conflicts and files that were edited by hand are always among them.
    """
    for step in plan.steps:
        if not step.settled:
            advice = (_ADVICE if written else _ADVICE_BEFORE)[step.action]
            yield f"{step.path}: {advice.format(name=step.path)}"
        elif step.action is Action.KEEP and step.disk is None and notes:
            yield f"{step.path}: you have deleted it; --restore {step.path} creates it again"
        elif step.drifts and not step.folder and changes:
            yield f"{_word(step.action, written):8} {step.path}"
    if changes:
        yield from _folder_lines(plan, written)


def _word(action: Action, written: bool) -> str:
    return _DONE.get(action, str(action)) if written else str(action)


def _folder_lines(plan: Plan, written: bool) -> Iterator[str]:
    actions = Counter(
        (step.folder, step.action) for step in plan.steps if step.folder and step.drifts
    )
    for (folder, action), number in sorted(actions.items()):
        yield f"{_word(action, written):8} {folder} ({count(number, 'file')})"


def summary(plan: Plan, *, written: bool) -> str:
    """Summarise a plan in one line.

    Args:
        plan: the plan.
        written: whether the plan was applied.
    """
    if not plan.drifts:
        return f"up to date: {count(len(plan.lock.entries), 'file')}"
    numbers = Counter(step.action for step in plan.steps if step.drifts)
    counts = [f"{number} {_word(action, True)}" for action, number in sorted(numbers.items())]
    what = ", ".join(counts) or f"{len(plan.lock.entries)} files recorded"
    return what if written else f"{what} (nothing was written)"


def unified_diff(plan: Plan) -> str:
    """The changes of a plan, in the format of `git diff`."""
    return "".join("".join(_step_diff(step)) for step in plan.steps)


def _step_diff(step: Step) -> Iterator[str]:
    content = step.content if step.settled else step.new
    if content is None and step.action is not Action.DELETE:
        return
    old = (step.disk or b"").decode("utf-8", "replace").splitlines(keepends=True)
    new = (content or b"").decode("utf-8", "replace").splitlines(keepends=True)
    before = f"a/{step.path}" if step.disk is not None else "/dev/null"
    after = f"b/{step.path}" if content is not None else "/dev/null"
    for line in difflib.unified_diff(old, new, before, after):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
