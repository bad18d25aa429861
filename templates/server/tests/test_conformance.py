"""The runtime's tests, run on this app: its endpoints over HTTP, and its store."""

from collections.abc import Callable

import pytest

from .under_test import APPLICATION, Conformance, Store, StoreContract
from .under_test import make_store as make_app_store


class TestConformance(Conformance):
    """Requests of SCIM clients to every resource type, on each database."""

    application = APPLICATION


class TestStore(StoreContract):
    """What the server needs of `store.make_store`."""

    @pytest.fixture
    def make_store(self, database: str) -> Callable[[], Store]:
        """Makes the store; made again, it has the same data, as after a restart."""
        return lambda: make_app_store(database)
