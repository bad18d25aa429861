"""Hooks: what the app does when a client has changed a user. The owner's `hooks.py` registers them.

An event is laid down with the change itself and told until its hooks have run without an error: at least once, those of
one user in order. A hook that fails is tried again later; after ten times its event is put aside, see `crm outbox`.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from ..messages.documents import load_stored
from ..ports.outbox import QueuedEvent
from ..schema.models import Resource
from .changes import EventName
from .changes import Grant as Grant

UserHook = TypeVar("UserHook", bound=Callable[[Any], Awaitable[None]])
GrantHook = TypeVar("GrantHook", bound=Callable[[Any, Grant], Awaitable[None]])


@dataclass(frozen=True, slots=True)
class EventContext:
    """The event that a hook is called with.

    Args:
        id: the same on every attempt, so that a hook can tell what it has done already.
        tenant: whose user it is.
        time: when the change was made.
        attempt: 1 for the first.
    """

    id: int
    tenant: str
    time: str
    attempt: int


current_event: ContextVar[EventContext] = ContextVar("current_event")
"""What is being delivered while a hook runs: `current_event.get().tenant`."""


class Hooks:
    """Collects hooks by decorators, each for one event; any number of hooks may share an event."""

    def __init__(self) -> None:
        self._hooks: defaultdict[EventName, list[Callable[..., Awaitable[None]]]] = defaultdict(
            list
        )

    def __bool__(self) -> bool:
        return any(self._hooks.values())

    def on_user_created(self, hook: UserHook) -> UserHook:
        """RequestContext the hook with a new user."""
        return self._add("user_created", hook)

    def on_user_changed(self, hook: UserHook) -> UserHook:
        """RequestContext the hook with a user of whom anything has changed, grants and `active` included."""
        return self._add("user_changed", hook)

    def on_user_deactivated(self, hook: UserHook) -> UserHook:
        """RequestContext the hook with a user who was active and is not any more."""
        return self._add("user_deactivated", hook)

    def on_user_reactivated(self, hook: UserHook) -> UserHook:
        """RequestContext the hook with a user who is active again."""
        return self._add("user_reactivated", hook)

    def on_user_deleted(self, hook: UserHook) -> UserHook:
        """RequestContext the hook with a user as it was; what it held is revoked before."""
        return self._add("user_deleted", hook)

    def on_granted(self, hook: GrantHook) -> GrantHook:
        """RequestContext the hook with a user and what was granted to it."""
        self._hooks["granted"].append(hook)
        return hook

    def on_revoked(self, hook: GrantHook) -> GrantHook:
        """RequestContext the hook with a user and what was revoked from it."""
        self._hooks["revoked"].append(hook)
        return hook

    def _add(self, event: EventName, hook: UserHook) -> UserHook:
        self._hooks[event].append(hook)
        return hook

    async def deliver(self, waiting: QueuedEvent, model: type[Resource]) -> None:
        """RequestContext the hooks of one event; the first that fails raises, and all are called again later."""
        body = load_stored(waiting.event)
        hooks = self._hooks[body["event"]]
        if not hooks:
            return
        user = model.model_validate(body["user"])
        grant = [Grant(**body["grant"])] if "grant" in body else []
        token = current_event.set(
            EventContext(waiting.position, waiting.tenant, waiting.time, waiting.attempts + 1)
        )
        try:
            for hook in hooks:
                await hook(user, *grant)
        finally:
            current_event.reset(token)
