"""Projects of the releases that emitted the whole server move to the runtime, and keep what their owner wrote."""

import os
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from scimgen.description import load_file
from tests.cli.test_commands import scimgen
from tests.support import running

OLD = Path(__file__).parent / "data" / "crm-0.1.0-before-runtime.tar.xz"
OWNED = ("crm/app.py", "crm/hooks.py", "crm/catalog.py", "crm/store.py", "tests/test_mine.py")
HOOK = '''

@hooks.on_user_created
async def note(user: object) -> None:
    """Write the tenant of each new user to a file."""
    with open("created.txt", "a") as file:
        print(current.get().tenant, file=file)
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project as the old release made it; its owner has written a hook and a line in the README."""
    folder = tmp_path / "app"
    with tarfile.open(OLD) as archive:
        archive.extractall(folder, filter="data")
    hooks = folder / "crm" / "hooks.py"
    text = hooks.read_text().replace("from .scim.hooks import Hooks", "from .scim.hooks import Hooks, current")
    hooks.write_text(text + HOOK)
    return folder


def test_what_the_owner_wrote_is_kept_and_the_rest_moves(project: Path) -> None:
    """Old modules go, except the few that the owner's files import; each import is reported with its new place."""
    before = {path: (project / path).read_bytes() for path in OWNED}
    run = scimgen("generate", cwd=project)
    assert run.returncode == 0, run.stderr
    assert {path: (project / path).read_bytes() for path in OWNED} == before
    left = sorted(path.relative_to(project).as_posix() for path in (project / "crm" / "scim").rglob("*.py"))
    assert left == ["crm/scim/__init__.py", "crm/scim/app.py", "crm/scim/hooks.py"]
    assert not (project / "crm" / "commands").exists()
    assert not (project / "crm" / "settings.py").exists()
    assert (project / "crm" / "_server" / "protocol" / "app.py").is_file()
    for line in (
        "crm/app.py:15: crm.scim.app has moved to .runtime",
        "crm/hooks.py:19: crm.scim.hooks has moved to .runtime, where current is current_event",
        "crm/store.py:9: crm.storage.stores has moved to .runtime",
    ):
        assert line in run.stderr
    assert scimgen("generate", "--check", cwd=project).returncode == 0


def test_an_edited_old_module_is_not_deleted(project: Path) -> None:
    """Its hash is not the lock's, so it belongs to whoever edited it."""
    edited = project / "crm" / "scim" / "rate.py"
    edited.write_text(edited.read_text() + "# mine\n")
    run = scimgen("generate", cwd=project)
    assert "let go" in run.stderr
    assert edited.read_text().endswith("# mine\n")


def test_the_server_runs_with_the_owners_old_files(project: Path) -> None:
    """The hook runs after a user was created through the old `app.py`, `hooks.py` and `store.py`."""
    assert scimgen("generate", cwd=project).returncode == 0
    app, _ = load_file(project / "crm.scim.yaml")
    assert app
    body = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ada"}
    with running(app, project, project) as server, server.client() as client:
        assert client.post("/Users", json=body).status_code == 201
        _wait_for(project / "created.txt")
    assert (project / "created.txt").read_text() == "default\n"


def test_the_linters_accept_the_moved_project(project: Path) -> None:
    """ruff and mypy --strict, with the compatibility modules."""
    assert scimgen("generate", cwd=project).returncode == 0
    for command in (("ruff", "check", "--no-cache", "."), ("mypy",)):
        process = subprocess.run(
            [sys.executable, "-m", *command], cwd=project, env=os.environ, capture_output=True, text=True, check=False
        )
        assert process.returncode == 0, process.stdout


def test_the_compatibility_modules_go_with_the_imports(project: Path) -> None:
    """Once the owner's files import the runtime, no old module is left."""
    assert scimgen("generate", cwd=project).returncode == 0
    (project / "crm" / "hooks.py").write_text("from .runtime import Hooks\n\nhooks = Hooks()\n")
    (project / "crm" / "store.py").write_text("from .runtime import make_store as make_store\n")
    (project / "crm" / "app.py").write_text(
        "from .hooks import hooks\nfrom .resource_types import APPLICATION\n"
        "from .runtime import ScimApp, build_app\n\n"
        "scim_app = ScimApp(APPLICATION, hooks=hooks)\napp = build_app(scim_app)\n"
    )
    page = project / "crm.scim.yaml"
    page.write_text(page.read_text() + "\n# a change, so that there is something to generate\n")
    run = scimgen("generate", cwd=project)
    assert run.returncode == 0
    assert "has moved" not in run.stderr
    assert not (project / "crm" / "scim").exists()
    assert not (project / "crm" / "storage").exists()


def _wait_for(path: Path) -> None:
    for _ in range(100):
        if path.exists() and path.read_text():
            return
        time.sleep(0.1)
    raise AssertionError(f"{path} was not written")
