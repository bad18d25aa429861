"""Options and hooks of the whole suite."""

import os

import pytest
from hypothesis import settings

FIRST = (
    "tests/emitted/test_projects.py",
    "tests/emitted/test_schemathesis.py",
    "tests/packaging",
    "tests/emitted",
    "tests/cli/test_commands.py::test_new_takes_a_relative_folder_and_starts_there",
    "tests/cli/test_old_projects.py",
)
"""Tests that take long, the longest first. At the end of a run one worker would run them while the others wait."""

settings.register_profile("default", deadline=None, max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "60")))
settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` accepts what is emitted now."""
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden from what is emitted now")


def pytest_configure(config: pytest.Config) -> None:
    """Golden files are accepted by a person who reads the diff, never in CI."""
    if config.getoption("--update-golden") and os.environ.get("CI"):
        raise pytest.UsageError("--update-golden is refused in CI")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of FIRST before the others. The order is otherwise kept, so that tests share their fixtures."""
    items.sort(key=lambda item: next((n for n, path in enumerate(FIRST) if item.nodeid.startswith(path)), len(FIRST)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print at the end what slow tests have measured by `record_property("measured", …)`, also if they pass."""
    reports = [one for found in terminalreporter.stats.values() for one in found if getattr(one, "when", "") == "call"]
    measured = [(one.nodeid, text) for one in reports for name, text in one.user_properties if name == "measured"]
    if measured:
        terminalreporter.section("measured")
    for test, text in measured:
        terminalreporter.write_line(f"{test}: {text}")
