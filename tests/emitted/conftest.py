"""What the tests talk to: the examples, emitted and running, and a shop that has tables already."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scimgen_server.testing.databases import DATABASES, database_url
from scimgen_server.testing.databases import postgresql as postgresql
from tests.emitted.shops import Shop, old_shop
from tests.support import EXAMPLES, Running, emit_into, running


def _example(name: str, factory: pytest.TempPathFactory) -> Iterator[Running]:
    root: Path = factory.mktemp(name)
    (root / "project").mkdir()
    app = emit_into(EXAMPLES[name], root / "project")
    with running(app, root / "project", root) as server:
        yield server


@pytest.fixture(scope="session")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """examples/crm, running."""
    yield from _example("crm", tmp_path_factory)


@pytest.fixture(scope="session")
def collaboration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """examples/collaboration, running."""
    yield from _example("collaboration", tmp_path_factory)


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    return database_url(request, request.param, tmp_path)


@pytest.fixture
def postgres(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of PostgreSQL, for what only that has."""
    return database_url(request, "postgresql", tmp_path)


@pytest.fixture
def shop(tmp_path: Path, database: str) -> Iterator[Shop]:
    """The shop, running."""
    old = old_shop(tmp_path, database)
    with old.serving() as server:
        yield replace(old, server=server)
