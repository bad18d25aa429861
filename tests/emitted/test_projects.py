"""Every golden project as its owner would treat it: linters, type checkers, its own tests, the oracle's reading."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from scim2_models import ResourceType, Schema, ServiceProviderConfig

from tests.support import emit_into
from tests.test_golden import CASES, GOLDEN


def run(*command: str, cwd: Path) -> None:
    """Run one of the environment's tools; its whole output is the message where it fails."""
    process = subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, capture_output=True, text=True, timeout=300, check=False
    )
    assert process.returncode == 0, process.stdout + process.stderr


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "--no-cache", "."),
        ("black", "--check", "--quiet", "."),
        ("mypy", "--cache-dir", "/dev/null"),
        ("pyright", "--pythonpath", sys.executable),
    ],
    ids=lambda command: command[0],
)
def test_linters_and_type_checkers_are_clean(case: str, command: tuple[str, ...]) -> None:
    """ruff, black, mypy --strict and pyright strict, by the project's own configuration."""
    run(*command, cwd=GOLDEN / case)


@pytest.mark.parametrize("case", CASES)
def test_its_own_tests_pass(case: str, tmp_path: Path) -> None:
    """The conformance, golden and storage tests that are emitted with it."""
    emit_into(CASES[case], tmp_path)
    run("pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path)


@pytest.mark.parametrize("case", CASES)
def test_scim2_models_reads_its_documents(case: str) -> None:
    """Every discovery document loads in scim2-models and comes back without a change."""
    (documents,) = (GOLDEN / case).glob("*/documents")
    pages = {name: json.loads((documents / f"{name}.json").read_text()) for name in ("Schemas", "ResourceTypes")}
    for name, model in (("Schemas", Schema), ("ResourceTypes", ResourceType)):
        assert pages[name]["totalResults"] == len(pages[name]["Resources"])
        for document in pages[name]["Resources"]:
            assert model.model_validate(document).model_dump(mode="json") == document
    config = json.loads((documents / "ServiceProviderConfig.json").read_text())
    config.pop("RolesAndEntitlements", None)  # the draft's own member, which scim2-models does not know
    ServiceProviderConfig.model_validate(config)


@pytest.mark.parametrize("case", CASES)
def test_our_own_linter_finds_nothing_in_its_documents(case: str) -> None:
    """No error and no warning, by the rules of the clients that the description names too."""
    (documents,) = (GOLDEN / case).glob("*/documents")
    client = "ietf" if case == "ietf" else "okta"
    run("scimgen", "validate", "--strict", "--client", client, str(documents), cwd=GOLDEN)
