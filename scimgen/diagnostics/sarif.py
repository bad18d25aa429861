"""Findings as SARIF 2.1.0, which GitHub's code scanning and most editors read."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from scimgen.diagnostics.diagnostic import Diagnostic, Severity
from scimgen.diagnostics.summary import Results
from scimgen.diagnostics.text import printable

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def _uri(file: str) -> str:
    """Convert a file name to a URI reference (SARIF section 3.4.3). A URL does not change."""
    if file.startswith(("http://", "https://")):
        return quote(file, safe=":/?#[]@!$&'()*+,;=%~-._")
    return quote(PurePath(file).as_posix(), safe="/~-._", errors="replace")


def _rule(id: str, results: Results) -> dict[str, Any]:
    rule = results.rules.get(id)
    if rule is None:
        return {"id": id}
    return {
        "id": id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why or rule.title},
        "help": {"text": f"{rule.why or rule.title}\n\n{rule.source}"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(finding: Diagnostic, index: int) -> dict[str, Any]:
    place = finding.place
    text = f"{finding.message}: {finding.fix}" if finding.fix else finding.message
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    # The fingerprint does not contain the line. A moved line must not close the alert and open
    # another one.
    key = f"{finding.rule}\n{place.file}\n{finding.pointer}".encode("utf-8", "backslashreplace")
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": printable(text)},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": _uri(place.file)}, "region": region}}
        ],
        "partialFingerprints": {"pointer/v1": sha256(key).hexdigest()[:32]},
    }


def _version() -> dict[str, str]:
    """The version of the tool, if it is installed as a distribution."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return {"version": version("scimgen")}
    except PackageNotFoundError:
        return {}


def render_sarif(results: Results) -> Iterator[str]:
    """Write one SARIF log with one run. Columns count code points."""
    ids = sorted({finding.rule for finding in results.findings})
    indexes = {id: index for index, id in enumerate(ids)}
    driver: dict[str, Any] = {
        "name": "scimgen",
        **_version(),
        "rules": [_rule(id, results) for id in ids],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, indexes[finding.rule]) for finding in results.findings],
    }
    yield json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)
