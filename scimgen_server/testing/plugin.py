"""Pytest fixtures for the tests of an app: `client`, `base_url` and `database`.

The app's conftest.py names this module in `pytest_plugins` and provides two fixtures with the scope
of the session:

application: the `Application`.
make_store: makes the app's store for a database URL.
"""

import os
from collections.abc import Callable, Iterator

import httpx
import pytest

from ..application import Application
from ..ports.resources import Store
from ..protocol.app import ScimApp
from ..settings import Settings
from .databases import DATABASES, database_url
from .databases import database as database
from .databases import postgresql as postgresql
from .databases import shared_postgresql as shared_postgresql
from .server import TOKEN, running


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-golden`."""
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite tests/golden with the server's answers",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse `--update-golden` in CI: a person has to read the difference first."""
    if config.getoption("--update-golden") and os.environ.get("CI"):
        raise pytest.UsageError(
            "--update-golden is refused in CI: run make golden and commit what it writes"
        )


@pytest.fixture(scope="session", params=DATABASES)
def base_url(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    application: Application,
    make_store: Callable[[str], Store],
) -> Iterator[str]:
    """The base URL of a server over each database; it runs for the whole session."""
    url = database_url(request, request.param, tmp_path_factory.mktemp("database"))
    settings = Settings(
        tokens=(TOKEN,), basic="user:password", rate=0, weak_secrets=True, database_url=url
    )
    with running(ScimApp(application, settings=settings, make_store=make_store)) as found:
        yield found


@pytest.fixture(scope="session")
def client(base_url: str) -> Iterator[httpx.Client]:
    """An HTTP client with a valid token."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=base_url, headers=headers, timeout=30) as found:
        yield found
