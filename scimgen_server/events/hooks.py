"""Hooks: functions of the app that run after a client has changed a resource.

The change and its event are stored in one transaction. The hooks of an event run at least once, and
the events of one user, group or other resource in order. If a hook raises, it runs
again later, and then the remaining hooks of the event. Those that have succeeded do not run again,
except after a crash. See `delivery` for events that are given up.
"""

import inspect
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

from ..messages.documents import Document, dump, load_stored
from ..ports.outbox import QueuedEvent
from ..schema.models import Resource
from .changes import Grant as Grant
from .changes import Member as Member
from .delivery import Unfinished
from .occurrences import EventName, Subject

_DONE = "done"
"""The member of an event with the names of the hooks that have succeeded."""

UserHook = TypeVar("UserHook", bound=Callable[[Any], Awaitable[None]])
GroupHook = TypeVar("GroupHook", bound=Callable[[Any], Awaitable[None]])
RenameHook = TypeVar("RenameHook", bound=Callable[[Any, str], Awaitable[None]])
MembersHook = TypeVar("MembersHook", bound=Callable[[Any, list[Member]], Awaitable[None]])
ResourceHook = TypeVar("ResourceHook", bound=Callable[[Any], Awaitable[None]])
AnyHook = TypeVar("AnyHook", bound=Callable[..., Awaitable[None]])
GrantHook = TypeVar("GrantHook", bound=Callable[[Any, Grant], Awaitable[None]])


@dataclass(frozen=True, slots=True)
class EventContext:
    """The event that a hook is called with.

    Args:
        id: the same on every attempt, so that a hook can recognise an event that it has processed.
        tenant: the tenant of the resource.
        time: when the change was made, as `folding.fold_date_time` writes it.
        attempt: 1 for the first attempt.
        reason: why members have left a group, see `occurrences.Reason`; empty for other events.
    """

    id: int
    tenant: str
    time: str
    attempt: int
    reason: str = ""


current_event: ContextVar[EventContext] = ContextVar("current_event")
"""The event of the hook that runs: `current_event.get().tenant`."""


class Hooks:
    """The hooks of an app. Each decorator adds a hook for one event, which can have several."""

    def __init__(self) -> None:
        self._hooks: defaultdict[EventName, dict[str, Callable[..., Awaitable[None]]]] = (
            defaultdict(dict)
        )

    def __bool__(self) -> bool:
        """Return whether there are any hooks."""
        return any(self._hooks.values())

    def __contains__(self, event: object) -> bool:
        """Return whether there is a hook for an event."""
        return any(name == event and hooks for name, hooks in self._hooks.items())

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
        return self._add("granted", hook)

    def on_revoked(self, hook: GrantHook) -> GrantHook:
        """Call the hook with a user and the role or entitlement that was revoked."""
        return self._add("revoked", hook)

    def on_group_created(self, hook: GroupHook) -> GroupHook:
        """Call the hook with a new group, without members. `on_members_added` gets them."""
        return self._add("group_created", hook)

    def on_group_changed(self, hook: GroupHook) -> GroupHook:
        """Call the hook with a group of which an attribute has changed, also its `displayName`."""
        return self._add("group_changed", hook)

    def on_group_renamed(self, hook: RenameHook) -> RenameHook:
        """Call the hook with a group and the `displayName` that it had before."""
        return self._add("group_renamed", hook)

    def on_group_deleted(self, hook: GroupHook) -> GroupHook:
        """Call the hook with a deleted group. `on_members_removed` got its members before."""
        return self._add("group_deleted", hook)

    def on_members_added(self, hook: MembersHook) -> MembersHook:
        """Call the hook with a group and its new direct members, up to 500 in a call."""
        return self._add("members_added", hook)

    def on_members_removed(self, hook: MembersHook) -> MembersHook:
        """Call the hook with a group and the members that have left it, up to 500 in a call.

        `current_event.get().reason` is `removed`, or `member_deleted` or `group_deleted`.
        """
        return self._add("members_removed", hook)

    def on_resource_created(self, hook: ResourceHook) -> ResourceHook:
        """Call the hook with a new resource of another type: of the app, a role, an entitlement."""
        return self._add("resource_created", hook)

    def on_resource_changed(self, hook: ResourceHook) -> ResourceHook:
        """Call the hook with a resource of another type that has changed."""
        return self._add("resource_changed", hook)

    def on_resource_deleted(self, hook: ResourceHook) -> ResourceHook:
        """Call the hook with a resource of another type that was deleted.

        A deleted role or entitlement is revoked from its holders, each with an event.
        """
        return self._add("resource_deleted", hook)

    def _add(self, event: EventName, hook: AnyHook) -> AnyHook:
        name = _name(hook)
        if not _is_async(hook):
            raise TypeError(
                f"the hook {name} of {event} is not async, so it would block the server:"
                f" write `async def`, and use asyncio.to_thread for calls that block"
            )
        hooks = self._hooks[event]
        same = sum(_name(one) == name for one in hooks.values())
        hooks[f"{name}#{same + 1}" if same else name] = hook
        return hook

    async def deliver(self, waiting: QueuedEvent, models: Mapping[str, type[Resource]]) -> None:
        """Call the hooks of one event.

        Args:
            waiting: the event.
            models: the models of all resource types, by their names.

        Raises:
            Unfinished: a hook has failed after others. They are not called in the next attempt.
            Exception: the first hook has failed. The remaining hooks are not called.
        """
        body = load_stored(waiting.event)
        hooks = self._hooks[body["event"]]
        if not hooks:
            return
        arguments = _arguments(body, models)
        context = EventContext(
            id=waiting.position,
            tenant=waiting.tenant,
            time=waiting.time,
            attempt=waiting.attempts + 1,
            reason=body.get("reason", ""),
        )
        token = current_event.set(context)
        try:
            await _call(hooks, arguments, body)
        finally:
            current_event.reset(token)


async def _call(
    hooks: Mapping[str, Callable[..., Awaitable[None]]], arguments: Sequence[Any], body: Document
) -> None:
    """Call the hooks that have not succeeded in an earlier attempt."""
    before: list[str] = body.get(_DONE, [])
    done = [*before]
    for name, hook in hooks.items():
        if name in before:
            continue
        try:
            await hook(*arguments)
        except Exception as error:
            if len(done) == len(before):
                raise
            raise Unfinished(dump(body | {_DONE: done}).decode()) from error
        done.append(name)


def _name(hook: Callable[..., object]) -> str:
    """Return the name of a hook, the same in every process of the app."""
    named = inspect.unwrap(hook)
    name = getattr(named, "__qualname__", type(named).__qualname__)
    return f"{hook.__module__}.{name}"


def _is_async(hook: Callable[..., object]) -> bool:
    """Return whether a hook is an async function, or an object with an async `__call__`."""
    return inspect.iscoroutinefunction(hook) or inspect.iscoroutinefunction(type(hook).__call__)


def _arguments(body: Document, models: Mapping[str, type[Resource]]) -> list[Any]:
    """Return what the hooks of an event are called with.

    Raises:
        LookupError: the description has no such resource type any more.
    """
    subject = next(body[name] for name in get_args(Subject) if name in body)
    type_name = subject["meta"]["resourceType"]
    if type_name not in models:
        raise LookupError(f"the description has no resource type {type_name} any more")
    arguments: list[Any] = [models[type_name].model_validate(subject)]
    if "grant" in body:
        arguments.append(Grant(**body["grant"]))
    if "members" in body:
        arguments.append([Member(**one) for one in body["members"]])
    if "before" in body:
        arguments.append(body["before"])
    return arguments
