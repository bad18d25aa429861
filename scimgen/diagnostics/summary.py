"""The results of a run: the findings to show, and the counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from scimgen.diagnostics.diagnostic import Diagnostic, Severity
from scimgen.diagnostics.text import count


@dataclass(frozen=True, slots=True)
class RuleText:
    """The texts of a rule for a renderer."""

    title: str
    why: str
    source: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Results:
    """The input of a renderer.

    Args:
        findings: The findings to show, in order.
        files: The names of all inputs.
        counts: The number of findings by severity, including those that are not in `findings`.
        hidden: The number of findings below the requested severity.
        ignored: The number of findings that the settings, comments or the baseline ignore.
        rules: The known rules by id.
    """

    findings: Sequence[Diagnostic]
    files: Sequence[str] = ()
    counts: Mapping[Severity, int] = field(default_factory=dict)
    hidden: int = 0
    ignored: int = 0
    rules: Mapping[str, RuleText] = field(default_factory=dict)

    def count(self, severity: Severity) -> int:
        """The number of findings of a severity."""
        return self.counts.get(severity, 0)


def summary(results: Results) -> str:
    """Summarise the results in one line.

    >>> summary(Results([], ["a.json"]))
    '1 document: no findings'
    >>> counts = {Severity.ERROR: 2, Severity.WARNING: 1}
    >>> summary(Results([], ["a.json", "b.json"], counts, hidden=3))
    '2 documents: 2 errors, 1 warning (3 below the least severity are not shown)'
    """
    parts = [
        count(results.count(severity), noun)
        for severity, noun in (
            (Severity.ERROR, "error"),
            (Severity.WARNING, "warning"),
            (Severity.INFO, "info"),
        )
        if results.count(severity)
    ]
    notes = []
    if results.hidden:
        notes.append(f"{results.hidden} below the least severity are not shown")
    if results.ignored:
        notes.append(f"{results.ignored} ignored")
    counts = ", ".join(parts) or "no findings"
    return f"{count(len(results.files), 'document')}: {counts}" + (
        f" ({'; '.join(notes)})" if notes else ""
    )


def by_file(results: Results) -> Iterable[tuple[str, list[Diagnostic]]]:
    """Group findings by file. Files that were not inputs, such as the settings, come last."""
    found: dict[str, list[Diagnostic]] = {name: [] for name in results.files}
    for finding in results.findings:
        found.setdefault(finding.place.file, []).append(finding)
    return found.items()
