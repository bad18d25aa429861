"""The pages about this repository: generated parts, paths and tables of folders are right."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ARCHITECTURE = (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8")
DECISIONS = ROOT / "docs" / "decisions"
IGNORED = {"__pycache__", "build", "dist"}
FILES_OF_APPS = {"openapi.json", "scimgen.toml"}
GUIDES = [
    *(
        ROOT / name
        for name in ("CONTRIBUTING.md", "docs/ARCHITECTURE.md", "docs/glossary.md", "docs/decisions/README.md")
    ),
    *sorted((ROOT / "docs" / "how-to").glob("*.md")),
]
EACH_GUIDE = pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
REPOSITORY_PATH = re.compile(
    r"(?<![\w./-])((?:bench|docs|examples|packaging|schemas|scimgen|scimgen_server|templates|tests)/(?:[\w./-]*(?![\w./<-])|(?:[\w.-]+/)*))"
)
"""A path from the root of the repository. If a part of it is a placeholder such as `<id>`, the folder before that."""

MOST_LINES = 62
"""What fits on one screen."""

NO_NAMES = {"ETag", "json", "lock", "py", "scimgen"}
"""What the steps have in backticks, or the end of it, besides names of the code."""


def folders(root: Path) -> set[str]:
    """The names of the folders, without what is built."""
    names = {path.name for path in root.iterdir() if path.is_dir()}
    return {name for name in names - IGNORED if not name.startswith(".")}


def folders_in_table(page: Path) -> list[str]:
    """The folders that the first column of a page's table names."""
    cells = re.findall(r"^\| (`.*?) \|", page.read_text("utf-8"), re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`([\w]+)/`", cell)]


def test_the_generated_parts_are_up_to_date() -> None:
    """Diagrams and tables of docs/ARCHITECTURE.md. `make golden` writes them."""
    script = ROOT / "docs" / "architecture.py"
    ran = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_check_finds_an_outdated_page(tmp_path: Path) -> None:
    """With one arrow less in the diagram."""
    for name in ("pyproject.toml", "scimgen", "scimgen_server"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "docs").mkdir()
    script = tmp_path / "docs" / "architecture.py"
    script.write_bytes((ROOT / "docs" / "architecture.py").read_bytes())
    page = tmp_path / "docs" / "ARCHITECTURE.md"
    page.write_text(ARCHITECTURE, "utf-8")
    assert subprocess.run([sys.executable, script]).returncode == 0
    current = page.read_text("utf-8")
    assert "\n    commands --> protocol\n" in current
    page.write_text(current.replace("\n    commands --> protocol\n", "\n    commands\n"), "utf-8")
    assert subprocess.run([sys.executable, script, "--check"], capture_output=True).returncode == 1
    assert subprocess.run([sys.executable, script]).returncode == 0
    assert page.read_text("utf-8") == current


def test_paths_in_the_architecture_exist() -> None:
    """A path is relative to the repository, to a package, or to the folder that the row or step is about."""
    paths = set(re.findall(r"`([\w./-]+(?:/|\.py|\.json|\.md|\.toml))`", ARCHITECTURE)) - FILES_OF_APPS
    bases = [ROOT / name for name in (".", "scimgen", "scimgen_server")]
    bases += [ROOT / "scimgen" / name for name in ("description", "diagnostics")]
    bases += [ROOT / "scimgen_server" / name for name in ("commands", "storage")]
    found = {path for path in paths for base in bases if (base / path).exists()}
    assert len(paths) > 60
    assert sorted(paths - found) == []


@EACH_GUIDE
def test_paths_in_the_guides_exist(guide: Path) -> None:
    """In the text, in tables, and in commands."""
    paths = {path.rstrip(".") for path in REPOSITORY_PATH.findall(guide.read_text("utf-8"))}
    assert sorted(path for path in paths if not (ROOT / path).exists()) == []


@EACH_GUIDE
def test_links_in_the_guides_exist(guide: Path) -> None:
    """Each link to a file, from the folder of the page; and its heading, if it names one."""
    for link in re.findall(r"\]\(((?!https?:)[^)]+)\)", guide.read_text("utf-8")):
        name, _, anchor = link.partition("#")
        target = guide.parent / name
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE)
            assert anchor in [heading.lower().replace(" ", "-") for heading in headings], link


@EACH_GUIDE
def test_tests_and_targets_in_the_guides_exist(guide: Path) -> None:
    """The functions of tests, and the targets of make."""
    text = guide.read_text("utf-8")
    tests = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").glob("*/*.py"))
    tests += "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").glob("*.py"))
    names = set(re.findall(r"(?<!def )(?<!/)\b(test_\w+)\b(?!\.py)", text))
    assert sorted(name for name in names if f"def {name}(" not in tests) == []
    targets = set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE))
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert sorted(name for name in targets if f"\n{name}:" not in makefile) == []


def test_each_word_of_the_glossary_has_a_place_in_the_code() -> None:
    """Each row has at least one path, and the words of each table are in alphabetical order."""
    sections = (ROOT / "docs" / "glossary.md").read_text("utf-8").split("\n## ")[1:]
    assert len(sections) == 4
    for section in sections:
        rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", section, re.MULTILINE)
        words = [word.lower() for word, _, _ in rows[2:]]
        assert len(words) > 2, section
        assert words == sorted(words)
        assert len(words) == len(set(words))
        for word, _, code in rows[2:]:
            paths = code.split(", ")
            unmatched = [path for path in paths if not REPOSITORY_PATH.fullmatch(path.strip("`"))]
            assert unmatched == [], word


def test_contributing_links_each_how_to() -> None:
    """The table "Where to add things" has a row for each page of docs/how-to, which is short."""
    section = (
        (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Where to add things\n")[2].partition("\n## ")[0]
    )
    linked = set(re.findall(r"\]\(docs/how-to/([\w-]+\.md)", section))
    pages = {path.name: path for path in (ROOT / "docs" / "how-to").iterdir()}
    assert sorted(linked) == sorted(pages)
    long = [name for name, path in pages.items() if len(path.read_text("utf-8").splitlines()) > MOST_LINES]
    assert long == []


def test_the_names_in_the_steps_exist() -> None:
    """The functions, methods and classes that the steps of a PATCH and of a description name."""
    modules = [path for package in ("scimgen", "scimgen_server") for path in (ROOT / package).rglob("*.py")]
    code = "\n".join(path.read_text("utf-8") for path in modules)
    steps = "\n".join(re.findall(r"^ *\d\. .*(?:\n +.*)*", ARCHITECTURE, re.MULTILINE))
    names = {name.rpartition(".")[2] for name in re.findall(r"`([A-Za-z_.]+)`", steps)} - NO_NAMES
    defined = {name for name in names if re.search(rf"\b(def|class) {name}\b|\b{name} = ", code)}
    assert len(names) > 20
    assert sorted(names - defined) == []


@pytest.mark.parametrize(
    ("page", "root"),
    [("CONTRIBUTING.md", "."), ("scimgen_server/README.md", "scimgen_server")],
)
def test_the_table_of_folders_is_complete(page: str, root: str) -> None:
    """Each folder has one row, and each row a folder."""
    named = folders_in_table(ROOT / page)
    assert sorted(named) == sorted(folders(ROOT / root))


def test_the_list_of_decisions_is_complete() -> None:
    """In the order of their numbers, with their titles."""
    listed = re.findall(r"^(\d+)\. \[(.*?)\]\((.*?)\)$", (DECISIONS / "README.md").read_text("utf-8"), re.MULTILINE)
    files = sorted(path for path in DECISIONS.glob("[0-9]*.md"))
    titles = [path.read_text("utf-8").partition("\n")[0] for path in files]
    assert [name for _, _, name in listed] == [path.name for path in files]
    assert [f"# {number}. {title}" for number, title, _ in listed] == titles


def test_paths_in_the_decisions_exist() -> None:
    """A path is relative to the repository or to a package."""
    texts = [path.read_text("utf-8") for path in DECISIONS.glob("*.md")]
    paths = {path for text in texts for path in re.findall(r"`([\w-]+/[\w./-]*)`", text)}
    bases = [ROOT / name for name in (".", "scimgen", "scimgen_server")]
    found = {path for path in paths for base in bases if (base / path).exists()}
    assert len(paths) > 10
    assert sorted(paths - found) == []
