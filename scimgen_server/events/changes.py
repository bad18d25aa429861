"""The difference that one write has made, for the audit trail and the events of the app."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ..messages.documents import Document
from ..ports.resources import Linked, Stored
from ..schema.attributes import Tree

Action: TypeAlias = Literal["created", "changed", "deactivated", "reactivated", "deleted"]


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


@dataclass(frozen=True, slots=True)
class Member:
    """A direct member of a group.

    Args:
        value: the id of the user or group.
        type: the name of its resource type: `User`, or `Group` for a nested group.
        display: its name for people.
    """

    value: str
    type: str
    display: str = ""


@dataclass(slots=True)
class Change:
    """One resource before and after one write.

    Args:
        tree: the attributes of the resource type.
        stored: the resource after the write; a deleted resource as it was before.
        time: when the change was made, as `folding.fold_date_time` writes it.
        old: the document before, without links and `meta`; None for a new resource.
        new: the document after; None for a deleted resource.
        added: the new values of its links, by the attribute's name.
        removed: the removed values of its links, by the attribute's name.
        secrets: the names of attributes whose secret parts the write has set or removed. It counts
            as a change whether it has changed them or not, so that nobody can guess them.
        linked: all links after the write; None if the write did not read them.
        members: the members that a deleted group had, if an event lists them. The audit trail does
            not.
    """

    tree: Tree
    stored: Stored
    time: str
    old: Document | None
    new: Document | None
    added: dict[str, list[Grant]] = field(default_factory=dict[str, list[Grant]])
    removed: dict[str, list[Grant]] = field(default_factory=dict[str, list[Grant]])
    secrets: frozenset[str] = frozenset()
    linked: Sequence[Linked] | None = None
    members: Sequence[Linked] = ()

    def __bool__(self) -> bool:
        """Return whether the write has changed anything."""
        return self.old != self.new or bool(self.added or self.removed or self.secrets)

    @property
    def action(self) -> Action:
        """The kind of change."""
        if self.old is None:
            return "created"
        if self.new is None:
            return "deleted"
        before, after = self.old.get("active"), self.new.get("active")
        if before is not False and after is False:
            return "deactivated"
        if before is False and after is not False:
            return "reactivated"
        return "changed"

    @property
    def attributes(self) -> list[str]:
        """The names of the attributes that the write has changed, without links."""
        old, new = self.old or {}, self.new or {}
        names = dict.fromkeys([*old, *new, *sorted(self.secrets)])
        changed = [name for name in names if old.get(name) != new.get(name) or name in self.secrets]
        return [name for name in changed if name not in ("schemas", "id")]
