"""diff --values: the values of the server, over HTTP, against descriptions and against one another."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.in_process import scimgen
from tests.support import EXAMPLES, TOKEN, Running, emit_into, running, running_here


def diff(*arguments: object) -> "subprocess.CompletedProcess[str]":
    """Run the command. A server in this process logs to the same stderr: its lines are left out."""
    ran = scimgen("diff", *arguments, SCIMGEN_TOKEN=TOKEN)
    lines = ran.stderr.splitlines(keepends=True)
    ran.stderr = "".join(line for line in lines if not line.startswith('{"time": '))
    return ran


CASES = {**EXAMPLES, "ietf": Path(__file__).parent.parent / "cases" / "ietf" / "drafty.scim.json"}


@pytest.fixture(scope="module", params=CASES)
def live(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Path]]:
    """The server of an example, and its description."""
    path = CASES[request.param]
    with running_here(path, tmp_path_factory.mktemp("data")) as server:
        yield server, path


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[tuple[Running, Path]]:
    """A server of crm that a test may write to, and a copy of the description."""
    shutil.copytree(EXAMPLES["crm"].parent, tmp_path / "crm")
    path = tmp_path / "crm" / "crm.scim.yaml"
    with running_here(path, tmp_path) as server:
        yield server, path


def test_a_server_is_what_its_description_says(live: tuple[Running, Path]) -> None:
    """No change in either direction, values included; each page is reported on stderr."""
    server, path = live
    for sides in ((server.base_url, path), (path, server.base_url), (server.base_url, server.base_url)):
        ran = diff(*sides, "--values")
        assert (ran.returncode, ran.stdout) == (0, ""), ran.stderr
        assert "no changes" in ran.stderr
        assert "values" in ran.stderr
    assert diff(server.base_url, path, "--values", "-q").stderr == ""


def test_the_drafts_values_are_compared_though_clients_cannot_write_them(tmp_path: Path) -> None:
    """What the page says of one has changed. The server is the emitted one, in a process."""
    for name in ("project", "data"):
        (tmp_path / name).mkdir()
    path = tmp_path / "drafty.scim.json"
    text = CASES["ietf"].read_text("utf-8")
    path.write_text(text.replace('"Reader"', '"Visitor"'), encoding="utf-8")
    with running(emit_into(CASES["ietf"], tmp_path / "project"), tmp_path / "project", tmp_path / "data") as server:
        ran = diff(server.base_url, path, "--values")
    assert "[value-changed] Role.reader" in ran.stdout, ran.stderr


def test_a_value_that_the_new_description_has_no_more_breaks(crm: tuple[Running, Path]) -> None:
    """Its id is gone; seen with --values alone."""
    server, path = crm
    text = path.read_text("utf-8")
    path.write_text(text.replace("  - {id: admin, displayName: Administrator}\n", ""), encoding="utf-8")
    assert diff(server.base_url, path).returncode == 0
    ran = diff(server.base_url, path, "--values")
    assert ran.returncode == 1
    assert "breaking[value-removed] the value Role.admin was removed" in ran.stdout


def test_what_clients_did_to_the_values_is_seen(crm: tuple[Running, Path]) -> None:
    """One renamed, one new, one deleted on the server."""
    server, path = crm
    with server.client() as client:
        patch = {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": "displayName", "value": "Gratis"}],
        }
        assert client.patch("/Licenses/lic-free", json=patch).status_code in (200, 204)
        assert client.delete("/Licenses/lic-pro").status_code == 204
        schemas = ["urn:okta:scim:schemas:core:1.0:Entitlement"]
        assert client.post("/PermissionSets", json={"schemas": schemas, "displayName": "New"}).status_code == 201
    ran = diff(path, server.base_url, "--values")
    assert ran.returncode == 1
    output = [line for line in ran.stdout.splitlines() if "[value-" in line]
    assert len(output) == 3
    for part in ("[value-changed] License.lic-free", "[value-removed] the value License.lic-pro", "[value-added]"):
        assert any(part in line for line in output), ran.stdout


def test_values_of_the_apps_own_catalogue_are_not_compared(crm: tuple[Running, Path]) -> None:
    """The description does not know them."""
    server, path = crm
    text = path.read_text("utf-8")
    path.write_text(text.replace("    values: permission_sets.csv\n", "    managed: catalog\n"), encoding="utf-8")
    ran = diff(server.base_url, path, "--values")
    assert ran.returncode == 0, ran.stdout


def test_values_are_asked_of_servers_only(tmp_path: Path) -> None:
    """Exit code 2; and a message if the server does not give them."""
    ran = diff(EXAMPLES["crm"], EXAMPLES["crm"], "--values")
    assert ran.returncode == 2
    assert "give its base URL" in ran.stderr
