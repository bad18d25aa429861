"""Servers of the app of `every.scim.yaml` over each kind of store, shared by all tests."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from scimgen_server import Application, ScimApp, Settings, Store, make_store
from scimgen_server.storage import postgres_connections, sqlite_connections
from scimgen_server.testing.databases import DATABASES, database_url
from scimgen_server.testing.databases import postgresql as postgresql
from scimgen_server.testing.memory import MemoryStore
from scimgen_server.testing.server import TOKEN, running
from tests.server.apps import EVERY, every_application, write_project
from tests.server.commands import CommandLine

STORES = (*DATABASES, "memory")
_PROCESS_FIXTURES = {"project", "killable_postgres", "postgresql"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that start a process or a database server, for `make quick`."""
    for item in items:
        if isinstance(item, pytest.Function) and item.path.is_relative_to(Path(__file__).parent):
            parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
            if "postgresql" in parameters or _PROCESS_FIXTURES.intersection(item.fixturenames):
                item.add_marker(pytest.mark.process)


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the generated project, for tests that run it as processes."""
    folder = tmp_path_factory.mktemp("project")
    write_project(EVERY, folder)
    return folder


@pytest.fixture(scope="session")
def application() -> Application:
    """The app of `every.scim.yaml`."""
    return every_application()


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """The commands of the app of `every.scim.yaml`."""
    return CommandLine(EVERY, tmp_path_factory.mktemp("commands"))


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    return database_url(request, request.param, tmp_path)


@pytest.fixture
def sqlite_database(tmp_path: Path) -> str:
    """The URL of an empty SQLite database, where the kind of database does not matter."""
    return f"sqlite:///{tmp_path}/scim.db"


@pytest.fixture
def postgresql_database(request: pytest.FixtureRequest, postgresql: str, tmp_path: Path) -> str:
    """The URL of an empty PostgreSQL database."""
    return database_url(request, "postgresql", tmp_path)


def store_factory(request: pytest.FixtureRequest, kind: str, folder: Path) -> Callable[[], Store]:
    """Makes a store of a kind. All that it makes have the same data, as before and after a restart."""
    if kind == "memory":
        data = MemoryStore().data
        return lambda: MemoryStore(data)
    url = database_url(request, kind, folder)
    return lambda: make_store(url)


@pytest.fixture(params=STORES)
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    """Makes stores over the same data, empty at first."""
    return store_factory(request, request.param, tmp_path)


@pytest.fixture(scope="session", params=STORES)
def base_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of the running server."""
    new_store = store_factory(request, request.param, tmp_path_factory.mktemp("database"))
    settings = Settings(tokens=(TOKEN, "second"), basic="okta:s:cret", rate=0, weak_secrets=True)
    with running(ScimApp(every_application(), settings=settings, store=new_store())) as url:
        yield url


@pytest.fixture(scope="session")
def server(base_url: str) -> Iterator[httpx.Client]:
    """A client of the running server, with the right token."""
    with httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30) as client:
        yield client


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All statements from now on. A statement that passes several layers is in the list for each of them."""
    asked: list[str] = []

    def watch(kind: Any) -> None:
        original = kind.rows

        async def rows(connection: Any, statement: str, parameters: Any = ()) -> Any:
            asked.append(statement)
            return await original(connection, statement, parameters)

        monkeypatch.setattr(kind, "rows", rows)

    for kind in (
        sqlite_connections.SqliteConnection,
        sqlite_connections.ReadConnection,
        postgres_connections.PostgresConnection,
        postgres_connections.PooledConnection,
        postgres_connections.SearchConnection,
    ):
        watch(kind)
    return asked
