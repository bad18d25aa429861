"""The entry point of the package: compare two models."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from scimgen.comparison import kinds  # noqa: F401  the import registers all kinds
from scimgen.comparison.change import Change, Severity, find_kind
from scimgen.comparison.parts import outline
from scimgen.comparison.renames import RENAMES, ask, declared, declared_rename, rename, urns
from scimgen.comparison.walk import differences
from scimgen.model import AllowedBreak, App


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of a comparison.

    Args:
        changes: All changes, in an order in which they can be applied.
        unknown: The allowed breaks with an unknown kind of change.
        unused: The allowed breaks without a matching change.
    """

    changes: tuple[Change, ...]
    unknown: tuple[AllowedBreak, ...] = ()
    unused: tuple[AllowedBreak, ...] = ()

    @property
    def breaks(self) -> bool:
        """Whether a change is breaking and not allowed."""
        return any(change.breaks for change in self.changes)

    def count(self, severity: Severity) -> int:
        """The number of changes of a severity, including allowed ones."""
        return sum(change.severity is severity for change in self.changes)

    @property
    def shown(self) -> list[Change]:
        """The changes in order of display: the highest severity first, then by place."""

        def order(change: Change) -> tuple[int, bool, str, int, int, str]:
            place = change.shown_place
            at = (place.file, place.line, place.column) if place else ("", 0, 0)
            return (-change.severity, change.allowed is not None, *at, change.path)

        return sorted(self.changes, key=order)


def compare(old: App, new: App, allowed: Iterable[AllowedBreak] | None = None) -> Comparison:
    """Compare two models.

    Args:
        old: The model that clients know.
        new: The model that replaces it.
        allowed: The intended breaking changes. The default is those of `new`.

    >>> crm = App(name="crm", vendor="acme", title="CRM")
    >>> [change.message for change in compare(crm, replace(crm, dialect="ietf")).changes]
    ['the dialect of roles and entitlements is ietf, was okta']
    """
    allowances = tuple(new.allowed_breaks if allowed is None else allowed)
    before, after = outline(old), outline(new)
    changes: list[Change] = []
    for entry in declared(allowances):
        if change := declared_rename(before, after, entry):
            before = rename(before, change.address, change.new)
            changes.append(change)
    spelled = {part.key: part.label for part in after.children["schema"]}
    for change in list(urns(before, after)):
        before = rename(before, change.address, change.new)
        changes.append(change)
        spelled[change.address[0][1]] = change.new
    # Changes in a renamed schema are reported with its new URN.
    changes = [
        replace(change, schema=spelled.get(change.schema.lower(), change.schema))
        for change in changes
    ]
    changes += ask(differences(before, after))
    return _allow(changes, allowances)


def _allow(changes: list[Change], allowances: tuple[AllowedBreak, ...]) -> Comparison:
    """Mark allowed breaking changes, and find allowed breaks that are unknown or unused."""
    unknown = tuple(entry for entry in allowances if find_kind(entry.change) is None)
    used: set[int] = set()
    found = []
    for change in changes:
        entry = next((entry for entry in allowances if _means(entry, change)), None)
        if entry and change.severity is Severity.BREAKING:
            used.add(id(entry))
            change = replace(change, allowed=entry)
        found.append(change)
    unused = tuple(entry for entry in allowances if id(entry) not in used and entry not in unknown)
    return Comparison(tuple(found), unknown, unused)


def _means(entry: AllowedBreak, change: Change) -> bool:
    # Names and URNs are compared without regard to case (RFC 7643 section 2.1, RFC 7644 section
    # 3.10).
    if entry.change != change.kind.id or entry.at.lower() not in (
        change.path.lower(),
        change.schema.lower(),
    ):
        return False
    if entry.at.lower() == change.schema.lower() and change.address[-1][0] == "attribute":
        return False
    named = entry.to.removeprefix(f"{change.path.rpartition('.')[0]}.")
    return not entry.to or change.kind.id not in RENAMES or named.lower() == str(change.new).lower()
