"""A finding: what is wrong, where, by which clause, and what to write instead."""

from dataclasses import dataclass
from enum import IntEnum

from scimgen.place import Place


class Severity(IntEnum):
    """How much a finding matters; they compare, an error is the greatest."""

    INFO = 0
    WARNING = 1
    ERROR = 2

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    Args:
        rule: the rule's id, as `scimgen explain` takes it.
        severity: how much it matters.
        message: what is wrong, in one sentence without a full stop.
        place: the range of characters that it is about.
        pointer: the JSON pointer of the value (RFC 6901).
        fix: what to write instead, or "".
        source: the clause that decides it, such as `RFC 7643 section 7`, or "".
    """

    rule: str
    severity: Severity
    message: str
    place: Place
    pointer: str = ""
    fix: str = ""
    source: str = ""

    @property
    def order(self) -> tuple[str, int, int, str]:
        """Findings are shown in this order: by file, line, column and rule."""
        return (self.place.file, self.place.line, self.place.column, self.rule)
