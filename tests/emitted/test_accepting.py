"""The emitted app's own golden tests: green as scaffolded, red once discovery changes, green once it is accepted."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.in_process import scimgen
from tests.support import ALONE

GOLDEN = "tests/golden/Schemas.json"


def own_tests(app: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the app's golden tests as its owner does."""
    inherited = {name: value for name, value in os.environ.items() if name != "CI"}
    variables = inherited | ALONE | {"SCIM_TEST_DATABASES": "sqlite"} | environment
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_golden.py", *options]
    return subprocess.run(command, cwd=app, env=variables, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """The crm example, scaffolded."""
    assert scimgen("new", "app", "--from", "crm", cwd=tmp_path).returncode == 0
    return tmp_path / "app"


def test_a_change_of_discovery_is_red_until_somebody_accepts_it(app: Path) -> None:
    """The failing test shows the difference and the command; what the command writes is that difference alone."""
    before = (app / GOLDEN).read_text()
    assert own_tests(app).returncode == 0
    page = app / "crm.scim.yaml"
    page.write_text(page.read_text().replace("seats: integer", "seats: integer\n      colour: string"))
    run = scimgen("generate", cwd=app)
    assert run.returncode == 0
    assert (app / GOLDEN).read_text() == before, "it is the owner's, generate does not touch it"
    output = own_tests(app)
    assert output.returncode == 1
    assert '+          "name": "colour",' in output.stdout
    assert "if it is meant: make golden" in output.stdout
    command = subprocess.run(["make", "-n", "golden"], cwd=app, capture_output=True, text=True, check=True)
    assert ".venv/bin/pytest -q tests/test_golden.py --update-golden" in command.stdout
    assert own_tests(app, "--update-golden").returncode == 0
    added = set((app / GOLDEN).read_text().splitlines()) - set(before.splitlines())
    assert added == {'          "name": "colour",'}
    assert own_tests(app).returncode == 0
    assert scimgen("generate", "--check", cwd=app).returncode == 0


def test_ci_accepts_nothing(app: Path) -> None:
    """There the files are compared, never written."""
    (app / GOLDEN).write_text("{}\n")
    run = own_tests(app, "--update-golden", CI="true")
    assert run.returncode == 4
    assert "--update-golden is refused in CI" in run.stderr
    assert (app / GOLDEN).read_text() == "{}\n"


def test_what_was_never_accepted_is_red(app: Path) -> None:
    """A golden file that is gone lets nothing through, and its owner's deletion is not undone behind their back."""
    (app / GOLDEN).unlink()
    assert scimgen("generate", cwd=app).returncode == 0
    assert not (app / GOLDEN).exists()
    assert own_tests(app).returncode == 1
