"""Projects of the releases that emitted the whole server move to the runtime, and keep what their owner wrote."""

import os
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from scimgen.data import runtime_folder
from scimgen.description import load_file
from scimgen.emit.old_modules import INTERNAL, compatible_modules
from tests.in_process import scimgen
from tests.support import run_tool, running

OLD = Path(__file__).parent / "data" / "crm-0.1.0-before-runtime.tar.xz"
RUNTIME = runtime_folder()
OWNED = ("crm/app.py", "crm/hooks.py", "crm/catalog.py", "crm/store.py", "tests/test_mine.py")
HOOK = '''

@hooks.on_user_created
async def note(user: object) -> None:
    """Write the tenant of each new user to a file."""
    with open("created.txt", "a") as file:
        print(current.get().tenant, file=file)
'''


MINE = '''"""Every name that an owner may have imported."""

from crm.scim.app import BASE_PATH as BASE_PATH
from crm.scim.app import ScimApp as ScimApp
from crm.scim.app import build_app as build_app

from .scim import directory as directory
from .scim.changes import Change as Change
from .scim.changes import Grant as Grant
from .scim.errors import ScimError as ScimError
from .scim.errors import bad_request as bad_request
from .scim.errors import conflict as conflict
from .scim.errors import invalid_value as invalid_value
from .scim.errors import not_found as not_found
from .scim.errors import precondition_failed as precondition_failed
from .scim.hooks import Delivery as Delivery
from .scim.hooks import Hooks as Hooks
from .scim.hooks import current as current
from .scim.messages import Document as Document
from .scim.messages import dump as dump
from .scim.messages import is_array as is_array
from .scim.messages import is_object as is_object
from .scim.messages import load as load
from .settings import APP as APP
from .settings import Settings as Settings
from .settings import SettingsError as SettingsError
from .storage import stores as stores
from .storage.connection import Connection as Connection
from .storage.interface import Linked as Linked
from .storage.interface import Lookups as Lookups
from .storage.interface import Page as Page
from .storage.interface import Query as Query
from .storage.interface import Reads as Reads
from .storage.interface import Record as Record
from .storage.interface import StorageError as StorageError
from .storage.interface import Store as Store
from .storage.interface import Stored as Stored
from .storage.interface import Taken as Taken
from .storage.interface import Target as Target
from .storage.interface import Transaction as Transaction
from .storage.own_tables import OwnTable as OwnTable
from .storage.own_tables import OwnTables as OwnTables
from .storage.own_tables import Row as Row
from .storage.postgres import PostgresConnection as PostgresConnection
from .storage.sqlite import SqliteConnection as SqliteConnection


def settings() -> Settings:
    """The settings of the environment, of the app's type."""
    return Settings.from_environment()
'''


def unpack(folder: Path) -> None:
    """Write a project of the old release, without the largest of its files, and a hook of its owner."""
    with tarfile.open(OLD) as archive:
        archive.extractall(folder, filter="data")
    hooks = folder / "crm" / "hooks.py"
    text = hooks.read_text().replace("from .scim.hooks import Hooks", "from .scim.hooks import Hooks, current")
    hooks.write_text(text + HOOK)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project as the old release made it."""
    unpack(tmp_path / "app")
    return tmp_path / "app"


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was moved, with all compatibility modules; copy it before you change it."""
    folder: Path = tmp_path_factory.mktemp("moved") / "app"
    unpack(folder)
    (folder / "crm" / "mine.py").write_text(MINE)
    run = scimgen("generate", cwd=folder)
    assert run.returncode == 0, run.stderr
    emitted = [module for module in compatible_modules() if (folder / f"crm/{module.replace('.', '/')}.py").is_file()]
    assert set(emitted) == compatible_modules(), "MINE lacks a module"
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
    """Its hash is not the lock's, so it is the owner's now."""
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


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "--no-cache", "."),
        ("black", "--check", "--quiet", "."),
        ("mypy",),
        ("pyright", "--pythonpath", sys.executable),
    ],
    ids=lambda command: command[0],
)
def test_the_linters_accept_the_moved_project(moved: Path, command: tuple[str, ...]) -> None:
    """As in a new project, with a compatibility module for every name that an owner may have imported."""
    run_tool(*command, cwd=moved)


@pytest.mark.parametrize("mode", ["vendored", "package"])
def test_every_old_import_works(moved: Path, tmp_path: Path, mode: str) -> None:
    """The names of the old modules are the runtime's; the settings have the app's default database."""
    project = Path(shutil.copytree(moved, tmp_path / "moved"))
    if mode == "package":
        assert scimgen("runtime", "package", cwd=project).returncode == 0
    code = (
        "import crm.mine, crm.runtime, crm.settings\n"
        "assert crm.mine.Hooks is crm.runtime.Hooks\n"
        "assert issubclass(crm.mine.ScimApp, crm.runtime.ScimApp)\n"
        "assert crm.settings.Settings.from_environment({}).database_url == 'sqlite:///crm.db'\n"
        "assert crm.settings.Settings().database_url == 'sqlite:///crm.db'\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], cwd=project, env=os.environ, capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stderr


def test_an_internal_module_is_reported_with_its_new_place(project: Path) -> None:
    """Those have no compatibility module: the message has the new module, for each form of import."""
    (project / "crm" / "mine.py").write_text(
        "import crm.scim.directory\nfrom crm.scim import records\nfrom .storage.schema import TABLES\n"
    )
    (project / "tests" / "test_mine.py").write_text("from .examples import minimal\n")
    run = scimgen("generate", cwd=project)
    internal = "an internal module of the runtime: change the import"
    for line in (
        "crm/mine.py:1: crm.scim.directory has moved to .runtime; the old import still works",
        f"crm/mine.py:2: crm.scim.records has moved to crm._server.schema.records, {internal}",
        f"crm/mine.py:3: crm.storage.schema has moved to crm._server.storage.tables, {internal}",
        f"tests/test_mine.py:1: tests.examples has moved to crm._server.testing.examples, {internal}",
    ):
        assert line in run.stderr.splitlines()
    assert (project / "crm" / "scim" / "directory.py").is_file()
    assert not (project / "crm" / "scim" / "records.py").exists()


def test_each_new_place_exists() -> None:
    """The table has no module twice, and none that the runtime lacks."""
    assert not compatible_modules() & set(INTERNAL)
    for module in INTERNAL.values():
        assert (RUNTIME / f"{module.replace('.', '/')}.py").is_file(), module


def test_the_compatibility_modules_go_with_the_imports(project: Path) -> None:
    """Once the owner's files import the runtime, the next run deletes them, though the description is the same."""
    assert scimgen("generate", cwd=project).returncode == 0
    (project / "crm" / "hooks.py").write_text("from .runtime import Hooks\n\nhooks = Hooks()\n")
    run = scimgen("generate", cwd=project)
    assert "deleted  crm/scim/hooks.py" in run.stderr
    assert (project / "crm" / "scim" / "app.py").is_file()
    (project / "crm" / "store.py").write_text("from .runtime import make_store as make_store\n")
    (project / "crm" / "app.py").write_text(
        "from .hooks import hooks\nfrom .resource_types import APPLICATION\n"
        "from .runtime import ScimApp, build_app\n\n"
        "scim_app = ScimApp(APPLICATION, hooks=hooks)\napp = build_app(scim_app)\n"
    )
    assert scimgen("generate", "--check", cwd=project).returncode == 1
    run = scimgen("generate", cwd=project)
    assert run.returncode == 0
    assert "has moved" not in run.stderr
    assert not (project / "crm" / "scim").exists()
    assert not (project / "crm" / "storage").exists()
    assert "up to date" in scimgen("generate", cwd=project).stderr


def test_a_module_of_the_owner_is_not_an_old_one(project: Path) -> None:
    """In a project of the present layout `settings` and `storage` are names like others."""
    assert scimgen("generate", cwd=project).returncode == 0
    for name in OWNED[:4]:
        (project / name).write_text('"""Nothing."""\n')
    assert scimgen("generate", cwd=project).returncode == 0
    (project / "crm" / "settings.py").write_text("COLOUR = 1\n")
    (project / "crm" / "hooks.py").write_text("from .settings import COLOUR\nfrom .scim.app import ScimApp\n")
    run = scimgen("generate", "--only", "server", cwd=project)
    assert run.returncode == 0
    assert "has moved" not in run.stderr
    assert (project / "crm" / "settings.py").read_text() == "COLOUR = 1\n"
    assert not (project / "crm" / "scim").exists()


def test_links_in_the_owners_folders_are_no_obstacle(project: Path) -> None:
    """A file elsewhere that the owner has linked is not read."""
    (project / "tests" / "data.txt").symlink_to("/etc/hostname")
    (project / "tests" / "gone.py").symlink_to(project / "nowhere.py")
    assert scimgen("generate", cwd=project).returncode == 0


def test_one_part_does_not_bring_the_compatibility_modules(project: Path) -> None:
    """They import `runtime.py`, which is of the part `server`."""
    before = (project / "crm" / "scim" / "app.py").read_bytes()
    assert scimgen("generate", "--only", "documents", cwd=project).returncode == 0
    assert (project / "crm" / "scim" / "app.py").read_bytes() == before


def _wait_for(path: Path) -> None:
    for _ in range(100):
        if path.exists() and path.read_text():
            return
        time.sleep(0.1)
    raise AssertionError(f"{path} was not written")
