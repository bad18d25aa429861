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
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def _uri(file: str) -> str:
    """A file's name as a URI reference (SARIF section 3.4.3); a URL stays one."""
    if file.startswith(("http://", "https://")):
        return quote(file, safe=":/?#[]@!$&'()*+,;=%~-._")
    return quote(PurePath(file).as_posix(), safe="/~-._", errors="replace")


def _rule(id: str, results: Results) -> dict[str, Any]:
    told = results.rules.get(id)
    if told is None:
        return {"id": id}
    return {
        "id": id,
        "shortDescription": {"text": told.title},
        "fullDescription": {"text": told.why or told.title},
        "help": {"text": f"{told.why or told.title}\n\n{told.source}"},
        "defaultConfiguration": {"level": _LEVELS[told.severity]},
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
    # A fingerprint that outlives a moved line, so that code scanning does not close and reopen the alert.
    key = f"{finding.rule}\n{place.file}\n{finding.pointer}".encode("utf-8", "backslashreplace")
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": printable(text)},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(place.file)}, "region": region}}],
        "partialFingerprints": {"pointer/v1": sha256(key).hexdigest()[:32]},
    }


def _version() -> dict[str, str]:
    """The version of the tool, where it is installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return {"version": version("scimgen")}
    except PackageNotFoundError:
        return {}


def render_sarif(results: Results) -> Iterator[str]:
    """One SARIF log with one run; columns count code points."""
    ids = sorted({finding.rule for finding in results.findings})
    indexes = {id: index for index, id in enumerate(ids)}
    driver: dict[str, Any] = {"name": "scimgen", **_version(), "rules": [_rule(id, results) for id in ids]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, indexes[finding.rule]) for finding in results.findings],
    }
    yield json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)
