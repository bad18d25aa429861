"""What a write has done, as a difference: what the audit trail keeps and what the app is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ..messages.documents import Document
from ..ports.resources import Linked, Stored
from ..schema.attributes import Tree

EventName: TypeAlias = Literal[
    "user_created",
    "user_changed",
    "user_deactivated",
    "user_reactivated",
    "user_deleted",
    "granted",
    "revoked",
]

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


@dataclass(slots=True)
class Change:
    """One resource before and after one write.

    Args:
        stored: the resource after the write; a deleted one as it was.
        time: when the change was made, as `folding.fold_date_time` writes it.
        old: its document before, None for a new one; links and `meta` are not in it.
        new: its document now, None for one that is gone.
        added: the new values of its links, by the attribute's name.
        removed: the values that are no longer there.
        linked: all links, where the write knows them without looking.
    """

    tree: Tree
    stored: Stored
    time: str
    old: Document | None
    new: Document | None
    added: dict[str, list[Grant]] = field(default_factory=dict[str, list[Grant]])
    removed: dict[str, list[Grant]] = field(default_factory=dict[str, list[Grant]])
    linked: Sequence[Linked] | None = None

    def __bool__(self) -> bool:
        """Whether anything has changed."""
        return self.old != self.new or bool(self.added or self.removed)

    @property
    def action(self) -> Action:
        """What happened, in a word."""
        if self.old is None:
            return "created"
        if self.new is None:
            return "deleted"
        before, after = self.old.get("active"), self.new.get("active")
        if before is not False and after is False:
            return "deactivated"
        return "reactivated" if before is False and after is not False else "changed"

    @property
    def attributes(self) -> list[str]:
        """The names of the attributes whose values are others now."""
        old, new = self.old or {}, self.new or {}
        names = [*old, *(name for name in new if name not in old)]
        return [
            name
            for name in names
            if name not in ("schemas", "id") and old.get(name) != new.get(name)
        ]
