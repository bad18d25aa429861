"""Every example and case as a project: linters, type checkers, its own tests, and independent readers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from scim2_models import ResourceType, Schema, ServiceProviderConfig

from scimgen.emit.files import RuntimeMode
from tests.test_golden import CASES, GOLDEN, emitted_tree

ON_BOTH = ("crm-vendored", "ietf-package")
"""The projects whose own tests run on every database: Okta's dialect and the draft's. `tests/server` tests every kind
of attribute on PostgreSQL."""

PROJECTS = [("crm", RuntimeMode.VENDORED), *((case, RuntimeMode.PACKAGE) for case in CASES)]
"""Cases and modes. The copy of the runtime is the same in every project, so one with it is enough."""


@pytest.fixture(scope="module", params=PROJECTS, ids="-".join)
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as `scimgen new` makes it."""
    case, mode = request.param
    folder: Path = tmp_path_factory.mktemp("emitted") / f"{case}-{mode}"
    emitted_tree(CASES[case], folder, mode)
    return folder


def run(*command: str, cwd: Path, **more: str) -> None:
    """Run one of the environment's tools; its whole output is the message where it fails."""
    process = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=cwd,
        env=os.environ | more,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "--no-cache", "."),
        ("black", "--check", "--quiet", "."),
        ("mypy",),
        ("pyright", "--pythonpath", sys.executable),
    ],
    ids=lambda command: command[0],
)
def test_linters_and_type_checkers_are_clean(
    project: Path, command: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """ruff, black, mypy --strict and pyright strict, by the project's own configuration."""
    cache = str(tmp_path_factory.getbasetemp() / "mypy")  # shared: the libraries are read once
    run(*command, cwd=project, MYPY_CACHE_DIR=cache)


def test_its_own_tests_pass(project: Path) -> None:
    """The conformance, golden and storage tests that are generated with it."""
    databases = {} if project.name in ON_BOTH else {"SCIM_TEST_DATABASES": "sqlite"}
    run("pytest", "-q", "-p", "no:cacheprovider", cwd=project, **databases)


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
