"""The emitted deployment files have the least rights, and nothing in them can change without a commit."""

import os
import re
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from scimgen.description import load_file
from scimgen.emit.files import ProjectTarget, RuntimeMode
from scimgen.emit.project import emit_project
from tests.support import EXAMPLES

ROOT = Path(__file__).parents[2]
PINNED = re.compile(r"[\w-]+/[\w/-]+@[0-9a-f]{40}")
MAY_BREAK = ("pydantic", "starlette", "uvicorn", "asyncpg", "pyjwt")


def emit(mode: RuntimeMode) -> dict[str, str]:
    """The emitted texts of the crm example."""
    app, _ = load_file(EXAMPLES["crm"])
    assert app
    emitted = emit_project(app, ProjectTarget("crm.scim.yaml", mode)).values()
    return {file.path: file.content.decode() for file in emitted if not file.path.startswith("crm/")}


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """The emitted texts with a copy of the runtime."""
    return emit(RuntimeMode.VENDORED)


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """The instructions of a Dockerfile with their arguments, in order."""
    joined = re.sub(r"\\\n\s*", "", dockerfile)
    lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]


def test_the_image_runs_without_root(files: dict[str, str]) -> None:
    """A user by number, who owns the data, and who is set before the command."""
    found = instructions(files["Dockerfile"])
    names = [name for name, _ in found]
    users = [argument for name, argument in found if name == "USER"]
    assert len(users) == 1
    user, group = map(int, users[0].split(":"))
    assert user > 0
    assert group > 0
    assert names.index("RUN") < names.index("USER") < names.index("CMD")
    [run] = [argument for name, argument in found if name == "RUN"]
    assert f"--owner {user} --group {group} --mode 0700 /data" in run
    assert ("VOLUME", "/data") in found
    assert any(name == "ENV" and ":////data/" in argument for name, argument in found)
    [check] = [argument for name, argument in found if name == "HEALTHCHECK"]
    assert "/healthz" in check
    assert "--timeout" in check


def test_containers_have_no_rights_that_they_do_not_need(files: dict[str, str]) -> None:
    """No capabilities, no new privileges. The servers cannot write to their own files."""
    services = yaml.safe_load(files["compose.yaml"])["services"]
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service
    database = services.pop("postgres")
    assert "SYS_ADMIN" not in database["cap_add"]
    for name, server in services.items():
        assert server["read_only"] is True, name
        assert server["tmpfs"] == ["/tmp"], name
        assert "cap_add" not in server, name


def workflow_of(text: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A workflow, and the steps of all of its jobs."""
    workflow = yaml.safe_load(text)
    steps: list[dict[str, Any]] = []
    for job in workflow["jobs"].values():
        steps += job["steps"]
    return workflow, steps


@pytest.mark.parametrize("whose", ["app", "repository"])
def test_workflows_read_only_and_pin_their_actions(files: dict[str, str], whose: str) -> None:
    """Each action is named by its commit, with the release in a comment. Dependabot updates both."""
    path = ".github/workflows/ci.yml"
    text = files[path] if whose == "app" else (ROOT / path).read_text("utf-8")
    workflow, steps = workflow_of(text)
    assert workflow["permissions"] == {"contents": "read"}
    used = [step["uses"] for step in steps if "uses" in step]
    assert len(used) >= 2
    assert [use for use in used if not PINNED.fullmatch(use)] == []
    assert len(re.findall(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", text, re.MULTILINE)) == len(used)
    for step in steps:
        if step.get("uses", "").startswith("actions/checkout"):
            assert step["with"]["persist-credentials"] is False
    updates = (
        files[".github/dependabot.yml"] if whose == "app" else (ROOT / ".github/dependabot.yml").read_text("utf-8")
    )
    ecosystems = {update["package-ecosystem"] for update in yaml.safe_load(updates)["updates"]}
    assert {"github-actions", "pip"} <= ecosystems
    if whose == "app":
        assert {"docker", "docker-compose"} <= ecosystems


def test_ci_writes_a_bill_of_materials_of_what_runs_in_production(files: dict[str, str]) -> None:
    """From an environment without the tools of developers, and kept as an artifact."""
    _, steps = workflow_of(files[".github/workflows/ci.yml"])
    commands = "\n".join(step.get("run", "") for step in steps)
    [written] = re.findall(r"cyclonedx-py environment (\w+) .*--output-file (\S+)", commands)
    environment, name = written
    assert f"python -m venv {environment}" in commands
    assert "--group dev" not in commands
    assert any(step.get("with", {}).get("path") == name for step in steps)
    [tool] = re.findall(r'pip install "(cyclonedx-bom.*?)"', commands)
    assert "<" in str(Requirement(tool).specifier)


@pytest.mark.parametrize("mode", list(RuntimeMode))
def test_ranges_of_libraries_that_break_have_an_upper_bound(mode: RuntimeMode) -> None:
    """In an app, in the distribution of the runtime, and in scimgen itself, which contains the runtime."""
    texts = [emit(mode)["pyproject.toml"]]
    texts += [
        (ROOT / path).read_text("utf-8") for path in ("pyproject.toml", "packaging/scimgen-server/pyproject.toml")
    ]
    bounded: set[str] = set()
    for text in texts:
        project = tomllib.loads(text)["project"]
        listed = list(project["dependencies"])
        for name, extra in project.get("optional-dependencies", {}).items():
            listed += extra if name != "testing" else []
        for requirement in map(Requirement, listed):
            if requirement.name in MAY_BREAK:
                operators = {one.operator for one in requirement.specifier}
                assert {">=", "<"} <= operators, requirement
                bounded.add(requirement.name)
    assert bounded == set(MAY_BREAK)


def test_an_app_is_checked_with_the_style_that_it_was_emitted_in(files: dict[str, str]) -> None:
    """The style of black changes from year to year."""
    dev = tomllib.loads(files["pyproject.toml"])["dependency-groups"]["dev"]
    [black] = [Requirement(text) for text in dev if text.startswith("black")]
    assert black.specifier.contains(version("black"))
    following = int(version("black").split(".")[0]) + 1
    assert not black.specifier.contains(f"{following}.1.0")


def test_a_security_policy_names_how_to_report_and_what_to_set(files: dict[str, str]) -> None:
    """The settings that it names exist, and so do the commands."""
    page = files["SECURITY.md"]
    assert "Report a vulnerability" in page
    assert "Do not open a public issue" in page
    for setting in re.findall(r"SCIM_[A-Z_]+", page):
        assert setting in files["README.md"], setting
    assert "make pin" in page
    assert "\npin:" in files["Makefile"]
    assert "TLS" in files["README.md"].partition("## Behind a proxy")[2][:300]
    assert "Report a vulnerability" in (ROOT / "SECURITY.md").read_text("utf-8")


def test_pin_replaces_tags_by_digests(files: dict[str, str], tmp_path: Path) -> None:
    """The script asks docker and git, and changes only what is named by a tag. A second run changes nothing."""
    for path in ("Dockerfile", "compose.yaml", ".github/pin.sh", ".github/workflows/ci.yml"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        text = re.sub(r"checkout@\w+ # v4.2.2", "checkout@v4.2.2", files[path])
        (tmp_path / path).write_text(text)
    tools = tmp_path / "tools"
    tools.mkdir()
    digest, commit = f"sha256:{'d' * 64}", "c" * 40
    (tools / "docker").write_text(f"#!/bin/sh\necho {digest}\n")
    (tools / "git").write_text(
        f"#!/bin/sh\nprintf '%s\\trefs/tags/v4.2.2\\n' {'a' * 40}\nprintf '%s\\tx\\n' {commit}\n"
    )
    for tool in tools.iterdir():
        tool.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
    outputs = [
        subprocess.run(
            ["sh", ".github/pin.sh"], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
        ).stdout
        for _ in range(2)
    ]
    assert len(outputs[0].splitlines()) == 3
    assert outputs[1] == ""
    assert f"\nFROM python:3.13-slim@{digest}\n" in (tmp_path / "Dockerfile").read_text()
    database = yaml.safe_load((tmp_path / "compose.yaml").read_text())["services"]["postgres"]
    assert database["image"] == f"postgres:18@{digest}"
    workflow = (tmp_path / ".github/workflows/ci.yml").read_text()
    assert workflow.count(f"actions/checkout@{commit} # v4.2.2\n") == 2
    assert workflow.count("actions/setup-python@0b93645e9fea7318ecaed2b359559ac225c90a2b # v5.3.0\n") == 2
    assert list(tmp_path.rglob("*.unpinned")) == []
