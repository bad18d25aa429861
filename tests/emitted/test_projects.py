"""Every example and case as a project: linters, type checkers, its own tests, and independent readers."""

import json
import sys
import tomllib
from pathlib import Path

import pytest
from scim2_models import ResourceType, Schema, ServiceProviderConfig

from scimgen.emit.files import RuntimeMode
from scimgen_server.testing.databases import DATABASES
from tests.emitted.shops import put_together
from tests.in_process import scimgen
from tests.support import run_tool
from tests.test_golden import CASES, GOLDEN, emitted_tree

ON_BOTH = ("crm-vendored", "ietf-package")
"""The projects whose own tests run on every database: Okta's dialect and the draft's. `tests/server` tests every kind
of attribute on PostgreSQL."""

PROJECTS = [("crm", RuntimeMode.VENDORED), *((case, RuntimeMode.PACKAGE) for case in CASES)]
"""Cases and modes. The copy of the runtime is the same in every project, so one with it is enough."""


STRICT = {"pythonVersion": "3.11", "typeCheckingMode": "strict"}
"""The settings of pyright that every project has."""


@pytest.fixture(scope="module", params=PROJECTS, ids="-".join)
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as `scimgen new` makes it."""
    case, mode = request.param
    folder: Path = tmp_path_factory.mktemp("emitted") / f"{case}-{mode}"
    emitted_tree(CASES[case], folder, mode)
    return folder


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "--no-cache", "."),
        ("black", "--check", "--quiet", "."),
        ("mypy",),
    ],
    ids=lambda command: command[0],
)
def test_linters_and_type_checkers_are_clean(project: Path, command: tuple[str, ...]) -> None:
    """ruff, black and mypy --strict, by the project's own configuration."""
    run_tool(*command, cwd=project)


def test_pyright_is_clean(tmp_path: Path) -> None:
    """pyright strict for all projects, and for the code of an owner in `examples/own-tables`.

    One run, with the configuration that each project has: pyright takes seconds to read the libraries.
    """
    roots = [f"{case}-{mode}" for case, mode in PROJECTS]
    for root, (case, mode) in zip(roots, PROJECTS, strict=True):
        emitted_tree(CASES[case], tmp_path / root, mode)
    put_together(tmp_path / "shop")
    roots.append("shop")
    paths: dict[str, list[str]] = {"include": [], "exclude": []}
    for root in roots:
        own = tomllib.loads((tmp_path / root / "pyproject.toml").read_text())["tool"]["pyright"]
        assert own.keys() - paths.keys() == STRICT.keys()
        assert STRICT.items() <= own.items()
        for key, chosen in paths.items():
            chosen += [f"{root}/{path}" for path in own.get(key, ())]
    configuration = {**STRICT, **paths, "executionEnvironments": [{"root": root} for root in roots]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(configuration))
    run_tool("pyright", "--pythonpath", sys.executable, cwd=tmp_path)


def test_its_own_tests_pass(project: Path, request: pytest.FixtureRequest) -> None:
    """The conformance, golden and storage tests that are generated with it."""
    databases = DATABASES if project.name in ON_BOTH else ("sqlite",)
    settings = {"SCIM_TEST_DATABASES": ",".join(databases)}
    if "postgresql" in databases:
        settings["SCIM_TEST_POSTGRESQL"] = request.getfixturevalue("postgresql")
    run_tool("pytest", "-q", "-p", "no:cacheprovider", cwd=project, **settings)


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


INTENDED = {"awkward": {"secret-readable"}}
"""Warnings about what a case has on purpose."""


@pytest.mark.parametrize("case", CASES)
def test_our_own_linter_finds_nothing_in_its_documents(case: str) -> None:
    """No error and no warning, by the rules of the clients that the description names too."""
    (documents,) = (GOLDEN / case).glob("*/documents")
    client = "ietf" if case == "ietf" else "okta"
    ran = scimgen("validate", "--strict", "--client", client, "--format", "json", documents, cwd=GOLDEN)
    found = {finding["rule"] for finding in json.loads(ran.stdout)["diagnostics"]}
    assert found == INTENDED.get(case, set()), ran.stdout
