# Emitted by scimgen from ward-9.scim.yaml: edit that and run `scimgen generate`, not this file.
"""The app under test, for the fixtures of the runtime: `client`, `base_url` and more."""

from collections.abc import Callable

import pytest

from .under_test import APPLICATION, PLUGIN, Application, Store
from .under_test import make_store as make_app_store

pytest_plugins = [PLUGIN]


@pytest.fixture(scope="session")
def application() -> Application:
    """The app."""
    return APPLICATION


@pytest.fixture(scope="session")
def make_store() -> Callable[[str], Store]:
    """Makes the app's store for a database URL."""
    return make_app_store
