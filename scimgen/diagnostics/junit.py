"""Findings as a JUnit report: one suite per file, one failed case per error or warning."""

from collections.abc import Iterator

from scimgen.diagnostics.diagnostic import Diagnostic, Severity
from scimgen.diagnostics.summary import Results, by_file
from scimgen.diagnostics.text import printable


def escape(text: str) -> str:
    """Escape text for XML.

    `xml.sax.saxutils` has the same function, but its import loads an HTTP client.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoteattr(text: str) -> str:
    """Escape text as the value of an XML attribute, with quotes."""
    return '"' + escape(text).replace('"', "&quot;") + '"'


def _case(finding: Diagnostic) -> str:
    name = quoteattr(printable(f"{finding.rule} {finding.place.line}:{finding.place.column}"))
    where = quoteattr(printable(finding.place.file))
    lines = "\n".join(
        printable(line)
        for line in (f"{finding.place}: {finding.message}", finding.fix, finding.source)
        if line
    )
    if finding.severity is Severity.INFO:
        inner = f"<system-out>{escape(lines)}</system-out>"
    else:
        message = quoteattr(printable(finding.message))
        inner = f'<failure type="{finding.severity}" message={message}>{escape(lines)}</failure>'
    return f"  <testcase classname={where} name={name}>{inner}</testcase>"


def render_junit(results: Results) -> Iterator[str]:
    """Write the report. A file without findings is one case that passed.

    >>> print("\\n".join(render_junit(Results([], ["a.json"]))))
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites>
     <testsuite name="a.json" tests="1" failures="0">
      <testcase classname="a.json" name="no findings"/>
     </testsuite>
    </testsuites>
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield "<testsuites>"
    for file, findings in by_file(results):
        failures = sum(finding.severity is not Severity.INFO for finding in findings)
        name = quoteattr(printable(file))
        yield f' <testsuite name={name} tests="{len(findings) or 1}" failures="{failures}">'
        if not findings:
            yield f'  <testcase classname={name} name="no findings"/>'
        for finding in findings:
            yield _case(finding)
        yield " </testsuite>"
    yield "</testsuites>"
