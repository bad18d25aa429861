"""The collector of findings that rules report to."""

from collections import Counter
from typing import NamedTuple

from scimgen.diagnostics import Severity
from scimgen.fixes.edit import Edit
from scimgen.rules.nodes import Spot
from scimgen.rules.rule import Rule

MOST_KEPT = 1000


class Finding(NamedTuple):
    """A finding with offsets instead of lines and columns.

    `edits` fix it if there is exactly one right answer.
    """

    rule: Rule
    severity: Severity
    message: str
    spot: Spot
    fix: str
    edits: tuple[Edit, ...]


class Report:
    """Collects findings.

    It keeps the first `most` of one rule in one file, and counts the others.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self.most = most
        self.findings: list[Finding] = []
        self.counts: Counter[tuple[str, str]] = Counter()
        self.left_off: Counter[tuple[str, Severity]] = Counter()
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
        """Add a finding of the current rule.

        Args:
            spot: The range of the finding.
            message: What is wrong, in one sentence without a full stop.
            fix: What to write instead.
            severity: The severity, if it differs from that of the rule.
            edits: The edits for `--fix`, if there is exactly one right answer.
        """
        rule = self.rule
        severity = rule.severity if severity is None else severity
        key = (spot.document.source.name, rule.id)
        self.counts[key] += 1
        if self.counts[key] > self.most:
            self.left_off[rule.id, severity] += 1
            return
        self.findings.append(Finding(rule, severity, message, spot, fix, edits))
