"""A server emitted from `every.scim.yaml`, running for real as long as the tests do."""

import importlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from templates.server.tests.databases import DATABASES, database_url
from templates.server.tests.databases import postgresql as postgresql

TOKEN = "a-token-for-the-tests"


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the emitted project; SCIM_TEST_APP names one that is there already."""
    given = os.environ.get("SCIM_TEST_APP")
    if given:
        folder = Path(given)
    else:
        from tests.support import emit_into

        folder = tmp_path_factory.mktemp("project")
        emit_into(Path(__file__).with_name("every.scim.yaml"), folder)
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    return database_url(request, request.param, tmp_path)


@pytest.fixture(scope="session")
def crm(project: Path) -> Any:
    """The emitted package, imported."""
    return importlib.import_module("crm")


@pytest.fixture(scope="session", params=DATABASES)
def base_url(request: pytest.FixtureRequest, crm: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of the running server."""
    settings = importlib.import_module("crm.settings")
    app = importlib.import_module("crm.scim.app")
    url = database_url(request, request.param, tmp_path_factory.mktemp("database"))
    chosen = settings.Settings(tokens=(TOKEN, "second"), basic="okta:s:cret", database_url=url)
    built = app.build_app(app.ScimApp(settings=chosen))
    server = uvicorn.Server(uvicorn.Config(built, port=0, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/scim/v2"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def server(base_url: str) -> Iterator[httpx.Client]:
    """A client of the running server, with the right token."""
    with httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30) as client:
        yield client
