"""Hooks: functions of the app that run after a client has changed a user.

The change and its event are stored in one transaction. The hooks of an event run at least once, and
the events of one user in order. If a hook raises, all hooks of the event run again later. After 10
failures the event is given up; see the command `outbox`.
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
        id: the same on every attempt, so that a hook can recognise an event that it has processed.
        tenant: the tenant of the user.
        time: when the change was made, as `folding.fold_date_time` writes it.
        attempt: 1 for the first attempt.
    """

    id: int
    tenant: str
    time: str
    attempt: int


current_event: ContextVar[EventContext] = ContextVar("current_event")
"""The event of the hook that runs: `current_event.get().tenant`."""


class Hooks:
    """The hooks of an app. Each decorator adds a hook for one event, which can have several."""

    def __init__(self) -> None:
        self._hooks: defaultdict[EventName, list[Callable[..., Awaitable[None]]]] = defaultdict(
            list
        )

    def __bool__(self) -> bool:
        """Return whether there are any hooks."""
        return any(self._hooks.values())

    def on_user_created(self, hook: UserHook) -> UserHook:
        """Call the hook with a new user."""
        return self._add("user_created", hook)

    def on_user_changed(self, hook: UserHook) -> UserHook:
        """Call the hook with a user of which anything has changed, also grants and `active`."""
        return self._add("user_changed", hook)

    def on_user_deactivated(self, hook: UserHook) -> UserHook:
        """Call the hook with a user who is no longer active."""
        return self._add("user_deactivated", hook)

    def on_user_reactivated(self, hook: UserHook) -> UserHook:
        """Call the hook with a user who is active again."""
        return self._add("user_reactivated", hook)

    def on_user_deleted(self, hook: UserHook) -> UserHook:
        """Call the hook with a deleted user. Its grants were revoked before, each with an event."""
        return self._add("user_deleted", hook)

    def on_granted(self, hook: GrantHook) -> GrantHook:
        """Call the hook with a user and the role or entitlement that was granted."""
        self._hooks["granted"].append(hook)
        return hook

    def on_revoked(self, hook: GrantHook) -> GrantHook:
        """Call the hook with a user and the role or entitlement that was revoked."""
        self._hooks["revoked"].append(hook)
        return hook

    def _add(self, event: EventName, hook: UserHook) -> UserHook:
        self._hooks[event].append(hook)
        return hook

    async def deliver(self, waiting: QueuedEvent, model: type[Resource]) -> None:
        """Call the hooks of one event.

        Args:
            waiting: the event.
            model: the model of users.

        Raises:
            Exception: that of the first hook that fails. The remaining hooks are not called.
        """
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
