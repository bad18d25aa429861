"""What somebody adds has all of its parts. `docs/how-to` has a page for each kind of addition."""

import re
from pathlib import Path
from pkgutil import iter_modules
from typing import get_args

import pytest

import scimgen.cli
from scimgen.cli import app
from scimgen_server.commands.main import COMMANDS
from scimgen_server.storage.stores import SqlStore
from tests.runtime import test_store_contract

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "tests" / "golden" / "crm"
NOT_NAMED = {"README.md", "__init__.py", "crm", "crm.scim.yaml", "permission_sets.csv"}
"""The page itself, what has no content, the package, and what belongs to this example."""
OF_GENERATE = {"scimgen.lock", "scimgen.schema.json"}
"""Files for `scimgen generate` and editors."""

COMMANDS_OF_APPS = sorted(module.__name__.rpartition(".")[2].rstrip("_") for module in COMMANDS)


def first_cells(page: str, heading: str) -> str:
    """The first column of the first table below a heading."""
    section = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return "\n".join(re.findall(r"^\| (.*?) \|", section, re.MULTILINE))


def test_each_command_is_in_the_readme() -> None:
    """The table of commands in README.md has a row for each command of `scimgen`."""
    rows = first_cells((ROOT / "README.md").read_text("utf-8"), "Commands")
    listed = re.findall(r"`scimgen ([a-z]+)", rows)
    assert sorted(listed) == sorted(str(info.name) for info in app.registered_commands)


def test_each_command_has_one_module_of_its_name() -> None:
    """`scimgen/cli` has a module for each command, and two that the commands share."""
    modules = {module.name for module in iter_modules(scimgen.cli.__path__)} - {"console", "options"}
    assert sorted(module.rstrip("_") for module in modules) == sorted(
        str(info.name) for info in app.registered_commands
    )


@pytest.mark.parametrize("command", COMMANDS_OF_APPS)
def test_each_command_of_an_app_is_in_its_readme(command: str) -> None:
    """The README of a generated app describes each command of its console script."""
    page = (EXAMPLE / "README.md").read_text("utf-8")
    assert re.search(rf"`crm {command}\b", page), f"describe {command} in templates/server/README.md.jinja"


@pytest.mark.parametrize("command", COMMANDS_OF_APPS)
def test_each_command_of_an_app_is_tested(command: str) -> None:
    """A test of the server passes the name of the command to a helper."""
    tests = [path.read_text("utf-8") for path in (ROOT / "tests" / "server").glob("*.py")]
    assert any(f'"{command}"' in text for text in tests), f"test {command} in tests/server"


def test_the_readme_of_an_app_names_its_files() -> None:
    """The table of files has each file of the project and of its package, apart from hidden ones."""
    rows = first_cells((EXAMPLE / "README.md").read_text("utf-8"), "The project")
    present = {path.name for folder in (EXAMPLE, EXAMPLE / "crm") for path in folder.iterdir()}
    expected = {name for name in present - NOT_NAMED - OF_GENERATE if not name.startswith(".")}
    assert len(expected) > 12
    named = {name.rstrip("/").rpartition("/")[2] for name in re.findall(r"`(.*?)`", rows)}
    assert sorted(expected - named) == []


def test_each_sql_store_has_a_contract_test() -> None:
    """`tests/runtime/test_store_contract.py` has a class for each store that a database URL can name."""
    expected = {f"Test{store.__name__}" for store in get_args(SqlStore)}
    assert len(expected) > 1
    assert sorted(expected - set(vars(test_store_contract))) == []
