"""The effect of a regeneration on databases that exist, and the commands that follow it."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from scimgen.diagnostics.text import count
from scimgen.model import App, Managed
from scimgen.project.plan import Plan

if TYPE_CHECKING:
    from scimgen.comparison import Change

_MOST = 12
_MODEL = re.compile(r"^[^/]+/((documents|models|values)/|resource_types\.py$)")

# What the generated server does. The text of a kind of change is about servers in general.
_STORED = {
    "attribute-removed": "stored values are kept, and are not served any more",
    "read-only-attribute-removed": "stored values are kept, and are not served any more",
    "attribute-renamed": "stored values are kept under the old name, and are not served",
    "extension-removed": "stored values are kept, and are not served any more",
    "type-removed": "stored resources are kept, and are not served any more",
    "type-renamed": "stored resources are kept under the old name, and are not served",
    "index-added": (
        "migrate fills the index and shows the progress; a small one is filled at the next start"
    ),
}
# The key is the kind of change, and whether the description manages the values.
_VALUES = {
    ("value-removed", True): "the next start deletes a stored value, unless a user has it",
    ("value-removed", False): "a stored value is kept, because clients manage stored values",
    ("value-changed", True): "the next start updates a stored value",
    ("value-changed", False): "a stored value does not change, because clients manage it",
}


def consequences(plan: Plan, app: App, source_name: str) -> Iterator[str]:
    """Describe what becomes of stored data, and what to run next.

    Args:
        plan: the plan, applied or not.
        app: the model that it generates.
        source_name: the file name of the description.

    Returns:
        the lines, none if the model has not changed.
    """
    if not _changes_a_model(plan):
        return
    from scimgen.comparison import compare
    from scimgen.project.previous import previous_app

    previous = previous_app(plan)
    comparison = compare(previous, app) if previous else None
    if comparison is None or not comparison.changes:
        return
    described = {type_.name for type_ in app.resource_types if type_.managed is Managed.DESCRIPTION}
    shown = [change for change in comparison.shown if _concerns_data(change)]
    if shown:
        yield "what this means for stored data:"
    for change in shown[:_MOST]:
        yield f"  {change.message}: {_stored(change, described)}"
        if change.question:
            yield f"    {change.question}"
    if len(shown) > _MOST:
        yield f"  and {count(len(shown) - _MOST, 'change')} more"
    yield from _next(plan, app, source_name, whole=bool(shown))


def _changes_a_model(plan: Plan) -> bool:
    """Whether documents, values or models that existed have changed.

    This does not import the comparison, which is slow.
    """
    return any(
        step.drifts and step.disk is not None and _MODEL.search(step.path) for step in plan.steps
    )


def _next(plan: Plan, app: App, source_name: str, *, whole: bool) -> Iterator[str]:
    """The commands that follow, in columns.

    Args:
        whole: whether to name the command that prints all changes.
    """
    changed = {
        step.path.removeprefix(f"{app.package}/").partition("/")[0]
        for step in plan.steps
        if step.drifts
    }
    commands = []
    if "documents" in changed:
        commands.append(("make golden", "accepts what clients discover now"))
    if changed & {"documents", "models"}:
        commands.append((f"{app.name} migrate", "brings a database that exists up to date"))
    if whole:
        commands.append((f"scimgen diff HEAD:{source_name} {source_name}", "prints all changes"))
    width = max((len(command) for command, _ in commands), default=0)
    for number, (command, does) in enumerate(commands):
        yield f"{'next:' if number == 0 else '':6} {command:{width}}   {does}"


def _concerns_data(change: "Change") -> bool:
    from scimgen.comparison import Affected

    kind = change.kind
    return not kind.stored.startswith("Nothing") and (
        bool(kind.stored) or Affected.STORED in kind.affects
    )


def _stored(change: "Change", described: set[str]) -> str:
    """What becomes of the stored data."""
    managed = dict(change.address).get("type") in described
    known = _STORED.get(change.kind.id) or _VALUES.get((change.kind.id, managed))
    text = known or change.kind.stored or change.kind.do
    return text[:1].lower() + text[1:]
