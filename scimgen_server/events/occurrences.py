"""The events of a change: their names, and their data beside the resource.

This is the one table of events. The recorder writes them, the hooks and the webhook deliver them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal, TypeAlias, get_args

from ..messages.documents import Document
from ..ports.resources import Linked
from .changes import Change, Grant

EventName: TypeAlias = Literal[
    "user_created",
    "user_changed",
    "user_deactivated",
    "user_reactivated",
    "user_deleted",
    "granted",
    "revoked",
    "group_created",
    "group_changed",
    "group_renamed",
    "group_deleted",
    "members_added",
    "members_removed",
    "resource_created",
    "resource_changed",
    "resource_deleted",
]

EVENTS: frozenset[EventName] = frozenset(get_args(EventName))

Reason: TypeAlias = Literal["removed", "member_deleted", "group_deleted"]
"""Why a member has left a group."""

Subject: TypeAlias = Literal["user", "group", "resource"]
"""The name of the resource in the data of an event."""

MEMBERS_PER_EVENT = 500
"""How many members one event lists at most.

A request of a client can add 5,000 members and more. One event for each would be delivered one
after the other, and one event for all would exceed the size that many receivers accept: 500 members
have about 50 kB.
"""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One event of a resource.

    Args:
        name: the name of the event.
        data: its data beside the resource.
    """

    name: EventName
    data: Document = field(default_factory=Document)


def subject_of(kind: str) -> Subject:
    """Return the name of a resource in the data of its events, by the kind of its type."""
    match kind:
        case "user":
            return "user"
        case "group":
            return "group"
        case _:
            return "resource"


def occurrences(change: Change) -> Iterator[Occurrence]:
    """Yield the events of a change, in the order of delivery."""
    return _BY_SUBJECT[subject_of(change.tree.resource_type.kind)](change)


def granted(grant: Grant) -> Occurrence:
    """Return the event of a new grant."""
    return Occurrence("granted", {"grant": asdict(grant)})


def revoked(grant: Grant) -> Occurrence:
    """Return the event of a grant that has ended."""
    return Occurrence("revoked", {"grant": asdict(grant)})


def members_removed(members: Sequence[Document], reason: Reason) -> Iterator[Occurrence]:
    """Yield the events of members that have left a group."""
    for page in _pages(members):
        yield Occurrence("members_removed", {"members": page, "reason": reason})


def member(linked: Linked) -> Document:
    """Return a member as the events show it."""
    return {"value": linked.value, "type": linked.type, "display": linked.display}


def _of_user(change: Change) -> Iterator[Occurrence]:
    action = change.action
    if action == "created":
        yield Occurrence("user_created")
    elif action != "deleted":
        yield Occurrence("user_changed")
    if action == "deactivated":
        yield Occurrence("user_deactivated")
    elif action == "reactivated":
        yield Occurrence("user_reactivated")
    for grants in change.added.values():
        yield from map(granted, grants)
    for grants in change.removed.values():
        yield from map(revoked, grants)
    if action == "deleted":
        yield Occurrence("user_deleted")


def _of_group(change: Change) -> Iterator[Occurrence]:
    if change.new is None:
        yield from members_removed([*map(member, change.members)], "group_deleted")
        yield Occurrence("group_deleted")
        return
    if change.old is None:
        yield Occurrence("group_created")
    elif change.attributes:
        yield Occurrence("group_changed")
        before = change.old.get("displayName")
        if before != change.new.get("displayName"):
            yield Occurrence("group_renamed", {"before": before})
    for added in change.added.values():
        for page in _pages([*map(asdict, added)]):
            yield Occurrence("members_added", {"members": page})
    for removed in change.removed.values():
        yield from members_removed([*map(asdict, removed)], "removed")


def _of_resource(change: Change) -> Iterator[Occurrence]:
    if change.old is None:
        yield Occurrence("resource_created")
    elif change.new is None:
        yield Occurrence("resource_deleted")
    else:
        yield Occurrence("resource_changed")


_BY_SUBJECT: Mapping[Subject, Callable[[Change], Iterator[Occurrence]]] = {
    "user": _of_user,
    "group": _of_group,
    "resource": _of_resource,
}


def _pages(members: Sequence[Document]) -> Iterator[Sequence[Document]]:
    for start in range(0, len(members), MEMBERS_PER_EVENT):
        yield members[start : start + MEMBERS_PER_EVENT]
