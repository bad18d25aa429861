"""Rules about ignores. They look at no document: the settings ask them once everything else is said."""

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
    """An ignore names a rule that there is

    One with a slip in it keeps nothing back, and nobody notices.
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
    """An ignore keeps something back

    What it was for is mended: left standing, it would hide the next fault of the kind.
    """
