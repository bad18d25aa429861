"""Findings as one JSON object."""

import json
from collections.abc import Iterator

from scimgen.diagnostics.diagnostic import Diagnostic, Severity
from scimgen.diagnostics.summary import Results


def _finding(finding: Diagnostic) -> dict[str, str | int]:
    place = finding.place
    members: dict[str, str | int] = {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "file": place.file,
        "pointer": finding.pointer,
        "line": place.line,
        "column": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
        "message": finding.message,
    }
    if finding.fix:
        members["fix"] = finding.fix
    members["source"] = finding.source
    return members


def render_json(results: Results) -> Iterator[str]:
    """Write `{"diagnostics": […], "summary": {…}}`, one finding per line.

    A surrogate without its pair is escaped, so the output is always valid UTF-8.

    >>> from json import loads
    >>> loads("".join(render_json(Results([], ["a.json"]))))["summary"]["files"]
    1
    """
    yield '{"diagnostics": ['
    for index, finding in enumerate(results.findings):
        yield f"{',' if index else ''}\n  {json.dumps(_finding(finding))}"
    summary = {
        "files": len(results.files),
        "errors": results.count(Severity.ERROR),
        "warnings": results.count(Severity.WARNING),
        "info": results.count(Severity.INFO),
        "hidden": results.hidden,
        "ignored": results.ignored,
        "leftOff": sum(results.counts.values()) - len(results.findings) if results.counts else 0,
    }
    yield f'],\n "summary": {json.dumps(summary)}}}'
