"""The entry point of the rules: check documents."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from scimgen.diagnostics import Diagnostic, Severity
from scimgen.documents.recognise import Shape
from scimgen.rules.nodes import ServiceProvider
from scimgen.rules.report import MOST_KEPT, Finding, Report
from scimgen.rules.rule import Kind, RuleTable, rules_for
from scimgen.rules.walk import Walk
from scimgen.source import Document


@dataclass(slots=True)
class Checked:
    """The result of a check.

    Args:
        findings: The findings in document order, at most `most` of each rule in each file.
        left_off: The number of further findings, by rule and severity.
        shapes: The number of documents of each shape.
    """

    findings: list[Finding] = field(default_factory=list)
    left_off: Counter[tuple[str, Severity]] = field(default_factory=Counter)
    shapes: Counter[Shape] = field(default_factory=Counter)


def check(
    documents: Iterable[Document],
    clients: Iterable[str] = (),
    *,
    each: bool = False,
    most: int = MOST_KEPT,
) -> Checked:
    """Check SCIM documents.

    Args:
        documents: Documents from `scimgen.source`. Together they are one service provider.
        clients: The ids of the client profiles whose rules apply in addition to those of the RFCs.
        each: Whether to check every document separately instead.
        most: How many findings of one rule in one file are kept.

    >>> from scimgen.source import read_text
    >>> checked = check([read_text("a.json", b'{"id": "Badge", "attributes": []}', "json")])
    >>> [finding.rule.id for finding in checked.findings if finding.severity is Severity.ERROR]
    ['schema-id-not-uri']
    """
    chosen = frozenset(clients)
    rules, checked, report = RuleTable(rules_for(chosen)), Checked(), Report(most)
    provider = ServiceProvider(chosen)
    for document in documents:
        checked.shapes[Walk(rules, report, provider).document(document)] += 1
        if each:
            Walk(rules, report, provider).ask(Kind.SET, provider)
            provider = ServiceProvider(chosen)
    if not each:
        Walk(rules, report, provider).ask(Kind.SET, provider)
    checked.findings = report.findings
    checked.left_off = report.left_off
    return checked


def diagnostic(finding: Finding) -> Diagnostic:
    """Convert a finding to a diagnostic: its offsets become lines and columns."""
    spot = finding.spot
    place = spot.document.source.place(spot.start, spot.end)
    return Diagnostic(
        finding.rule.id,
        finding.severity,
        finding.message,
        place,
        spot.pointer,
        finding.fix,
        finding.rule.source,
    )
