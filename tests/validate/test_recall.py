"""How many single slips in clean documents are found, and how many at their exact place."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from scimgen.diagnostics import Diagnostic, Severity
from scimgen.rules import check, find_rule
from scimgen.rules.check import diagnostic
from scimgen.source import read_text
from tests.slips import ALL, Slip
from tests.validate.test_fix_slips import CLEAN

OCCURRENCES = (0, 1, 2, 5, 9, 17)
MOST_LINES = 12
"""A finding with a longer range does not show where the slip is."""


class Mutant(NamedTuple):
    """A clean document with one slip."""

    slip: Slip
    text: str
    line: int


def mutants() -> Iterator[Mutant]:
    """Every slip that breaks a MUST or a SHOULD, at several places of each clean document that has its text."""
    for slip in ALL:
        rule = find_rule(slip.rule)
        assert rule, slip.rule
        for document in CLEAN.values() if rule.severity >= Severity.WARNING else ():
            clean = json.dumps(document, indent=2)
            for occurrence in OCCURRENCES:
                text = slip.apply(clean, occurrence)
                if text is not None:
                    yield Mutant(slip, text, first_difference(clean, text))


def first_difference(clean: str, text: str) -> int:
    """The line of the slip."""
    at = next(index for index, (one, other) in enumerate(zip(clean, text, strict=False)) if one != other)
    return text.count("\n", 0, at) + 1


def found(text: str) -> list[Diagnostic]:
    """The errors and warnings."""
    checked = check([read_text("a.json", text.encode("utf-8"), "json")])
    return [diagnostic(finding) for finding in checked.findings if finding.severity >= Severity.WARNING]


def is_exact(finding: Diagnostic, line: int) -> bool:
    """Whether the range of a finding is short and has the line."""
    place = finding.place
    return place.line <= line <= place.end_line and place.end_line - place.line <= MOST_LINES


def test_slips_are_found_at_their_place() -> None:
    """At least 99 % at all, and at least 92 % at the exact place."""
    findings = [(mutant, found(mutant.text)) for mutant in mutants()]
    assert len({mutant.slip for mutant, _ in findings}) >= 50
    missed = [mutant.slip for mutant, ours in findings if not ours]
    elsewhere = [mutant.slip for mutant, ours in findings if not any(is_exact(one, mutant.line) for one in ours)]
    assert len(missed) <= 0.01 * len(findings), missed
    assert len(elsewhere) <= 0.08 * len(findings), elsewhere
