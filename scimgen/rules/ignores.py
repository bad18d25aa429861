"""Rules about ignores.

They do not check documents. The run reports them after all other findings.
"""

from scimgen.diagnostics import Severity
from scimgen.rules.report import Report
from scimgen.rules.rule import rule


@rule(
    "ignore-unknown",
    Severity.WARNING,
    (),
    "scimgen",
    bad='ignore = ["atr-type-invalid"]',
    good='ignore = ["attr-type-invalid"]',
)
def ignore_unknown(node: object, report: Report) -> None:
    """An ignore has the id of an existing rule

    A misspelled ignore has no effect, and this is easy to miss.
    """


@rule(
    "ignore-unused",
    Severity.WARNING,
    (),
    "scimgen",
    bad='ignore = ["json-bom"], and no file with a byte order mark',
    good="no such ignore",
)
def ignore_unused(node: object, report: Report) -> None:
    """An ignore has an effect

    The fault that it ignored is fixed. If the ignore stays, it hides the next fault of the same
    rule.
    """
