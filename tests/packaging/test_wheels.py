"""Both wheels, installed without the checkout and without a network: new, the app's tests, serve."""

import json
import os
import socket
import subprocess
import sys
import time
import tomllib
import venv
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from sysconfig import get_path

import httpx
import pytest

import scimgen_server
from tests.support import ALONE, free_port

ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / "scimgen_server"
VERSION = scimgen_server.__version__

pytestmark = pytest.mark.process


@dataclass(frozen=True)
class Installation:
    """An environment with our wheels and the third-party packages of the development environment."""

    folder: Path

    @property
    def packages(self) -> Path:
        """Where our wheels are installed."""
        return Path(get_path("purelib", vars={"base": str(self.folder)}))

    @property
    def variables(self) -> dict[str, str]:
        """Without the checkout, without settings, and with a proxy that nobody listens on."""
        kept = {name: os.environ[name] for name in ("HOME", "TMPDIR", "LANG") if name in os.environ}
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        nowhere = "http://127.0.0.1:9"
        return {**kept, "PATH": path, "HTTP_PROXY": nowhere, "HTTPS_PROXY": nowhere, "NO_PROXY": "127.0.0.1"}

    def run(self, *arguments: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m`."""
        command = [self.folder / "bin" / "python", "-m", *arguments]
        return subprocess.run(command, cwd=cwd, env=self.variables | more, capture_output=True, text=True)

    @contextmanager
    def serving(self, *arguments: str, cwd: Path) -> Iterator[str]:
        """Run `python -m … --port …` as a server while the block runs; gives its URL."""
        url = f"http://127.0.0.1:{(port := free_port())}"
        command = [self.folder / "bin" / "python", "-m", *arguments, "--port", str(port)]
        with (cwd / "server.log").open("w") as log:
            settings = {"SCIM_TOKEN": "token", "SCIM_WEAK_SECRETS": "1"}
            process = subprocess.Popen(command, cwd=cwd, env=self.variables | settings, stdout=log, stderr=log)
        try:
            _wait(port, process, cwd / "server.log")
            yield url
        finally:
            process.terminate()
            process.wait(30)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        with socket.socket() as connection:
            if connection.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(f"no server after 30 s: {log.read_text()}")


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both wheels, built as `make wheels` builds them, by the name of the distribution."""
    folder = tmp_path_factory.mktemp("wheels")
    options = ("--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", str(folder))
    command = [sys.executable, "-m", "pip", "wheel", *options, ".", "./packaging/scimgen-server"]
    subprocess.run(command, cwd=ROOT, check=True)
    return {path.name.partition("-")[0].replace("_", "-"): path for path in folder.iterdir()}


def install(folder: Path, wheels: Sequence[Path]) -> Installation:
    """Install wheels into a new environment, which finds third-party packages in the development environment.

    Lines of a .pth file only extend `sys.path`: the .pth file of the editable checkout is not read.
    """
    venv.create(folder, symlinks=True)
    installation = Installation(folder)
    options = ("--quiet", "--no-deps", "--no-index", "--no-compile")
    command = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", *options, *wheels]
    subprocess.run(command, check=True)
    (installation.packages / "third_party.pth").write_text(get_path("purelib") + "\n")
    return installation


@pytest.fixture(scope="session")
def toolkit(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The wheel of scimgen alone."""
    return install(tmp_path_factory.mktemp("toolkit"), [wheels["scimgen"]])


@pytest.fixture(scope="session")
def both(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Both wheels."""
    return install(tmp_path_factory.mktemp("both"), list(wheels.values()))


def files_of_runtime() -> dict[str, bytes]:
    """The files that belong to the runtime, by their path in it. Caches of tools do not."""
    files = [path.relative_to(RUNTIME) for path in RUNTIME.rglob("*") if path.is_file()]
    kept = [path for path in files if not path.as_posix().startswith(".") and "__pycache__" not in path.parts]
    return {path.as_posix(): (RUNTIME / path).read_bytes() for path in kept}


def files_in_wheel(wheel: Path, folder: str) -> dict[str, bytes]:
    """The files of a folder in a wheel, by their path in it."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith(f"{folder}/")]
        return {name.removeprefix(f"{folder}/"): archive.read(name) for name in names}


def test_both_wheels_contain_the_same_runtime(wheels: dict[str, Path]) -> None:
    """Byte by byte, and nothing but the runtime."""
    assert wheels.keys() == {"scimgen", "scimgen-server"}
    assert files_in_wheel(wheels["scimgen-server"], "scimgen_server") == files_of_runtime()
    assert files_in_wheel(wheels["scimgen"], "scimgen/_server") == files_of_runtime()
    assert not files_in_wheel(wheels["scimgen"], "scimgen_server")


def test_both_wheels_have_the_version_of_the_runtime(wheels: dict[str, Path]) -> None:
    """It is defined in one file."""
    for name, wheel in wheels.items():
        stem = f"{name.replace('-', '_')}-{VERSION}"
        assert wheel.name == f"{stem}-py3-none-any.whl"
        metadata = files_in_wheel(wheel, f"{stem}.dist-info")["METADATA"].decode()
        assert f"\nName: {name}\nVersion: {VERSION}\n" in metadata


def test_type_checkers_read_the_packages(wheels: dict[str, Path]) -> None:
    """Each package has `py.typed` (PEP 561): the toolkit, the runtime, its copy, and an app."""
    assert "py.typed" in files_in_wheel(wheels["scimgen-server"], "scimgen_server")
    toolkit = files_in_wheel(wheels["scimgen"], "scimgen")
    assert {"py.typed", "_server/py.typed", "_data/templates/server/package/py.typed"} <= toolkit.keys()


def test_the_runtime_has_the_dependencies_of_a_vendored_app() -> None:
    """The template of an app's pyproject.toml lists the same requirements as the distribution."""
    project = tomllib.loads((ROOT / "packaging/scimgen-server/pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    template = (ROOT / "templates/server/pyproject.toml.jinja").read_text("utf-8")
    for requirement in (*project["dependencies"], *extras["jwt"], *extras["postgresql"]):
        assert json.dumps(requirement) in template


@pytest.mark.parametrize("mode", ["vendored", "package"])
def test_an_app_from_an_empty_folder(mode: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """`scimgen new`, the app's own tests on SQLite, `serve`. A vendored app needs no second wheel."""
    installation: Installation = request.getfixturevalue("toolkit" if mode == "vendored" else "both")
    options = () if mode == "vendored" else ("--runtime", "package")
    created = installation.run("scimgen", "new", "app", "--from", "crm", *options, cwd=tmp_path)
    assert created.returncode == 0, created.stdout + created.stderr
    app = tmp_path / "app"
    assert (app / "crm" / "_server").is_dir() == (mode == "vendored")
    location = "import crm.runtime, sys; print(sys.modules[crm.runtime.ScimApp.__module__].__file__)"
    python = installation.folder / "bin" / "python"
    found = subprocess.run(
        [python, "-c", location], cwd=app, env=installation.variables, capture_output=True, text=True
    )
    expected = app / "crm" / "_server" if mode == "vendored" else installation.packages / "scimgen_server"
    assert Path(found.stdout.strip()).is_relative_to(expected), found.stderr

    variables = ALONE | {"SCIM_TEST_DATABASES": "sqlite"}
    tests = installation.run("pytest", "-q", "-p", "no:cacheprovider", cwd=app, **variables)
    assert tests.returncode == 0, tests.stdout + tests.stderr
    assert " passed" in tests.stdout

    with installation.serving("crm", "serve", cwd=app) as url:
        assert httpx.get(f"{url}/healthz").status_code == 200
        schemas = httpx.get(f"{url}/scim/v2/Schemas", headers={"Authorization": "Bearer token"})
        assert schemas.json()["totalResults"] > 3


def test_serve_runs_a_description(toolkit: Installation, tmp_path: Path) -> None:
    """With the runtime in the wheel of scimgen."""
    created = toolkit.run("scimgen", "new", "app", "--from", "crm", cwd=tmp_path)
    assert created.returncode == 0, created.stderr
    with toolkit.serving("scimgen", "serve", "app/crm.scim.yaml", cwd=tmp_path) as url:
        assert httpx.get(f"{url}/healthz").status_code == 200


def test_another_version_of_the_runtime_is_one_line(
    wheels: dict[str, Path], both: Installation, tmp_path: Path
) -> None:
    """An app does not start with a runtime of another minor version; the message names both and a command."""
    assert both.run("scimgen", "new", "app", "--from", "crm", "--runtime", "package", cwd=tmp_path).returncode == 0
    other = install(tmp_path / "other", [wheels["scimgen-server"]])
    version = other.packages / "scimgen_server" / "version.py"
    version.write_text(version.read_text("utf-8").replace(VERSION, "7.3.0"), "utf-8")
    ran = other.run("crm", "serve", cwd=tmp_path / "app")
    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1, ran.stderr
    assert "7.3.0" in ran.stderr and "pip install" in ran.stderr
