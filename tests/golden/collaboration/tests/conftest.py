# Emitted by scimgen from collaboration.scim.yaml: edit that and run `scimgen generate`, not this file.
"""A real server, on a free port of this machine, over each real database."""

import os
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
import uvicorn

from .databases import DATABASES, database_url
from .databases import postgresql as postgresql
from .under_test import RESOURCE_TYPES, ScimApp, Settings, Tree, build_app, build_tree

TOKEN = "a-token-for-the-tests"
KINDS = frozenset[str](resource_type.kind for resource_type in RESOURCE_TYPES)
TREES = {resource_type.name: build_tree(resource_type, KINDS) for resource_type in RESOURCE_TYPES}


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` accepts what the server answers now."""
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden from what the server answers")


def pytest_configure(config: pytest.Config) -> None:
    """Golden files are accepted by a person who reads the difference, never in CI."""
    if config.getoption("--update-golden") and os.environ.get("CI"):
        raise pytest.UsageError("--update-golden is refused in CI: run make golden and commit what it writes")


@pytest.fixture(scope="session", params=DATABASES)
def base_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a server that runs as long as the tests do."""
    url = database_url(request, request.param, tmp_path_factory.mktemp("database"))
    settings = Settings(tokens=(TOKEN,), basic="user:password", database_url=url)
    config = uvicorn.Config(build_app(ScimApp(settings=settings)), port=0, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/scim/v2"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def client(base_url: str) -> Iterator[httpx.Client]:
    """A client with the right token."""
    with httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30) as client:
        yield client


@pytest.fixture(params=[name for name, tree in TREES.items() if tree.managed == "scim"])
def tree(request: pytest.FixtureRequest) -> Tree:
    """Each resource type that SCIM clients may write."""
    return TREES[request.param]


@pytest.fixture
def user_tree() -> Tree:
    """The resource type of users."""
    return next(tree for tree in TREES.values() if tree.resource_type.kind == "user")
