"""A change between two models, and the kinds of change: each says what it does, to whom, and what to do about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from scimgen.compare.parts import Part
from scimgen.model import AllowedBreak
from scimgen.place import Place


class Severity(IntEnum):
    """How much a change matters; they compare, a breaking change is the greatest."""

    SAFE = 0
    ATTENTION = 1
    BREAKING = 2

    def __str__(self) -> str:
        return self.name.lower()


class Affected(StrEnum):
    """Whom a change affects."""

    STORED = "stored data"
    WRITERS = "clients that write"
    READERS = "clients that read"
    OKTA = "Okta"
    ENTRA = "Entra"


Address = tuple[tuple[str, str], ...]
"""The way from the app to a part: pairs of what it is and its key."""

Test = Callable[[Any, Any], bool]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of change.

    Args:
        id: as the output and `allowedBreaks` write it.
        subjects: what it is about: a part (`attribute`) that came or went, or a field of one (`attribute.required`).
        severity: how much it matters.
        affects: whom.
        says: the change in a sentence; `{at}`, `{old}`, `{new}`, `{field}` and `{schema}` are filled in.
        do: what to do about it.
        stored: the migration of stored values, or "".
        okta: what an Okta administrator will see, or "".
        entra: what an Entra administrator will see, or "".
        test: whether an old and a new state are this kind of change; its docstring explains the kind.
    """

    id: str
    subjects: tuple[str, ...]
    severity: Severity
    affects: tuple[Affected, ...]
    says: str
    do: str
    stored: str
    okta: str
    entra: str
    test: Test

    @property
    def title(self) -> str:
        """What it is, in one line."""
        return (self.test.__doc__ or self.id).strip().partition("\n")[0]

    @property
    def why(self) -> str:
        """What follows the title: the reason for the severity, or "" where the title says it all."""
        lines = (self.test.__doc__ or "").strip().splitlines()[1:]
        return "\n".join(line.strip() for line in lines).strip()


_KINDS: dict[str, Kind] = {}
_BY_SUBJECT: dict[str, list[Kind]] = {}


def kind(
    id: str,
    subjects: str | tuple[str, ...],
    severity: Severity,
    affects: tuple[Affected, ...] = (),
    *,
    says: str,
    do: str = "",
    stored: str = "",
    okta: str = "",
    entra: str = "",
) -> Callable[[Test], Test]:
    """Register a function as the test of a kind; see `Kind` for the arguments.

    Of several kinds of one subject the first whose test holds is meant, in the order of the text.
    """

    def register(test: Test) -> Test:
        assert id not in _KINDS, f"two kinds of change are called {id}"
        about = (subjects,) if isinstance(subjects, str) else subjects
        found = Kind(id, about, severity, affects, says, do, stored, okta, entra, test)
        _KINDS[id] = found
        for subject in about:
            _BY_SUBJECT.setdefault(subject, []).append(found)
        return test

    return register


def kind_of(subject: str, old: Any, new: Any) -> Kind:
    """The kind of the change from `old` to `new`.

    Raises:
        LookupError: no kind is registered for it, which is a fault of the registry.
    """
    for candidate in _BY_SUBJECT.get(subject, ()):
        if candidate.test(old, new):
            return candidate
    raise LookupError(f"no kind of change for {subject}: {old!r} to {new!r}")


def find_kind(id: str) -> Kind | None:
    """The kind of that id, or None."""
    return _KINDS.get(id)


def all_kinds() -> Iterator[Kind]:
    """Every kind, in the order of the registry: the app's, the resource types', the values', the attributes'."""
    yield from _KINDS.values()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change; all changes together, in their order, lead from the old model to the new one.

    Args:
        kind: its kind.
        address: the part that changed, came or went, by the names that it has once the renames before it are done.
        path: the same for people, such as `License.tier`.
        field: the field that changed; "" where the part came or went, `order` where parts inside it moved.
        old: what was, None for a part that is new.
        new: what is, None for a part that is gone.
        index: where a new part stands among its like.
        schemas: the schemas that came or went along with it.
        schema: the URN of the schema that it is in, "" where it is in none.
        place: where the new model says so, or what is nearest to it.
        old_place: where the old model said so.
        question: the rename that it may be.
        allowed: why the description allows it, None where it does not.
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
        """How much it matters, allowed or not."""
        return self.kind.severity

    @property
    def breaks(self) -> bool:
        """Whether it is breaking and nobody allowed it."""
        return self.severity is Severity.BREAKING and self.allowed is None

    @property
    def shown_place(self) -> Place | None:
        """Where to look: the new text, or for what is gone the old one."""
        return self.old_place or self.place if self.new is None and not self.field else self.place or self.old_place

    @property
    def message(self) -> str:
        """What changed, in a sentence without a full stop."""
        return self.kind.says.format(
            at=self.path, old=shown(self.old), new=shown(self.new), field=camel(self.field), schema=self.schema
        )


def camel(name: str) -> str:
    """A field as the wire writes it.

    >>> camel("filter_max_results")
    'filterMaxResults'
    """
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def shown(value: Any) -> str:
    """A state for people.

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
