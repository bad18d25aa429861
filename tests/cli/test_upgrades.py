"""A project meets another release: of scimgen, whose templates differ, or of the generators beneath it."""

import hashlib
import shutil
from pathlib import Path

import pytest

from tests.cli.test_commands import tree
from tests.in_process import scimgen

PAGE = "scimgen: 1\napp: shop\nvendor: acme\nentitlements:\n  Seat: {attributes: {floor: integer}}\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated project; copy it before you change it."""
    root = tmp_path_factory.mktemp("made")
    (root / "shop.scim.yaml").write_text(PAGE)
    assert scimgen("generate", cwd=root).returncode == 0
    return root


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Path:
    """A copy of the project."""
    return Path(shutil.copytree(made, tmp_path / "shop"))


def as_made_by(shop: Path, release: str, texts: dict[str, str]) -> None:
    """Make the project one of an older scimgen: its version in the lock, its texts on the disk and as bases."""
    lock = shop / "scimgen.lock"
    lines = [line for line in lock.read_text().splitlines() if line.rpartition(" ")[2] not in texts]
    for path, text in texts.items():
        ownership = "emitted" if path.startswith("shop/") else "merged"
        base = shop / ".scimgen" / "bases" / path if ownership == "merged" else shop / path
        for target in (shop / path, base):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        lines.append(f"{ownership} {hashlib.sha256(text.encode()).hexdigest()} {path}")
    lock.write_text("\n".join(lines).replace("version scimgen 0.1.0", f"version scimgen {release}") + "\n")


def test_an_older_project_is_upgraded_and_told_file_by_file(shop: Path) -> None:
    """Emitted files are updated, merged ones merged with what their owner wrote, dropped ones deleted or let go."""
    new = tree(shop)
    makefile = (shop / "Makefile").read_text()
    older = {
        "shop/__main__.py": "# as it was\n",
        "shop/old/gone.py": "# no longer emitted\n",
        "shop/old/mine_now.py": "# no longer emitted either\n",
        "Makefile": makefile.replace("## Run the tests", "## Test"),
        "Dockerfile": "FROM python:3.12\n",
        "Procfile": "web: shop serve\n",
    }
    as_made_by(shop, "0.0.9", older)
    (shop / "Makefile").write_text(older["Makefile"].replace("PORT ?= 8000", "PORT ?= 9000"))
    (shop / "shop" / "old" / "mine_now.py").write_text("# changed by its owner\n")
    check = scimgen("generate", "--check", cwd=shop)
    assert check.returncode == 1
    run = scimgen("generate", cwd=shop)
    assert run.returncode == 0, run.stderr
    expected = {
        "upgrade from scimgen 0.0.9 to 0.1.0",
        "updated  shop/__main__.py",
        "deleted  shop/old/gone.py",
        "let go   shop/old/mine_now.py",
        "merged   Makefile",
        "updated  Dockerfile",
        "deleted  Procfile",
        "2 deleted, 1 let go, 1 merged, 2 updated",
    }
    assert expected <= set(run.stderr.splitlines())
    after = tree(shop)
    assert (shop / "Makefile").read_text() == makefile.replace("PORT ?= 8000", "PORT ?= 9000")
    assert (shop / "shop" / "old" / "mine_now.py").read_text() == "# changed by its owner\n"
    kept = {path: content for path, content in after.items() if path not in ("Makefile", "shop/old/mine_now.py")}
    assert kept == {path: content for path, content in new.items() if path != "Makefile"}
    assert scimgen("generate", "--check", cwd=shop).returncode == 0


def test_an_upgrade_that_meets_an_edit_leaves_both_texts(shop: Path) -> None:
    """A merged file edited where the templates changed is a conflict, an edited emitted file is named; exit 1."""
    as_made_by(shop, "0.0.9", {"Dockerfile": "FROM python:3.12\n", "shop/__main__.py": "# as it was\n"})
    (shop / "Dockerfile").write_text("FROM python:3.11-alpine\n")
    (shop / "shop" / "__main__.py").write_text("# as it was\n# and mine\n")
    run = scimgen("generate", cwd=shop)
    assert run.returncode == 1
    assert "Dockerfile: conflict: merge Dockerfile.scimgen-new into it" in run.stderr
    assert "shop/__main__.py: was edited by hand" in run.stderr
    assert (shop / "Dockerfile").read_text() == "FROM python:3.11-alpine\n"
    assert (shop / "shop" / "__main__.py").read_text() == "# as it was\n# and mine\n"


@pytest.mark.parametrize("generator", ["black", "datamodel-code-generator"])
@pytest.mark.parametrize("options", [(), ("--check",), ("--diff",), ("--force",)])
def test_another_release_of_a_generator_is_one_line(shop: Path, generator: str, options: tuple[str, ...]) -> None:
    """Two machines: what to install, exit 2, not a line of the project changed and none shown as changed."""
    lock = shop / "scimgen.lock"
    lines = lock.read_text().splitlines(keepends=True)
    lock.write_text(
        "".join(f"version {generator} 1.2.3\n" if f"version {generator} " in line else line for line in lines)
    )
    before = tree(shop)
    run = scimgen("generate", *options, cwd=shop)
    assert run.returncode == 2
    assert run.stdout == ""
    assert f"scimgen.lock was written with {generator} 1.2.3" in run.stderr
    assert f"they do not give the same bytes; pip install {generator}==1.2.3" in run.stderr
    assert tree(shop) == before
