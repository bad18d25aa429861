"""A real server on a free port of this machine, in a thread of the test process."""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from ..protocol.app import BASE_PATH, ScimApp
from ..protocol.server import build_app
from ..protocol.uvicorn_options import uvicorn_options
from ..settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp

TOKEN = "a-token-for-the-tests-of-an-app"


@contextmanager
def running(scim_app: ScimApp) -> Generator[str]:
    """Run a server until the block ends.

    Yields:
        its base URL.
    """
    settings = scim_app.settings or Settings.from_environment(app=scim_app.application.name)
    with running_app(build_app(scim_app), settings) as url:
        yield f"{url}{BASE_PATH}"


@contextmanager
def running_app(app: "ASGIApp", settings: Settings) -> Generator[str]:
    """Run the server of an ASGI app, such as one that mounts the SCIM endpoints.

    Args:
        settings: the limits of the server.

    Yields:
        its URL, without a path.
    """
    config = uvicorn.Config(app, port=0, **uvicorn_options(settings))
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
