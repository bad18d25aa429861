"""The emitted compose file: two servers over one PostgreSQL, and no secret in it."""

import re
from typing import Any

import pytest
import yaml

from scimgen.description import load_file
from scimgen.emit.files import ProjectTarget
from scimgen.emit.project import emit_project
from tests.support import EXAMPLES


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """The emitted texts of the crm example."""
    app, _ = load_file(EXAMPLES["crm"])
    assert app
    emitted = emit_project(app, ProjectTarget("crm.scim.yaml")).values()
    return {file.path: file.content.decode() for file in emitted if not file.path.startswith("crm/")}


@pytest.fixture(scope="module")
def compose(files: dict[str, str]) -> dict[str, Any]:
    """The compose file as docker reads it."""
    return dict(yaml.safe_load(files["compose.yaml"]))


def test_two_servers_share_a_database_that_they_wait_for(compose: dict[str, Any]) -> None:
    """One is enough to answer, and neither starts before PostgreSQL does."""
    services = dict(compose["services"])
    database = services.pop("postgres")
    assert len(services) == 2
    for server in services.values():
        assert server["environment"]["SCIM_DATABASE_URL"].endswith("@postgres/scim")
        assert server["depends_on"] == {"postgres": {"condition": "service_healthy"}}
        assert server["restart"] == database["restart"] == "unless-stopped"
        assert int(server["stop_grace_period"].removesuffix("s")) > 30
    ports = [port for server in services.values() for port in server["ports"]]
    assert len(set(ports)) == 2
    assert "ports" not in database, "nobody else reaches the database"
    assert database["healthcheck"]["test"][0] == "CMD"
    assert {volume.partition(":")[0] for volume in database["volumes"]} == set(compose["volumes"])


def test_secrets_come_from_the_environment(files: dict[str, str]) -> None:
    """Without one it does not start; the example of the environment names them all, empty."""
    for name, default in re.findall(r"\$\{(\w+)([^}]*)\}", files["compose.yaml"]):
        assert re.search(f"^{name}=", files[".env.example"], re.MULTILINE), name
        if "TOKEN" in name or "PASSWORD" in name:
            assert default.startswith(":?"), name
            assert f"\n{name}=\n" in files[".env.example"]


def test_the_image_can_speak_to_postgresql(files: dict[str, str]) -> None:
    """Its driver is an extra of the app's."""
    assert '".[postgresql]"' in files["Dockerfile"]
    assert "postgresql = [" in files["pyproject.toml"]
