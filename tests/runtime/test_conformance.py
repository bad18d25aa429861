"""The conformance tests, on a server without a database."""

from collections.abc import Iterator

import httpx
import pytest

from scimgen_server import ScimApp, Settings
from scimgen_server.testing import Conformance, MemoryStore
from scimgen_server.testing.server import TOKEN, running
from tests.server.apps import every_application


class TestConformance(Conformance):
    """The app of every.scim.yaml over the memory store."""

    application = every_application()

    @pytest.fixture(scope="class")
    def base_url(self) -> Iterator[str]:
        """The base URL of the server."""
        settings = Settings(tokens=(TOKEN,), basic="user:password")
        with running(ScimApp(self.application, settings=settings, store=MemoryStore())) as url:
            yield url

    @pytest.fixture(scope="class")
    def client(self, base_url: str) -> Iterator[httpx.Client]:
        """An HTTP client with a valid token."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        with httpx.Client(base_url=base_url, headers=headers, timeout=30) as found:
            yield found
