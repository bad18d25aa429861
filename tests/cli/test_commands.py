"""The commands as a person runs them: a process, real folders, its output and its exit code."""

import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from scimgen.data import folder
from tests.in_process import scimgen
from tests.support import free_port

CRM = folder("examples") / "crm" / "crm.scim.yaml"


def process(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end, as a process."""
    return subprocess.run(
        [sys.executable, "-m", "scimgen", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def scaffolded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An app made by `scimgen new`; copy it before you change it."""
    root = tmp_path_factory.mktemp("scaffolded")
    run = scimgen("new", "app", "--from", CRM, cwd=root)
    assert run.returncode == 0, run.stderr
    return root / "app"


@pytest.fixture
def app(scaffolded: Path, tmp_path: Path) -> Path:
    """A copy of the scaffolded app to change."""
    return Path(shutil.copytree(scaffolded, tmp_path / "app"))


def tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_new_copies_the_description_and_its_csv_as_they_stand(scaffolded: Path) -> None:
    """Comments, order and blanks are the person's."""
    assert (scaffolded / "crm.scim.yaml").read_bytes() == CRM.read_bytes()
    assert (scaffolded / "permission_sets.csv").read_bytes() == (CRM.parent / "permission_sets.csv").read_bytes()


@pytest.mark.parametrize("name", ["crm", "okta-guide", "collaboration"])
def test_new_knows_the_examples_by_name(tmp_path: Path, name: str) -> None:
    """`--from NAME`, and the next steps are printed."""
    run = scimgen("new", "app", "--from", name, cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "next:  cd app && make serve" in run.stderr
    assert (tmp_path / "app" / "scimgen.lock").is_file()


def test_new_never_writes_into_a_folder_that_holds_something(tmp_path: Path) -> None:
    """An existing non-empty folder is left as it was; exit 2, one line."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "mine").write_text("x")
    run = scimgen("new", "app", "--from", "crm", cwd=tmp_path)
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)
    assert "app: is not empty" in run.stderr
    assert list((tmp_path / "app").iterdir()) == [tmp_path / "app" / "mine"]


def test_new_with_a_faulty_description_writes_nothing(tmp_path: Path) -> None:
    """Every fault at once, at its place in the file that the person wrote."""
    (tmp_path / "bad.scim.yaml").write_text("scimgen: 1\napp: Crm\nvendor: acme\nroles: [{id: a}]\n")
    run = scimgen("new", "app", "--from", "bad.scim.yaml", cwd=tmp_path)
    assert run.returncode == 1
    assert "bad.scim.yaml:2:6: error[description-value]" in run.stdout
    assert "bad.scim.yaml:4:9: error[value-missing]" in run.stdout
    assert "2 | app: Crm\n  |      ^^^\n" in run.stdout
    assert not (tmp_path / "app").exists()


def test_new_without_a_description_and_without_a_terminal_says_what_to_give(tmp_path: Path) -> None:
    """No question is asked where nobody can answer."""
    run = scimgen("new", "app", cwd=tmp_path)
    assert run.returncode == 2
    assert "--from FILE, or one of the examples: collaboration, crm, okta-guide" in run.stderr


def test_new_asks_on_a_terminal(tmp_path: Path) -> None:
    """Four questions with their defaults, on a real pseudo-terminal."""
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "scimgen", "new", "shop"],
        cwd=tmp_path,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(terminal)
    os.write(controller, b"\nacme\nokta, entra\nSeat, Badge\n")
    expected = b""
    while True:
        try:
            chunk = os.read(controller, 4096)
        except OSError:  # the terminal is gone once the process has ended
            break
        if not chunk:
            break
        expected += chunk
    assert process.wait(60) == 0, expected.decode()
    assert b"Vendor, the namespace of your URNs" in expected
    description = (tmp_path / "shop" / "shop.scim.yaml").read_text()
    assert 'clients: ["okta", "entra"]' in description
    assert (tmp_path / "shop" / "shop" / "models" / "badge.py").is_file()


def test_generate_does_nothing_the_second_time(app: Path) -> None:
    """The same bytes, and the message "up to date"."""
    before = tree(app)
    run = scimgen("generate", cwd=app)
    assert (run.returncode, run.stdout) == (0, "")
    assert "up to date" in run.stderr
    assert tree(app) == before


def test_a_changed_description_changes_only_what_it_is_about(app: Path) -> None:
    """One attribute more: that type's model, the documents, openapi.json and the lock."""
    page = app / "crm.scim.yaml"
    page.write_text(page.read_text().replace("seats: integer", "seats: integer\n      floor: integer"))
    assert scimgen("generate", "--check", cwd=app).returncode == 1
    diff = scimgen("generate", "--diff", cwd=app)
    assert '+    floor: Annotated[int | None, Scim("integer")] = None' in diff.stdout
    before = tree(app)
    assert scimgen("generate", cwd=app).returncode == 0
    after = tree(app)
    changed = {path for path in before | after if before.get(path) != after.get(path)}
    assert changed == {
        ".scimgen/model.jsonl",
        "crm/documents/Schemas.json",
        "crm/models/license.py",
        "crm/openapi.json",
        "scimgen.lock",
    }
    assert scimgen("generate", "--check", cwd=app).returncode == 0


def test_a_hand_edited_emitted_file_is_named_and_kept(app: Path) -> None:
    """Exit 1, the file and the way out; --force rewrites it."""
    model = app / "crm" / "models" / "license.py"
    emitted = model.read_bytes()
    model.write_bytes(emitted + b"# mine\n")
    run = scimgen("generate", cwd=app)
    assert run.returncode == 1
    assert "crm/models/license.py: was edited by hand" in run.stderr
    assert model.read_bytes() == emitted + b"# mine\n"
    assert scimgen("generate", "--force", cwd=app).returncode == 0
    assert model.read_bytes() == emitted


def test_a_deleted_emitted_file_is_drift_and_comes_back(app: Path) -> None:
    """--check is red, generate brings it back."""
    (app / "crm" / "openapi.json").unlink()
    assert scimgen("generate", "--check", cwd=app).returncode == 1
    assert scimgen("generate", cwd=app).returncode == 0
    assert (app / "crm" / "openapi.json").is_file()


def test_the_owners_edits_stay(app: Path) -> None:
    """hooks.py is the owner's; the Makefile is merged."""
    (app / "crm" / "hooks.py").write_text("# mine\n")
    makefile = app / "Makefile"
    makefile.write_text(makefile.read_text() + "\nmine:\n\techo mine\n")
    before = tree(app)
    assert scimgen("generate", cwd=app).returncode == 0
    assert tree(app) == before


def test_the_same_bytes_whatever_surrounds(tmp_path: Path) -> None:
    """Hash seed, locale, time zone, folder, and a hostile pyproject around it change nothing."""
    trees = []
    for number, environment in enumerate(
        [{"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Asia/Tokyo"}, {"PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8"}]
    ):
        root = tmp_path / f"folder {number}"
        root.mkdir()
        if number:
            hostile = "[tool.black]\nline-length = 40\n[tool.datamodel-codegen]\nsnake-case-field = false\n"
            (root / "pyproject.toml").write_text(hostile)
        run = process("new", "app", "--from", "collaboration", cwd=root, **environment)
        assert run.returncode == 0, run.stderr
        trees.append(tree(root / "app"))
    assert trees[0] == trees[1]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["generate"], "no description in"),
        (["generate", "nowhere.scim.yaml"], "nowhere.scim.yaml: no such file or directory"),
        (["new", "app", "--from", "nowhere.yaml"], "nowhere.yaml: no such file or directory"),
        (["serve", "nowhere.scim.yaml"], "nowhere.scim.yaml: no such file or directory"),
        (["probe", "ftp://example.com"], "not an http or https address"),
        (["probe", "http://127.0.0.1:9/scim/v2"], "127.0.0.1:9"),
        (["resolve", "Makefile"], "no scimgen.lock"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_2(tmp_path: Path, arguments: list[str], expected: str) -> None:
    """No traceback for anything that a person can cause."""
    run = scimgen(*arguments, cwd=tmp_path)
    assert run.returncode == 2
    assert expected in run.stderr
    assert "Traceback" not in run.stderr


def test_resolve_with_a_broken_lock_is_one_line_and_exit_2(tmp_path: Path) -> None:
    """The message names the line of the lock."""
    (tmp_path / "scimgen.lock").write_text("<<<<<<< mine\n")
    (tmp_path / "Makefile.scimgen-new").write_text("all:\n")
    run = scimgen("resolve", "Makefile", cwd=tmp_path)
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)
    assert "scimgen.lock:1: not a line of a lock; resolve the merge in it" in run.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to_is_one_line(tmp_path: Path) -> None:
    """No permission: exit 2."""
    tmp_path.chmod(0o500)
    run = scimgen("new", "app", "--from", "crm", cwd=tmp_path)
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)


def test_help_loads_nothing_heavy() -> None:
    """`--help` stays as quick as a bare typer program."""
    heavy = ["datamodel_code_generator", "black", "jinja2", "jsonschema", "yaml", "httpx", "pydantic", "starlette"]
    heavy += ["watchfiles", "scimgen.api", "scimgen.comparison", "scimgen.rules", "scimgen.validation"]
    code = (
        "import sys, scimgen.cli\n"
        "try: scimgen.cli.app(['--help'])\n"
        f"except SystemExit: print('loaded:', [name for name in {heavy} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.rstrip().endswith("loaded: []")


def test_new_takes_a_relative_folder_and_starts_there(tmp_path: Path) -> None:
    """The README's first command: scaffolded, installed, answering, and ended by Ctrl-C."""
    port = str(free_port())
    command = [sys.executable, "-m", "scimgen", "new", "app", "--from", "crm", "--start", "--port", port]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        for _ in range(900):
            assert process.poll() is None, process.communicate()
            try:
                if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2).status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        assert httpx.get(f"http://127.0.0.1:{port}/scim/v2/Licenses").json()["totalResults"] == 2
    finally:
        os.killpg(process.pid, signal.SIGINT)
        _, expected = process.communicate(timeout=20)
    assert f"scimgen probe http://127.0.0.1:{port}/scim/v2" in expected


def test_a_description_by_any_name_can_be_regenerated(tmp_path: Path) -> None:
    """It is copied under a name that `scimgen generate` finds."""
    (tmp_path / "plain.yaml").write_text("scimgen: 1\napp: shop\nvendor: acme\n")
    assert scimgen("new", "app", "--from", "plain.yaml", cwd=tmp_path).returncode == 0
    assert (tmp_path / "app" / "plain.scim.yaml").is_file()
    assert scimgen("generate", "--check", cwd=tmp_path / "app").returncode == 0


def test_a_deleted_shared_file_is_told_of(app: Path) -> None:
    """It stays deleted, and the message has the command that creates it again."""
    (app / "Dockerfile").unlink()
    run = scimgen("generate", cwd=app)
    assert "Dockerfile: you have deleted it; --restore Dockerfile creates it again" in run.stderr
    assert scimgen("generate", "--check", cwd=app).returncode == 0
    assert scimgen("generate", "--restore", "Dockerfile", cwd=app).returncode == 0
    assert (app / "Dockerfile").is_file()
    run = scimgen("generate", "--restore", "Dokerfile", cwd=app)
    assert run.returncode == 2
    assert "--restore Dokerfile: no generated file has this name" in run.stderr


def test_a_scaffolded_app_validates_as_a_whole(app: Path) -> None:
    """The accepted documents in tests/golden do not differ from those of the package."""
    run = scimgen("validate", ".", "--strict", cwd=app)
    assert run.returncode == 0, run.stdout
