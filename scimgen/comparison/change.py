"""A change between two models, and the registry of the kinds of change."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from scimgen import docstrings
from scimgen.clients import PROFILES, ClientProfile, Effect
from scimgen.comparison.parts import Part
from scimgen.model import AllowedBreak
from scimgen.place import Place


class Severity(IntEnum):
    """The severity of a change. Severities can be compared; a breaking change is the highest."""

    SAFE = 0
    ATTENTION = 1
    BREAKING = 2

    def __str__(self) -> str:
        return self.name.lower()


class Affected(StrEnum):
    """The audiences of a change, besides the clients with a profile (`scimgen.clients`)."""

    STORED = "stored data"
    WRITERS = "clients that write"
    READERS = "clients that read"


Address = tuple[tuple[str, str], ...]
"""The path from the app to a part: pairs of the kind of a part and its key."""

Test = Callable[[Any, Any], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of change.

    Args:
        id: The id in the output and in `allowedBreaks`.
        subjects: A part that was added or removed (`attribute`), or a field that changed
            (`attribute.required`).
        severity: The severity.
        audiences: The affected audiences, without clients.
        text: A sentence about the change with the placeholders `{at}`, `{old}`, `{new}`, `{field}`
            and `{schema}`.
        do: What to do about the change.
        stored: The migration of stored values, or "".
        test: Whether an old and a new state are this kind of change. Its docstring explains the
            kind.
    """

    id: str
    subjects: tuple[str, ...]
    severity: Severity
    audiences: tuple[Affected, ...]
    text: str
    do: str
    stored: str
    test: Test

    @property
    def affects(self) -> tuple[str, ...]:
        """The affected audiences, and the short titles of the affected clients."""
        clients = [profile.short for profile, effect in self.effects() if effect.affects]
        return (*self.audiences, *clients)

    def effects(self) -> Iterator[tuple[ClientProfile, Effect]]:
        """The effects on clients with a profile, in the order of the profiles."""
        for profile in PROFILES:
            if self.id in profile.changes:
                yield profile, profile.changes[self.id]

    @property
    def title(self) -> str:
        """The first paragraph of the docstring of the test."""
        return docstrings.parts(self.test)[0] or self.id

    @property
    def why(self) -> str:
        """The rest of the docstring of the test: the reason for the severity, or ""."""
        return docstrings.parts(self.test)[1]


_KINDS: dict[str, Kind] = {}
_BY_SUBJECT: dict[str, list[Kind]] = {}


def kind(
    id: str,
    subjects: str | tuple[str, ...],
    severity: Severity,
    audiences: tuple[Affected, ...] = (),
    *,
    text: str,
    do: str = "",
    stored: str = "",
) -> Callable[[Test], Test]:
    """Register a function as the test of a kind. See `Kind` for the arguments.

    If a subject has several kinds, the first one whose test returns true applies, in the order of
    registration.
    """

    def register(test: Test) -> Test:
        assert id not in _KINDS, f"two kinds of change have the id {id}"
        about = (subjects,) if isinstance(subjects, str) else subjects
        found = Kind(id, about, severity, audiences, text, do, stored, test)
        _KINDS[id] = found
        for subject in about:
            _BY_SUBJECT.setdefault(subject, []).append(found)
        return test

    return register


def kind_of(subject: str, old: Any, new: Any) -> Kind:
    """Find the kind of the change from `old` to `new`.

    Raises:
        LookupError: No kind is registered for the change. This is an error in the registry.
    """
    for candidate in _BY_SUBJECT.get(subject, ()):
        if candidate.test(old, new):
            return candidate
    raise LookupError(f"no kind of change for {subject}: {old!r} to {new!r}")


def find_kind(id: str) -> Kind | None:
    """Find a kind by its id, or None."""
    return _KINDS.get(id)


def all_kinds() -> Iterator[Kind]:
    """Iterate over all kinds in the order of registration.

    App, resource types, values, attributes.
    """
    yield from _KINDS.values()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change. All changes in their order convert the old model to the new one.

    Args:
        kind: The kind of the change.
        address: The part that was changed, added or removed, with the names after the renames
            before this change.
        path: The same for people, such as `License.tier`.
        field: The field that changed. "" if the part was added or removed, `order` if its children
            moved.
        old: The old state. None for a new part.
        new: The new state. None for a removed part.
        index: The position of a new part among its siblings.
        schemas: The schemas that were added or removed together with the part.
        schema: The URN of the schema of the part, or "".
        place: The place in the new model, or the nearest one.
        old_place: The place in the old model.
        question: The question whether the change is a rename, or "".
        allowed: The entry of the description that allows the change, or None.
    """

    kind: Kind
    address: Address
    path: str
    field: str = ""
    old: Any = None
    new: Any = None
    index: int = -1
    schemas: tuple[Part, ...] = ()
    schema: str = ""
    place: Place | None = None
    old_place: Place | None = None
    question: str = ""
    allowed: AllowedBreak | None = None

    @property
    def severity(self) -> Severity:
        """The severity of the change, whether it is allowed or not."""
        return self.kind.severity

    @property
    def breaks(self) -> bool:
        """Whether the change is breaking and not allowed."""
        return self.severity is Severity.BREAKING and self.allowed is None

    @property
    def shown_place(self) -> Place | None:
        """The place to show: in the new text, or in the old one if the part was removed."""
        return (
            self.old_place or self.place
            if self.new is None and not self.field
            else self.place or self.old_place
        )

    @property
    def message(self) -> str:
        """The change in one sentence without a full stop."""
        return self.kind.text.format(
            at=self.path,
            old=shown(self.old),
            new=shown(self.new),
            field=camel(self.field),
            schema=self.schema,
        )


def camel(name: str) -> str:
    """The name of a field in SCIM messages.

    >>> camel("filter_max_results")
    'filterMaxResults'
    """
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def shown(value: Any) -> str:
    """A state as text for people.

    >>> shown(True), shown(None), shown(("a", "b")), shown((("a",), True))
    ('true', 'none', 'a, b', 'a (closed)')
    """
    match value:
        case Part():
            return value.label
        case None | "" | ():
            return "none"
        case bool():
            return str(value).lower()
        case (tuple() as values, bool() as closed):
            return shown(values) + (" (closed)" if closed else "")
        case tuple():
            return ", ".join(str(item) for item in value)
    return str(value)
