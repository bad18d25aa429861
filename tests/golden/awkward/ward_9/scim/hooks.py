# Emitted by scimgen from ward-9.scim.yaml: edit that and run `scimgen generate`, not this file.
"""Hooks: what the app does when a client has changed a user. The owner's `hooks.py` registers them.

They run in the server's process once the change is durable, one after the other in the order of the changes. A hook
that fails is logged and does not stop the next one; a server that is killed in between does not call it again.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

from ..models.base import Resource
from . import logs
from .messages import Document, is_object

_PATIENCE = 10
"""Seconds that a server which stops waits for its hooks."""

Event: TypeAlias = Literal[
    "user_created", "user_changed", "user_deactivated", "user_reactivated", "user_deleted", "granted", "revoked"
]
UserHook = TypeVar("UserHook", bound=Callable[[Any], Awaitable[None]])
GrantHook = TypeVar("GrantHook", bound=Callable[[Any, "Grant"], Awaitable[None]])


@dataclass(frozen=True, slots=True)
class Grant:
    """A role or an entitlement that a user holds.

    Args:
        value: the id of the role or entitlement.
        type: the name of its resource type, such as `License`.
        display: its name for people.
    """

    value: str
    type: str
    display: str = ""


class Hooks:
    """Collects hooks by decorators, each for one event; any number of hooks may share an event."""

    def __init__(self) -> None:
        self._hooks: defaultdict[Event, list[Callable[..., Awaitable[None]]]] = defaultdict(list)

    def __bool__(self) -> bool:
        return any(self._hooks.values())

    def on_user_created(self, hook: UserHook) -> UserHook:
        """Call the hook with a new user."""
        return self._add("user_created", hook)

    def on_user_changed(self, hook: UserHook) -> UserHook:
        """Call the hook with a user of whom anything has changed, grants and `active` included."""
        return self._add("user_changed", hook)

    def on_user_deactivated(self, hook: UserHook) -> UserHook:
        """Call the hook with a user who was active and is not any more."""
        return self._add("user_deactivated", hook)

    def on_user_reactivated(self, hook: UserHook) -> UserHook:
        """Call the hook with a user who is active again."""
        return self._add("user_reactivated", hook)

    def on_user_deleted(self, hook: UserHook) -> UserHook:
        """Call the hook with a user as it was; what it held is revoked before."""
        return self._add("user_deleted", hook)

    def on_granted(self, hook: GrantHook) -> GrantHook:
        """Call the hook with a user and what was granted to it."""
        self._hooks["granted"].append(hook)
        return hook

    def on_revoked(self, hook: GrantHook) -> GrantHook:
        """Call the hook with a user and what was revoked from it."""
        self._hooks["revoked"].append(hook)
        return hook

    def _add(self, event: Event, hook: UserHook) -> UserHook:
        self._hooks[event].append(hook)
        return hook

    async def call(self, model: type[Resource], before: Document | None, after: Document | None) -> None:
        """Call the hooks of one change."""
        user = model.model_validate(after or before)
        for event, *grant in events(before, after):
            for hook in self._hooks[event]:
                try:
                    await hook(user, *grant)
                except Exception as error:
                    logs.failure(error, hook=getattr(hook, "__name__", event))


def events(before: Document | None, after: Document | None) -> Iterator[tuple[Event] | tuple[Event, Grant]]:
    """What happened to a user, as differences."""
    if before is None:
        yield ("user_created",)
    elif after is not None:
        yield ("user_changed",)
        if before.get("active") is True and after.get("active") is False:
            yield ("user_deactivated",)
        if before.get("active") is False and after.get("active") is True:
            yield ("user_reactivated",)
    held, holds = _grants(before), _grants(after)
    for key in holds.keys() - held.keys():
        yield "granted", holds[key]
    for key in held.keys() - holds.keys():
        yield "revoked", held[key]
    if after is None:
        yield ("user_deleted",)


def _grants(user: Document | None) -> dict[tuple[str, str], Grant]:
    grants = [grant for name in ("roles", "entitlements") for grant in (user or {}).get(name, []) if is_object(grant)]
    return {
        (str(grant["value"]), str(grant.get("type"))): Grant(
            str(grant["value"]), str(grant.get("type", "")), str(grant.get("display", ""))
        )
        for grant in grants
        if "value" in grant
    }


class Runner:
    """Runs hooks beside the requests, in the order in which the changes were made."""

    def __init__(self, hooks: Hooks, model: type[Resource]) -> None:
        self.hooks = hooks
        self.model = model
        self._changes: asyncio.Queue[tuple[Document | None, Document | None]] = asyncio.Queue()

    def observe(self, before: Document | None, after: Document | None) -> None:
        """Take note of a change."""
        self._changes.put_nowait((before, after))

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Run until the server stops; what was noted by then is still run."""
        task = asyncio.create_task(self._run())
        try:
            yield
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changes.join(), _PATIENCE)
        finally:
            task.cancel()

    async def _run(self) -> None:
        while True:
            before, after = await self._changes.get()
            try:
                await self.hooks.call(self.model, before, after)
            except Exception as error:
                logs.failure(error)
            finally:
                self._changes.task_done()
