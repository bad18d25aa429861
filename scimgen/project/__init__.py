"""Compare a project with what scimgen generates, and update it: plan, lock, merge, write."""

from scimgen.project.apply import apply
from scimgen.project.disk import Disk, UnsafePath
from scimgen.project.lock import Lock, LockError
from scimgen.project.plan import Plan, make_plan
from scimgen.project.step import Action, Step

__all__ = [
    "Action",
    "Disk",
    "Lock",
    "LockError",
    "Plan",
    "Step",
    "UnsafePath",
    "apply",
    "make_plan",
]
