"""Options and hooks of the whole suite."""

import os

import pytest
from hypothesis import settings

settings.register_profile("default", deadline=None, max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "60")))
settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` accepts what is emitted now."""
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden from what is emitted now")


def pytest_configure(config: pytest.Config) -> None:
    """Golden files are accepted by a person who reads the diff, never in CI."""
    if config.getoption("--update-golden") and os.environ.get("CI"):
        raise pytest.UsageError("--update-golden is refused in CI")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print at the end what slow tests have measured by `record_property("measured", …)`, also if they pass."""
    reports = [one for found in terminalreporter.stats.values() for one in found if getattr(one, "when", "") == "call"]
    measured = [(one.nodeid, text) for one in reports for name, text in one.user_properties if name == "measured"]
    if measured:
        terminalreporter.section("measured")
    for test, text in measured:
        terminalreporter.write_line(f"{test}: {text}")
