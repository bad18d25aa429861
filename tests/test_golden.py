"""The whole emitted tree of every example and case, byte by byte; `make golden` accepts a change."""

import shutil
from pathlib import Path

import pytest

from scimgen.api import generate
from scimgen.project import Disk, apply
from scimgen.scaffold import origin_of, scaffold
from tests.support import EXAMPLES

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
CASES = {**EXAMPLES, **{path.parent.name: path for path in sorted((HERE / "cases").glob("*/*.scim.*"))}}


def emitted_tree(description: Path, folder: Path) -> dict[str, bytes]:
    """What `scimgen new FOLDER --from DESCRIPTION` writes, by path."""
    assert scaffold(folder, origin_of(str(description))) == []
    generated = generate(folder / description.name)
    assert generated.plan
    apply(generated.plan, Disk(folder))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("case", CASES)
def test_the_tree_is_the_golden_one(case: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Over the union of paths: nothing missing, nothing more, nothing different."""
    found = emitted_tree(CASES[case], tmp_path / "app")
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


def test_no_golden_tree_is_left_over() -> None:
    """Each belongs to an example or a case."""
    assert sorted(path.name for path in GOLDEN.iterdir()) == sorted(CASES)
