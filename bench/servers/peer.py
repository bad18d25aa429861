"""scim2-server as its own command builds it, but on uvicorn.

python peer.py PORT
"""

import secrets
import sys

import uvicorn
from operations import TOKEN
from scim2_models import ScimProvider
from scim2_server.applications.asgi import ASGIApplication
from scim2_server.memory import AsyncInMemoryStorage
from scim2_server.requests import ScimRequest
from scim2_server.service import ScimService
from scim2_server.utils import (
    load_default_resource_types,
    load_default_schemas,
    load_default_service_provider_config,
)


class Application(ASGIApplication):
    """Asks for the token, as the other servers do."""

    def check_auth(self, request: ScimRequest) -> None:
        """Refuse any other."""
        if request.header("Authorization") != f"Bearer {TOKEN}":
            raise PermissionError


def main(port: int) -> None:
    """Serve until stopped."""
    provider = ScimProvider.from_discovery(
        load_default_schemas().values(),
        load_default_resource_types().values(),
        config=load_default_service_provider_config(),
    )
    service = ScimService(provider, secret=secrets.token_urlsafe(32))
    uvicorn.run(
        Application(AsyncInMemoryStorage(), provider, service),
        port=port,
        log_config=None,
        access_log=False,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
