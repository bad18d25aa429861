"""What was emitted against what stands on the disk: one plan, read by every form of `generate`, and its execution."""

from scimgen.project.apply import apply
from scimgen.project.disk import Disk, UnsafePath
from scimgen.project.lock import Lock, LockError
from scimgen.project.plan import Action, Plan, Step, make_plan

__all__ = ["Action", "Disk", "Lock", "LockError", "Plan", "Step", "UnsafePath", "apply", "make_plan"]
