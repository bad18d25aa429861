"""`generate --watch`: regenerate whenever the description or one of its CSV files is saved, and
print one line.
"""

import time
from pathlib import Path

from watchfiles import watch

from scimgen.api import NoDescription, find_description, generate
from scimgen.cli.console import count, fail, note, show
from scimgen.project import Action, Disk, LockError, UnsafePath, apply
from scimgen.project.exclusive import exclusive
from scimgen.project.merge import NoGit
from scimgen.source import Unreadable


def run_watch(file: Path | None) -> int:
    """Watch until Ctrl-C. A description with errors is reported, and the next save is tried."""
    try:
        path = find_description(file)
    except NoDescription as error:
        return fail(str(error))
    note(f"watching {path.name} and the CSV files beside it; Ctrl-C ends it")
    begun = False
    try:
        # The first turn comes without a change, once the watch is on: what is saved from then on is
        # seen.
        for changes in watch(path.parent, step=50, rust_timeout=250, yield_on_timeout=True):
            saved = {Path(name) for _, name in changes}
            if not begun or any(name.suffix == ".csv" or name.name == path.name for name in saved):
                _regenerate(path)
                begun = True
    except KeyboardInterrupt:
        pass
    return 0


def _regenerate(path: Path) -> None:
    began = time.perf_counter()
    try:
        with exclusive(
            path.parent, lambda: note("another scimgen is at work here: waiting for it to end")
        ):
            generated = generate(path)
            if generated.plan:
                apply(generated.plan, Disk(path.parent))
    except (Unreadable, LockError, UnsafePath, NoGit) as error:
        note(f"scimgen: {error}")
        return
    show(generated.findings)
    if generated.plan is None:
        note(f"{count(len(generated.findings), 'finding')}: nothing was written")
        return
    moved = [step.path for step in generated.plan.steps if step.drifts]
    stuck = [
        step.path
        for step in generated.plan.steps
        if step.action in (Action.CONFLICT, Action.EDITED)
    ]
    changed = (
        ", ".join(moved) if len(moved) <= 4 else f"{', '.join(moved[:3])} and {len(moved) - 3} more"
    )
    note(
        f"{time.strftime('%H:%M:%S')}  {changed or 'nothing to do'} "
        f" ({time.perf_counter() - began:.1f} s)"
    )
    if stuck:
        note(f"needs you: {', '.join(stuck)}; scimgen generate prints what to do")
