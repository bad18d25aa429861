"""The options of uvicorn for a server of the runtime."""

from functools import partial
from typing import Any

from ..settings import Settings
from .connections import Connections
from .http_protocol import LimitedHttpProtocol

_SHUTDOWN_SECONDS = 15
"""How long a server that is stopped waits for its requests to end."""


def uvicorn_options(settings: Settings) -> dict[str, Any]:
    """Return the options of `uvicorn.Config` for a server with the limits of its settings."""
    connections = Connections(settings.connections, settings.trusted_proxies)
    return {
        "http": partial(LimitedHttpProtocol, connections=connections),
        "ws": "none",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "lifespan": "on",
        "timeout_graceful_shutdown": _SHUTDOWN_SECONDS,
        "timeout_keep_alive": settings.connections.idle_seconds,
        # auth.proxies reads the headers of the proxies in SCIM_TRUSTED_PROXIES.
        "proxy_headers": False,
    }
