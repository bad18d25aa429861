"""The limits port: how long a store may take, so that one request does not delay all others.

It is optional. A store without limits does not implement it.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Time limits in seconds; 0 for no limit.

    Args:
        statement: of one read statement. A search beyond it raises `TimeLimit`.
        lock: of waiting for a lock that another transaction or process holds.
        pool: of waiting for a free connection or thread.
    """

    statement: float = 0
    lock: float = 0
    pool: float = 0


NO_LIMITS = Limits()

current_caller: ContextVar[str] = ContextVar("current_caller", default="")
"""The caller of the request that runs, so that a store can share out what is scarce; "" for none.

A read reaches the database through several layers, none of which needs the caller.
"""


@runtime_checkable
class HasLimits(Protocol):
    """A store with time limits."""

    def limit(self, limits: Limits) -> None:
        """Set the limits. This is called before `open`; without it there are none."""
