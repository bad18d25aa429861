"""The conformance tests, on a server without a database."""

from collections.abc import Iterator

import httpx
import pytest

from scimgen_server import ScimApp, Settings
from scimgen_server.testing import Conformance, MemoryStore
from scimgen_server.testing.server import TOKEN, running
from tests.server.apps import every_application


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    """The base URL of a server over the memory store."""
    settings = Settings(tokens=(TOKEN,), basic="user:password", rate=0, weak_secrets=True)
    with running(ScimApp(every_application(), settings=settings, store=MemoryStore())) as url:
        yield url


@pytest.fixture(scope="module")
def client(base_url: str) -> Iterator[httpx.Client]:
    """An HTTP client with a valid token."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=base_url, headers=headers, timeout=30) as found:
        yield found


class TestConformance(Conformance):
    """The app of every.scim.yaml."""

    application = every_application()
