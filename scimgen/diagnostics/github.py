"""Findings as GitHub Actions workflow commands, which annotate the lines of a pull request."""

from collections.abc import Iterator

from scimgen.diagnostics.diagnostic import Diagnostic, Severity
from scimgen.diagnostics.summary import Results
from scimgen.diagnostics.text import printable

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def _data(text: str) -> str:
    """Escape the text after the second pair of colons."""
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    """Escape the text of a property. A comma or colon would end it."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _command(finding: Diagnostic) -> str:
    place = finding.place
    where = f"file={_property(place.file)},line={place.line},col={place.column}"
    where += f",endLine={place.end_line}"
    if place.end_line == place.line:
        where += f",endColumn={place.end_column}"
    text = f"{finding.message}: {finding.fix}" if finding.fix else finding.message
    if finding.source:
        text += f" ({finding.source})"
    return f"::{_COMMANDS[finding.severity]} {where},title={_property(finding.rule)}::{_data(text)}"


def render_github(results: Results) -> Iterator[str]:
    """Write one workflow command per finding.

    >>> from scimgen.place import Place
    >>> finding = Diagnostic("x", Severity.INFO, "100%", Place("a,b.json", 1, 2, 1, 3))
    >>> next(render_github(Results([finding])))
    '::notice file=a%2Cb.json,line=1,col=2,endLine=1,endColumn=3,title=x::100%25'
    """
    for finding in results.findings:
        yield _command(finding)
