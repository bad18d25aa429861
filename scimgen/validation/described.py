"""The verdict about a description: the faults of the language, and those of its documents.

A description is lowered to its discovery documents, and the rules for documents run on them. So a
fault has the same severity in a description and in a hand-written document.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from scimgen.description import load
from scimgen.diagnostics import Diagnostic, Severity
from scimgen.documents import lower
from scimgen.model import App
from scimgen.rules.check import check
from scimgen.settings import Settings
from scimgen.settings.ignores import Ignores, comments
from scimgen.source import Document, read_text

_MEMBER = re.compile(r'"(\w+)": ')


def read_description(
    document: Document, settings: Settings | None = None
) -> tuple[App | None, list[Diagnostic]]:
    """Read a description, and check it with the rules of the language and those for documents.

    Args:
        document: The tree of the description.
        settings: The settings of the project: client profiles, severities, the lowest severity
            that is reported, and ignored findings.

    Returns:
        The app, or None if a finding is an error; and the findings without the ignored ones, in
        the order of the text.
    """
    settings = settings or Settings()
    least = Severity.WARNING if settings.min_severity is None else settings.min_severity
    app, found = load(document)
    if app is not None:
        found += check_described(app, settings.clients)
    ignores = Ignores(settings.folder, settings.ignores)
    if document.language == "yaml":
        ignores.add(comments(document))
    findings = []
    for finding in found:
        severity = settings.severities.get(finding.rule, finding.severity)
        place = finding.place
        ignored = ignores.keep_back(finding.rule, place.file, finding.pointer, place.line)
        if severity is not None and severity >= least and not ignored:
            findings.append(replace(finding, severity=severity))
    if app is None:  # also a finding that is ignored can be the reason
        return None, sorted(found, key=lambda finding: finding.order)
    failed = any(finding.severity is Severity.ERROR for finding in findings)
    return None if failed else app, sorted(findings, key=lambda finding: finding.order)


def check_described(app: App, clients: Iterable[str] = ()) -> Iterator[Diagnostic]:
    """Check the documents of an app, and report findings at the places of its description.

    A finding about a definition of the RFCs has no place in a description. It is left out.

    Args:
        app: The app.
        clients: The client profiles whose rules apply besides those of the app.
    """
    lowered = {one.name: one for one in lower(app)}
    documents = [
        read_text(name, json.dumps(one.content).encode("utf-8"), "json")
        for name, one in lowered.items()
    ]
    chosen = tuple(dict.fromkeys((*app.clients, *clients)))
    for finding in check(documents, chosen).findings:
        spot, rule = finding.spot, finding.rule
        place = lowered[spot.document.source.name].place(spot.pointer)
        if place is not None:
            yield Diagnostic(
                rule.id,
                finding.severity,
                finding.message,
                place,
                place.pointer,
                _MEMBER.sub(r"\1: ", finding.fix),
                rule.source,
            )
