"""A finding: what is wrong, its position, the clause that decides it, and the fix."""

from dataclasses import dataclass
from enum import IntEnum

from scimgen.place import Place


class Severity(IntEnum):
    """The severity of a finding. Severities can be compared; an error is the highest."""

    INFO = 0
    WARNING = 1
    ERROR = 2

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    Args:
        rule: The id of the rule, as in `scimgen explain RULE`.
        severity: The severity.
        message: What is wrong, in one sentence without a full stop.
        place: The range of characters with the fault.
        pointer: The JSON pointer of the value (RFC 6901).
        fix: What to write instead, or "".
        source: The clause that decides it, such as `RFC 7643 section 7`, or "".
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
        """The sort key of the finding: file, line, column and rule."""
        return (self.place.file, self.place.line, self.place.column, self.rule)
