"""What a run found, as a whole: the findings to show, and how many there were."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from scimgen.diagnostics.diagnostic import Diagnostic, Severity


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a renderer may say of a rule."""

    title: str
    why: str
    source: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Results:
    """What a renderer is given.

    Args:
        findings: those to show, in their order.
        files: the names of everything that was read.
        counts: how many findings there were by severity, those too that are not in `findings`.
        hidden: how many were below the severity that was asked for.
        ignored: how many the settings, comments or the baseline keep back.
        rules: the rules that are known, by id.
    """

    findings: Sequence[Diagnostic]
    files: Sequence[str] = ()
    counts: Mapping[Severity, int] = field(default_factory=dict)
    hidden: int = 0
    ignored: int = 0
    rules: Mapping[str, RuleText] = field(default_factory=dict)

    def count(self, severity: Severity) -> int:
        """How many findings of that severity there were."""
        return self.counts.get(severity, 0)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def summary(results: Results) -> str:
    """One line for a person.

    >>> summary(Results([], ["a.json"]))
    '1 document: no findings'
    >>> summary(Results([], ["a.json", "b.json"], {Severity.ERROR: 2, Severity.WARNING: 1}, hidden=3))
    '2 documents: 2 errors, 1 warning (3 below the least severity are not shown)'
    """
    parts = [
        _number(results.count(severity), noun)
        for severity, noun in ((Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "info"))
        if results.count(severity)
    ]
    notes = []
    if results.hidden:
        notes.append(f"{results.hidden} below the least severity are not shown")
    if results.ignored:
        notes.append(f"{results.ignored} ignored")
    said = ", ".join(parts) or "no findings"
    return f"{_number(len(results.files), 'document')}: {said}" + (f" ({'; '.join(notes)})" if notes else "")


def by_file(results: Results) -> Iterable[tuple[str, list[Diagnostic]]]:
    """Every file that was read, with its findings; those of other files (the settings', say) after them."""
    found: dict[str, list[Diagnostic]] = {name: [] for name in results.files}
    for finding in results.findings:
        found.setdefault(finding.place.file, []).append(finding)
    return found.items()
