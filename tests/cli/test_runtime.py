"""`scimgen new --runtime` and `scimgen runtime`: how an app gets the server runtime, and the switch between both."""

import shutil
import tomllib
from pathlib import Path

import pytest

from tests.cli.test_commands import tree
from tests.in_process import scimgen

PAGE = "scimgen: 1\napp: shop\nvendor: acme\nentitlements:\n  Seat: {attributes: {floor: integer}}\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A new project for each mode; copy it before you change it."""
    root = tmp_path_factory.mktemp("made")
    (root / "shop.scim.yaml").write_text(PAGE)
    for mode in ("vendored", "package"):
        run = scimgen("new", mode, "--from", "shop.scim.yaml", "--runtime", mode, cwd=root)
        assert run.returncode == 0, run.stderr
    return {mode: root / mode for mode in ("vendored", "package")}


@pytest.fixture
def vendored(made: dict[str, Path], tmp_path: Path) -> Path:
    """A copy of the project with a copy of the runtime."""
    return Path(shutil.copytree(made["vendored"], tmp_path / "shop"))


def settings(project: Path) -> dict[str, object]:
    """`[tool.scimgen]` of a project."""
    found: dict[str, object] = tomllib.loads((project / "pyproject.toml").read_text())["tool"]["scimgen"]
    return found


def test_a_project_has_its_mode_in_its_settings(made: dict[str, Path]) -> None:
    """The key is what `generate` reads; the copy and the dependency are there in one mode each."""
    for mode, project in made.items():
        assert settings(project)["runtime"] == mode
        assert (project / "shop" / "_server").is_dir() is (mode == "vendored")
        assert ("scimgen-server" in (project / "pyproject.toml").read_text()) is (mode == "package")
        assert scimgen("generate", "--check", cwd=project).returncode == 0
        assert scimgen("runtime", cwd=project).stdout == f"{mode}\n"


def test_switching_there_and_back_restores_every_byte(made: dict[str, Path], vendored: Path) -> None:
    """A switched project is the same as one that was made in that mode."""
    run = scimgen("runtime", "package", cwd=vendored)
    assert run.returncode == 0, run.stderr
    assert "switched the runtime from vendored to package" in run.stderr
    assert "next:" in run.stderr
    assert tree(vendored) == tree(made["package"])
    run = scimgen("runtime", "vendored", vendored, cwd=vendored.parent)
    assert run.returncode == 0, run.stderr
    assert tree(vendored) == tree(made["vendored"])


def test_switching_keeps_the_owners_dependencies(vendored: Path) -> None:
    """A dependency and a setting that the owner has added are merged with the new dependencies."""
    project = vendored / "pyproject.toml"
    text = project.read_text()
    mine = '    # your dependencies:\n    "fastapi>=0.115",\n'
    text = text.replace("    # your dependencies:\n", mine)
    project.write_text(text.replace('"pytest",\n', '"pytest",\n    "pytest-randomly",\n'))
    run = scimgen("runtime", "package", cwd=vendored)
    assert run.returncode == 0, run.stderr
    found = tomllib.loads(project.read_text())
    assert found["project"]["dependencies"] == ["scimgen-server>=0.1.0,<0.2", "fastapi>=0.115"]
    assert "pytest-randomly" in found["dependency-groups"]["dev"]
    assert scimgen("generate", "--check", cwd=vendored).returncode == 0


def test_a_switch_that_conflicts_changes_nothing(vendored: Path) -> None:
    """Where the owner has changed the same lines of pyproject.toml: one message, exit 1; its advice leads there."""
    project = vendored / "pyproject.toml"
    project.write_text(project.read_text().replace('"starlette>=1.0,<2"', '"starlette>=1.1,<2"'))
    before = tree(vendored)
    run = scimgen("runtime", "package", cwd=vendored)
    assert run.returncode == 1
    assert "pyproject.toml: you have changed the lines that package mode changes, so nothing was written" in run.stderr
    assert tree(vendored) == before
    project.write_text(project.read_text().replace('runtime = "vendored"', 'runtime = "package"'))
    assert scimgen("generate", cwd=vendored).returncode == 1
    shutil.copyfile(vendored / "pyproject.toml.scimgen-new", project)
    assert scimgen("resolve", "pyproject.toml", cwd=vendored).returncode == 0
    assert scimgen("generate", "--check", cwd=vendored).returncode == 0
    assert not (vendored / "shop" / "_server").exists()


def test_a_switch_without_pyproject_is_refused(vendored: Path) -> None:
    """There is no place for the mode, so the next run would switch back."""
    (vendored / "pyproject.toml").unlink()
    run = scimgen("runtime", "package", cwd=vendored)
    assert run.returncode == 1
    assert "scimgen generate --restore pyproject.toml" in run.stderr
    assert (vendored / "shop" / "_server").is_dir()


def test_a_switch_by_hand_in_the_settings_is_carried_out_by_generate(vendored: Path) -> None:
    """`runtime` in pyproject.toml is the one place of the mode."""
    project = vendored / "pyproject.toml"
    project.write_text(project.read_text().replace('runtime = "vendored"', 'runtime = "package"'))
    assert scimgen("generate", "--check", cwd=vendored).returncode == 1
    assert scimgen("generate", cwd=vendored).returncode == 0
    assert not (vendored / "shop" / "_server").exists()
    assert scimgen("generate", "--check", cwd=vendored).returncode == 0


def test_a_switch_leaves_an_edited_copy_to_its_owner(vendored: Path) -> None:
    """No edit is deleted with the copy."""
    edited = vendored / "shop" / "_server" / "logs.py"
    edited.write_text(edited.read_text() + "# mine\n")
    run = scimgen("runtime", "package", cwd=vendored)
    assert run.returncode == 0, run.stderr
    assert "let go   shop/_server" in run.stderr
    assert edited.read_text().endswith("# mine\n")


@pytest.mark.parametrize("edit", ["changed", "added"])
def test_an_edited_copy_is_refused_with_one_message(vendored: Path, edit: str) -> None:
    """It names the folder; --force writes the copy again and deletes what was added."""
    path = vendored / "shop" / "_server" / ("logs.py" if edit == "changed" else "mine.py")
    before = tree(vendored)
    path.write_text("# mine\n")
    assert scimgen("generate", "--check", cwd=vendored).returncode == 1
    run = scimgen("generate", cwd=vendored)
    assert run.returncode == 1
    assert [line for line in run.stderr.splitlines() if "_server" in line] == [
        "shop/_server: was edited by hand: move the edit to the description or a file of yours, or use --force"
    ]
    assert path.read_text() == "# mine\n"
    assert scimgen("generate", "--force", cwd=vendored).returncode == 0
    assert tree(vendored) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("runtime", "docker"), "the runtime is vendored or package, not 'docker'"),
        (("runtime", "package", "nowhere"), "nowhere"),
        (("new", "more", "--from", "crm", "--runtime", "docker"), "--runtime is vendored or package, not 'docker'"),
    ],
)
def test_what_is_no_mode_or_no_project_is_one_line(arguments: tuple[str, ...], message: str, vendored: Path) -> None:
    """Exit 2, nothing written."""
    before = tree(vendored)
    run = scimgen(*arguments, cwd=vendored)
    assert run.returncode == 2
    assert message in run.stderr.splitlines()[-1]
    assert "Traceback" not in run.stderr
    assert tree(vendored) == before


def test_an_unknown_mode_in_the_settings_is_one_line(vendored: Path) -> None:
    """With the place in pyproject.toml."""
    project = vendored / "pyproject.toml"
    project.write_text(project.read_text().replace('runtime = "vendored"', 'runtime = "docker"'))
    for command in ("generate", "runtime"):
        run = scimgen(command, cwd=vendored)
        assert run.returncode == 2
        assert "pyproject.toml" in run.stderr
        assert "runtime" in run.stderr
        assert len(run.stderr.splitlines()) == 1
