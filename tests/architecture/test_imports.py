"""The dependencies of both packages: the contracts hold, and each of them finds a forbidden import."""

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / "scimgen_server"

FORBIDDEN = {
    "The layers of scimgen_server": ("scimgen_server/schema/trees.py", "import scimgen_server.service.ids"),
    "The layers of scimgen": ("scimgen/model/__init__.py", "import scimgen.emit.files"),
    "No cycles between packages or modules": ("scimgen_server/schema/values.py", "from . import resources"),
    "The runtime knows nothing of the toolkit": ("scimgen_server/logs.py", "import scimgen.place"),
    "Only the commands, the default store and the public API import the SQL store": (
        "scimgen_server/protocol/routes.py",
        "from ..storage import stores",
    ),
    "Only the testing package imports test libraries": ("scimgen_server/settings.py", "import pytest"),
    "The SQL store implements the ports and knows nothing of the service": (
        "scimgen_server/storage/tables.py",
        "import scimgen_server.auth.principal",
    ),
}
"""For each contract a file and a line that breaks it."""


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter in a folder with pyproject.toml and both packages."""
    command = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([command, "--no-cache"], cwd=folder, capture_output=True, text=True)


def test_the_contracts_hold() -> None:
    """As `make lint` checks them."""
    ran = lint_imports(ROOT)
    assert ran.returncode == 0, ran.stdout


def test_each_contract_finds_a_forbidden_import(tmp_path: Path) -> None:
    """A contract with a wrong module name would never find anything."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    assert {contract["name"] for contract in contracts} == FORBIDDEN.keys()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in ("scimgen", "scimgen_server"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    for file, line in FORBIDDEN.values():
        path = tmp_path / file
        path.write_text(f"{path.read_text('utf-8')}\n{line}\n", "utf-8")
    ran = lint_imports(tmp_path)
    assert ran.returncode == 1
    broken = {line.removesuffix(" BROKEN") for line in ran.stdout.splitlines() if line.endswith(" BROKEN")}
    assert broken == FORBIDDEN.keys()


@pytest.mark.parametrize("path", sorted(RUNTIME.rglob("*.py")), ids=lambda path: str(path.relative_to(RUNTIME)))
def test_the_runtime_imports_itself_relatively(path: Path) -> None:
    """A copy of the runtime inside an app must not import another copy that is installed."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            names.append(node.module or "")
        absolute = [name for name in names if name.partition(".")[0] in ("scimgen", "scimgen_server")]
        assert not absolute, f"line {node.lineno}"
