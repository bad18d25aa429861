"""The store contract over every store of this project."""

from pathlib import Path

import pytest

from scimgen_server.storage.stores import make_store as make_sql_store
from scimgen_server.testing import MakeStore, MemoryStore, StoreContract
from scimgen_server.testing.databases import empty_database
from scimgen_server.testing.memory import Data


class TestMemoryStore(StoreContract):
    """The memory store. A restart is a second store with the same data."""

    @pytest.fixture
    def make_store(self) -> MakeStore:
        data: Data = {}
        return lambda: MemoryStore(data)


class TestSqliteStore(StoreContract):
    """SQLite."""

    @pytest.fixture
    def make_store(self, tmp_path: Path) -> MakeStore:
        return lambda: make_sql_store(f"sqlite:///{tmp_path}/scim.db")


@pytest.mark.process
class TestPostgresStore(StoreContract):
    """PostgreSQL."""

    @pytest.fixture
    def make_store(self, request: pytest.FixtureRequest, tmp_path: Path) -> MakeStore:
        url = empty_database(request, "postgresql", tmp_path)
        return lambda: make_sql_store(url)
