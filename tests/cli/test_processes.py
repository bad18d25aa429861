"""Every command as a process: installed, without a UTF-8 locale, with its exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scimgen.cli import app
from tests.in_process import scimgen

PAGE = """scimgen: 1
app: shop
vendor: acme
title: Café Zürich
entitlements:
  Seat: {attributes: {floor: {type: integer, description: Größe}}}
"""

COMMANDS = {
    "new": (("new", "other", "--from", "shop.scim.yaml"), 0, "other"),
    "generate": (("generate", "--check"), 0, "up to date"),
    "resolve": (("resolve", "README.md"), 2, "README.md.scimgen-new"),
    "validate": (("validate", "shop.scim.yaml"), 0, ""),
    "explain": (("explain", "enum-invalid"), 0, "RFC 7643"),
    "rules": (("rules",), 0, "enum-invalid"),
    "diff": (("diff", "shop.scim.yaml", "shop.scim.yaml"), 0, "no changes"),
    "import": (("import", "shop/documents"), 0, "Gr"),
    "docs": (("docs", "shop.scim.yaml"), 0, "reference.html"),
    "serve": (("serve", "none.scim.yaml"), 2, "no such file"),
    "probe": (("probe", "ftp://example.com"), 2, "not an http or https address"),
    "runtime": (("runtime",), 0, "vendored"),
}
"""Arguments, exit code, and a part of the output."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated project."""
    root = tmp_path_factory.mktemp("shop")
    (root / "shop.scim.yaml").write_text(PAGE, encoding="utf-8")
    assert scimgen("generate", cwd=root).returncode == 0
    return root


def test_each_command_is_tested() -> None:
    """A new command needs an entry in the table."""
    assert {info.name for info in app.registered_commands} == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_runs_as_a_process(shop: Path, command: str) -> None:
    """The files are read as UTF-8 whatever the locale is; output that it cannot show is no traceback."""
    arguments, code, part = COMMANDS[command]
    ran = subprocess.run(
        [sys.executable, "-m", "scimgen", *arguments],
        cwd=shop,
        env={**os.environ, "NO_COLOR": "1", "PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=60,
    )
    assert ran.returncode == code, ran
    assert part in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
