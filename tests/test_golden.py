"""The whole emitted tree of every example and case, byte by byte; `make golden` accepts a change.

The golden trees do not contain the copy of the runtime: its bytes are compared with the package
`scimgen_server` itself. The lock has two hashes that change with every change of the runtime; the
golden locks have a word in their place, after the hashes are checked.
"""

import ast
import shutil
from pathlib import Path

import pytest

import scimgen_server
from scimgen.api import generate
from scimgen.emit.files import RuntimeMode
from scimgen.project import Disk, apply
from scimgen.project.fresh import templates_digest
from scimgen.project.lock import parse
from scimgen.scaffold import origin_of, scaffold
from tests.support import EXAMPLES, emit_into

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
RUNTIME = HERE.parent / "scimgen_server"
CASES = {**EXAMPLES, **{path.parent.name: path for path in sorted((HERE / "cases").glob("*/*.scim.*"))}}

Tree = dict[str, bytes]


def emitted_tree(description: Path, folder: Path, mode: RuntimeMode = RuntimeMode.VENDORED) -> Tree:
    """What `scimgen new FOLDER --from DESCRIPTION` writes, by path."""
    assert scaffold(folder, origin_of(str(description))) == []
    generated = generate(folder / description.name, mode=mode)
    assert generated.plan
    apply(generated.plan, Disk(folder))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def runtime_tree() -> Tree:
    """The files of the runtime that an app gets, by path."""
    inside = [path for path in RUNTIME.rglob("*") if path.is_file() and "cache" not in str(path.relative_to(RUNTIME))]
    return {path.relative_to(RUNTIME).as_posix(): path.read_bytes() for path in inside}


def without_runtime(tree: Tree) -> Tree:
    """A tree as it is stored: without the copy of the runtime, and with words for its hashes in the lock."""
    stored = {path: content for path, content in tree.items() if "/_server/" not in path}
    lock = parse(tree["scimgen.lock"])
    text = stored["scimgen.lock"].decode().replace(templates_digest(), "TEMPLATES")
    for digest in lock.vendored.values():
        text = text.replace(digest, "RUNTIME")
    stored["scimgen.lock"] = text.encode()
    return stored


@pytest.mark.parametrize("case", CASES)
def test_the_tree_is_the_golden_one(case: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Over the union of paths: nothing missing, nothing more, nothing different."""
    found = without_runtime(emitted_tree(CASES[case], tmp_path / "app"))
    root = GOLDEN / case
    if request.config.getoption("--update-golden"):
        shutil.rmtree(root, ignore_errors=True)
        for path, content in found.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
    expected = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert sorted(found) == sorted(expected), "run make golden and read the diff"
    for path, content in expected.items():
        assert found[path].decode() == content.decode(), f"{path}: run make golden and read the diff"


def test_the_copy_of_the_runtime_is_the_package(tmp_path: Path) -> None:
    """Every file of the package, byte for byte, and no other; its version and one hash are in the lock."""
    tree = emitted_tree(CASES["crm"], tmp_path / "app")
    copy = {path.removeprefix("crm/_server/"): text for path, text in tree.items() if path.startswith("crm/_server/")}
    package = runtime_tree()
    assert sorted(copy) == sorted(package)
    for path, content in package.items():
        assert copy[path] == content, path
    lock = tree["scimgen.lock"].decode().splitlines()
    assert [line.split()[0::2] for line in lock if line.startswith("vendored ")] == [["vendored", "crm/_server"]]
    assert not [line for line in lock if "crm/_server/" in line]
    assert [line for line in lock if line.startswith("version scimgen-server ")]


def test_both_modes_differ_in_few_files(tmp_path: Path) -> None:
    """The wiring by one import, the project files by what they install or leave out."""
    vendored = without_runtime(emitted_tree(CASES["crm"], tmp_path / "vendored"))
    package = without_runtime(emitted_tree(CASES["crm"], tmp_path / "package", RuntimeMode.PACKAGE))
    assert sorted(vendored) == sorted(package)
    differing = {path for path, content in vendored.items() if package[path] != content}
    bases = {f".scimgen/bases/{path}" for path in ("README.md", "pyproject.toml")}
    assert differing == {
        ".gitattributes",
        "README.md",
        "crm/runtime.py",
        "pyproject.toml",
        "scimgen.lock",
        "tests/under_test.py",
        *bases,
    }
    wiring = [line for line in package["crm/runtime.py"].decode().splitlines() if line.startswith("from ")]
    assert wiring == ["from scimgen_server import ("]


@pytest.mark.parametrize("mode", RuntimeMode)
def test_the_wiring_has_every_public_name_of_the_runtime(mode: RuntimeMode, tmp_path: Path) -> None:
    """`runtime.py` imports and exports what `scimgen_server` does: no more, no less."""
    emit_into(CASES["crm"], tmp_path, mode)
    tree = ast.parse((tmp_path / "crm" / "runtime.py").read_text())
    (statement,) = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    (exported,) = [node for node in tree.body if isinstance(node, ast.Assign)]
    assert [alias.name for alias in statement.names] == scimgen_server.__all__
    assert not [alias.name for alias in statement.names if alias.asname]
    assert ast.literal_eval(exported.value) == scimgen_server.__all__


def test_no_golden_tree_is_left_over() -> None:
    """Each belongs to an example or a case."""
    assert sorted(path.name for path in GOLDEN.iterdir()) == sorted(CASES)
