"""How a project gets the server runtime: as a vendored copy, or as a package."""

from pathlib import Path

from scimgen.emit.files import RuntimeMode
from scimgen.project.plan import Plan

_NOT_SWITCHED = (
    "pyproject.toml: you have changed the lines that {mode} mode changes, so nothing was written:"
    ' set runtime = "{mode}" in its [tool.scimgen], run scimgen generate, and merge'
    " pyproject.toml.scimgen-new into it"
)
_NO_PLACE = (
    "pyproject.toml does not exist and has to store the mode, so nothing was written:"
    " scimgen generate --restore pyproject.toml"
)


def runtime_mode(folder: Path) -> RuntimeMode:
    """The mode of the project in a folder: `runtime` in `[tool.scimgen]` of its pyproject.toml.

    Returns:
        the mode, VENDORED if there is no such setting.

    Raises:
        SettingsError: the settings have a fault.
    """
    from scimgen.settings import load_settings

    project = folder / "pyproject.toml"
    chosen = load_settings(project).runtime if project.is_file() else None
    return RuntimeMode(chosen) if chosen else RuntimeMode.VENDORED


def reason_not_to_switch(plan: Plan, mode: RuntimeMode) -> str:
    """Why pyproject.toml cannot store a new mode, or "".

    With the old mode in it, the next run would switch back.

    Args:
        plan: of a run in the new mode.
        mode: the new mode.
    """
    step = next((step for step in plan.steps if step.path == "pyproject.toml"), None)
    if step is None or (step.content is None and step.disk is None):
        return _NO_PLACE
    return "" if step.settled else _NOT_SWITCHED.format(mode=mode)
