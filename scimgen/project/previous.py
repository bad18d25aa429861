"""The model of the last run, from the files of a plan before it is applied."""

import json
from dataclasses import replace

from scimgen.emit import last_model
from scimgen.emit.documents import value_file
from scimgen.model import App, ResourceType, Value
from scimgen.project.plan import Plan, lock_matches_crlf
from scimgen.project.step import Step


def previous_app(plan: Plan) -> App | None:
    """The model of the last run, with its values.

    Returns:
        the model. None if there was no last run, if an older release did not store the model, or if
        the stored model or values were edited by hand.
    """
    steps = {step.path: step for step in plan.steps}
    stored = _as_generated(plan, steps.get(last_model.PATH))
    if stored is None:
        return None
    try:
        app = last_model.parse(stored.decode())
        types = tuple(_with_values(plan, steps, app, type_) for type_ in app.resource_types)
    except ValueError:
        return None
    return replace(app, resource_types=types)


def _with_values(plan: Plan, steps: dict[str, Step], app: App, type_: ResourceType) -> ResourceType:
    """A resource type with the values of its file in `values/`.

    Raises:
        ValueError: the file was edited by hand.
    """
    step = steps.get(f"{app.package}/values/{value_file(type_.name)}")
    if step is None or step.disk is None:
        return type_
    content = _as_generated(plan, step)
    if content is None:
        raise ValueError(f"{step.path} was edited")
    values = tuple(Value(id=str(value["id"]), resource=value) for value in json.loads(content))
    return replace(type_, values=values)


def _as_generated(plan: Plan, step: Step | None) -> bytes | None:
    """The bytes on the disk. None if the file does not exist or was edited."""
    if step is None or step.disk is None:
        return None
    lock = plan.old_lock
    is_generated = lock.emitted(step.path, step.disk)
    return (
        step.disk
        if is_generated or lock_matches_crlf(lock.entries.get(step.path), step.disk)
        else None
    )
