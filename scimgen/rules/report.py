"""What rules tell their findings to."""

from collections import Counter
from typing import NamedTuple

from scimgen.diagnostics import Severity
from scimgen.fixes.edit import Edit
from scimgen.rules.nodes import Spot
from scimgen.rules.rule import Rule

MOST_KEPT = 1000


class Finding(NamedTuple):
    """A finding before its offsets are turned into lines and columns; `edits` mend it, where one answer is right."""

    rule: Rule
    severity: Severity
    message: str
    spot: Spot
    fix: str
    edits: tuple[Edit, ...]


class Report:
    """Collects findings. Of one rule in one file it keeps the first thousand and counts the rest."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.counts: Counter[tuple[str, str]] = Counter()
        self.left_off: Counter[Severity] = Counter()
        self.rule: Rule

    def __call__(
        self,
        spot: Spot,
        message: str,
        fix: str = "",
        *,
        severity: Severity | None = None,
        edits: tuple[Edit, ...] = (),
    ) -> None:
        """Note a finding of the rule that is being asked.

        Args:
            spot: the range that it is about.
            message: what is wrong, in one sentence without a full stop.
            fix: what to write instead.
            severity: where it is not the rule's own.
            edits: what `--fix` may do, where there is one right answer.
        """
        rule = self.rule
        severity = rule.severity if severity is None else severity
        key = (spot.document.source.name, rule.id)
        self.counts[key] += 1
        if self.counts[key] > MOST_KEPT:
            self.left_off[severity] += 1
            return
        self.findings.append(Finding(rule, severity, message, spot, fix, edits))
