"""`generate` under rough treatment: killed, twice at once, on folders that refuse, from other checkouts."""

import ctypes
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from scimgen.api import generate
from scimgen.project import Disk, Step, apply
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


def change(shop: Path, name: str) -> None:
    (shop / "shop.scim.yaml").write_text(PAGE.replace("floor", name))


def test_two_runs_at_once_take_turns(shop: Path) -> None:
    """Both end well, and the files are complete."""
    change(shop, "level")
    command = [sys.executable, "-m", "scimgen", "generate"]
    runs = [subprocess.Popen(command, cwd=shop, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [run.wait(60) for run in runs] == [0, 0, 0]
    for run in runs:
        assert run.stderr
        run.stderr.close()
    assert scimgen("generate", "--check", cwd=shop).returncode == 0


@pytest.mark.slow
def test_a_run_that_is_killed_is_mended_by_the_next(shop: Path) -> None:
    """SIGKILL at any moment; then the next run, for yet another page, needs nobody."""
    moments = random.Random(7)
    for number in range(25):
        change(shop, f"attribute{number}")
        process = subprocess.Popen([sys.executable, "-m", "scimgen", "generate"], cwd=shop, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.2, 1.6))
        process.kill()
        process.wait()
    run = scimgen("generate", cwd=shop)
    assert run.returncode == 0, run.stderr
    assert scimgen("generate", "--check", cwd=shop).returncode == 0
    assert not (shop / ".scimgen" / "temporary").exists()


def test_a_conflict_is_settled_by_its_owner(shop: Path) -> None:
    """The owner's file stays whole, the new text is beside it, --check is red until `scimgen resolve`."""
    readme = shop / "README.md"
    mine = readme.read_text().replace("| Seat |", "| Chair |")
    readme.write_text(mine)
    page = shop / "shop.scim.yaml"
    page.write_text(PAGE.replace("Seat:", "Stool:"))
    run = scimgen("generate", cwd=shop)
    assert run.returncode == 1
    assert "README.md: conflict: merge README.md.scimgen-new into it, then scimgen resolve README.md" in run.stderr
    assert readme.read_text() == mine
    assert "| Stool |" in (shop / "README.md.scimgen-new").read_text()
    assert scimgen("generate", "--check", cwd=shop).returncode == 1
    assert scimgen("resolve", "README.md", cwd=shop).returncode == 0
    assert not (shop / "README.md.scimgen-new").exists()
    assert scimgen("generate", "--check", cwd=shop).returncode == 0
    assert readme.read_text() == mine


def test_a_type_that_goes_takes_its_files_with_it(shop: Path) -> None:
    """The dropped type's model is deleted, an edited one is kept and reported."""
    page = shop / "shop.scim.yaml"
    page.write_text(PAGE + "  Desk: {attributes: {drawers: integer}}\n")
    assert scimgen("generate", cwd=shop).returncode == 0
    desk = shop / "shop" / "models" / "desk.py"
    assert desk.is_file()
    page.write_text(PAGE)
    assert scimgen("generate", cwd=shop).returncode == 0
    assert not desk.exists()


def test_a_folder_where_a_file_is_needed_is_one_line(shop: Path) -> None:
    """Exit 2, the path, the project unharmed."""
    (shop / "shop" / "openapi.json").unlink()
    (shop / "shop" / "openapi.json").mkdir()
    before = tree(shop)
    run = scimgen("generate", cwd=shop)
    assert run.returncode == 2
    assert "openapi.json: a folder where a file is needed" in run.stderr
    assert tree(shop) == before


def test_a_file_where_a_folder_is_needed_is_one_line(shop: Path) -> None:
    """The same the other way round."""
    shutil.rmtree(shop / "shop" / "models")
    (shop / "shop" / "models").write_text("mine")
    before = tree(shop)
    run = scimgen("generate", cwd=shop)
    assert run.returncode == 2
    assert "shop/models: a file where a folder is needed" in run.stderr
    assert tree(shop) == before


def test_a_link_that_leads_out_is_not_followed(shop: Path, tmp_path: Path) -> None:
    """The models' folder replaced by a link elsewhere: exit 2, nothing is written there."""
    outside = tmp_path / "outside"
    shutil.move(shop / "shop" / "models", outside)
    (shop / "shop" / "models").symlink_to(outside)
    before = tree(outside)
    change(shop, "level")
    run = scimgen("generate", cwd=shop)
    assert run.returncode == 2
    assert "a symbolic link that leads out of the project" in run.stderr
    assert tree(outside) == before


def test_a_checkout_with_crlf_is_no_edit(shop: Path) -> None:
    """Every file with CRLF, as an archive or git on Windows may give it: no error, and the next change goes through."""
    for path in (path for path in shop.rglob("*") if path.is_file()):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    run = scimgen("generate", cwd=shop)
    assert run.returncode == 0, run.stderr
    assert scimgen("generate", "--check", cwd=shop).returncode == 0
    change(shop, "level")
    run = scimgen("generate", cwd=shop)
    assert run.returncode == 0, run.stderr
    assert "updated  shop/models/seat.py" in run.stderr
    assert scimgen("generate", "--check", cwd=shop).returncode == 0


def test_a_lock_of_a_newer_scimgen_is_refused(shop: Path) -> None:
    """The version to install, exit 2, nothing written."""
    lock = shop / "scimgen.lock"
    lock.write_text(lock.read_text().replace("version scimgen 0.1.0", "version scimgen 9.9.9"))
    before = tree(shop)
    run = scimgen("generate", cwd=shop)
    assert run.returncode == 2
    assert "scimgen.lock was written by scimgen 9.9.9, this is 0.1.0: pip install scimgen==9.9.9" in run.stderr
    assert tree(shop) == before


def test_a_lock_in_a_merge_conflict_is_refused(shop: Path) -> None:
    """The line, and what to do."""
    lock = shop / "scimgen.lock"
    lock.write_text("<<<<<<< ours\n" + lock.read_text())
    run = scimgen("generate", cwd=shop)
    assert run.returncode == 2
    assert "scimgen.lock:1: not a line of a lock; resolve the merge in it" in run.stderr


def drop_rights() -> None:
    """Make even root heed a folder's mode: CAP_DAC_OVERRIDE (1) is dropped by PR_CAPBSET_DROP (24)."""
    ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)


@pytest.mark.parametrize(
    ("folder", "named"),
    [("", ".scimgen/temporary"), ("shop/models", "shop/models/seat.py"), (".scimgen", ".scimgen/temporary")],
)
def test_a_folder_that_cannot_be_written_is_one_line(shop: Path, folder: str, named: str) -> None:
    """Exit 2, the path that refused, every file as it was; once it can be written the next run goes through."""
    change(shop, "level")
    before = tree(shop)
    refusing = [shop / folder, *(path for path in (shop / folder).rglob("*") if path.is_dir())]
    for path in refusing:
        path.chmod(0o555)
    try:
        command = [sys.executable, "-m", "scimgen", "generate"]
        run = subprocess.run(
            command, cwd=shop, preexec_fn=drop_rights, capture_output=True, text=True, timeout=60, check=False
        )
    finally:
        for path in refusing:
            path.chmod(0o755)
    assert run.returncode == 2, run.stderr
    assert f"{named}: permission denied\n" in run.stderr
    assert "Traceback" not in run.stderr
    after = {path: content for path, content in tree(shop).items() if not path.startswith(".scimgen/")}
    changed = {path for path, content in after.items() if before[path] != content}
    assert all(path.startswith("shop/documents/") for path in changed), "what came before it alone"
    assert scimgen("generate", cwd=shop).returncode == 0
    assert scimgen("generate", "--check", cwd=shop).returncode == 0


def test_a_full_disk_is_one_line_and_harms_nothing(shop: Path) -> None:
    """No file may grow: exit 2, every file as it was, and the next run with room goes through."""
    change(shop, "level")
    before = tree(shop)
    limited = f"ulimit -f 0; trap '' XFSZ; exec {sys.executable} -m scimgen generate"
    run = subprocess.run(["sh", "-c", limited], cwd=shop, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 2, run.stderr
    assert "Traceback" not in run.stderr
    assert {path: content for path, content in tree(shop).items() if path in before} == before
    assert scimgen("generate", cwd=shop).returncode == 0


def test_an_edit_that_is_taken_back_leaves_nothing_stale(shop: Path) -> None:
    """A model was edited by hand while the description changed; with the edit taken back, the model follows."""
    model = shop / "shop" / "models" / "seat.py"
    emitted = model.read_text()
    model.write_text(emitted + "# mine\n")
    change(shop, "level")
    assert scimgen("generate", cwd=shop).returncode == 1
    model.write_text(emitted)
    assert scimgen("generate", cwd=shop).returncode == 0
    assert "level" in model.read_text()


def test_a_killed_run_and_a_page_taken_back_leave_nothing_stale(shop: Path) -> None:
    """What the killed run wrote for a page that is gone is not taken for the page that is back."""
    before = tree(shop)
    change(shop, "level")
    path = shop / "shop.scim.yaml"
    generated = generate(path)
    assert generated.plan

    class Killed(Exception):
        pass

    def kill(step: Step) -> None:
        if step.path == "shop/models/seat.py":
            raise Killed

    with pytest.raises(Killed):
        apply(generated.plan, Disk(shop), kill)
    change(shop, "floor")
    assert scimgen("generate", cwd=shop).returncode == 0
    assert tree(shop) == before


def test_a_run_for_some_parts_forgets_nothing_of_the_others(shop: Path) -> None:
    """After `--only documents` and `--only models` a whole run writes the same lock as ever."""
    before = (shop / "scimgen.lock").read_text()
    for part in ("documents", "models", "server"):
        assert scimgen("generate", "--only", part, cwd=shop).returncode == 0
        assert (shop / "scimgen.lock").read_text() == before


@pytest.mark.parametrize(
    ("old", "new", "files", "lines"),
    [
        (
            "      seats: integer\n",
            "      seats: integer\n      colour: string\n",
            {".scimgen/model.jsonl", "crm/documents/Schemas.json", "crm/models/license.py", "crm/openapi.json"},
            # The page's hash, the model's source, and a line for each of the files.
            6,
        ),
        (
            "displayName: Free, tier: free}\n",
            "displayName: Free, tier: free}\n      - {id: lic-new, displayName: New, tier: pro}\n",
            {"crm/values/License.json", "README.md", ".scimgen/bases/README.md"},
            4,
        ),
        (
            "entitlements:\n",
            "entitlements:\n  Badge: {attributes: {colour: string}}\n",
            {
                ".scimgen/model.jsonl",
                "crm/documents/ResourceTypes.json",
                "crm/documents/Schemas.json",
                "crm/models/__init__.py",
                "crm/models/badge.py",
                "crm/openapi.json",
                "crm/resource_types.py",
                "README.md",
                ".scimgen/bases/README.md",
            },
            12,
        ),
    ],
    ids=["attribute", "value", "type"],
)
def test_a_small_change_has_a_small_diff(tmp_path: Path, old: str, new: str, files: set[str], lines: int) -> None:
    """One attribute, value or type more: lines are added to its files, the documents and the lock, nowhere else."""
    assert scimgen("new", "crm", "--from", "crm", cwd=tmp_path).returncode == 0
    app = tmp_path / "crm"
    page = app / "crm.scim.yaml"
    before = tree(app)
    page.write_text(page.read_text().replace(old, new))
    assert scimgen("generate", cwd=app).returncode == 0
    after = tree(app)
    changed = {path for path in after if after[path] != before.get(path)}
    assert changed == files | {"crm.scim.yaml", "scimgen.lock"}
    for path in changed - {"scimgen.lock"}:
        gone = Counter(before.get(path, b"").splitlines()) - Counter(after[path].splitlines())
        assert gone.total() <= 2, f"{path}: lines are added; totalResults and itemsPerPage alone are others"
    was, is_ = (set(tree_["scimgen.lock"].splitlines()) for tree_ in (before, after))
    assert len(is_ - was) == lines


def test_a_deleted_file_comes_back_as_it_is_emitted_now(shop: Path) -> None:
    """The description went on while it was gone."""
    (shop / "README.md").unlink()
    page = shop / "shop.scim.yaml"
    page.write_text(PAGE.replace("Seat:", "Chair:"))
    assert scimgen("generate", cwd=shop).returncode == 0
    assert not (shop / "README.md").exists()
    page.write_text(PAGE.replace("Seat:", "Chair:").replace("floor", "level"))
    assert scimgen("generate", "--restore", "README.md", cwd=shop).returncode == 0
    assert "| Chair |" in (shop / "README.md").read_text()
