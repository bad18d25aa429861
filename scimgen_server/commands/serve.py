"""The command `serve`: runs the server."""

import argparse
import asyncio
import importlib
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import logs
from ..application import Application
from ..auth.authentication import check_credentials
from ..auth.tenancy import TENANT
from ..protocol.app import BASE_PATH, ScimApp
from ..protocol.server import build_app
from ..service.reindex import reindex_at_startup
from ..service.startup import open_service
from ..settings import Settings
from .arguments import CommandError, Commands, number
from .database import scim_app_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"

_SHUTDOWN_SECONDS = 15
"""How long a server that is stopped waits for its requests to end."""

_IDLE_SECONDS = 75
"""How long a connection may be idle.

Proxies usually wait 60 seconds. A longer time lets the proxy close an idle connection first.
"""


def add(commands: Commands, app: str) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "serve", help="run the server", description="Settings come from the environment."
    )
    parser.add_argument(
        "--host", default=os.environ.get("HOST", LOOPBACK), help="the address to listen on"
    )
    parser.add_argument(
        "--port",
        type=number(0, 65535),
        default=8000,
        help="the port to listen on, 0 for any free one",
    )
    parser.add_argument(
        "--dev", action="store_true", help="run without credentials, on this machine only"
    )
    parser.add_argument(
        "--reload", action="store_true", help="restart whenever code or documents change"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the server until the process is stopped. Returns the exit code."""
    application: Application = options.application
    scim_app = scim_app_of(application)
    if options.dev:
        os.environ["SCIM_DEV"] = "1"
    listener = _prepare(scim_app, options.host, options.port)
    target = f"{application.package}.app:app"
    if options.reload:
        return _serve_and_reload(target, listener, _folder(application))
    return _serve(target, listener)


def serve_app(scim_app: ScimApp, host: str, port: int) -> int:
    """Serve an app of this process until the process is stopped.

    Args:
        scim_app: the app. Settings come from the environment.
        host: the address to listen on.
        port: the port to listen on, 0 for any free one.

    Returns:
        The exit code.

    Raises:
        CommandError: the port is in use.
        SettingsError: a setting is wrong, or there are no credentials.
        StorageError: the database cannot be opened.
    """
    return _serve(build_app(scim_app), _prepare(scim_app, host, port))


def _prepare(scim_app: ScimApp, host: str, port: int) -> socket.socket:
    """Check the settings and the database, then listen."""
    settings = Settings.from_environment(app=scim_app.application.name)
    logs.configure()
    if settings.open_to_loopback:
        host = LOOPBACK
    asyncio.run(_check(scim_app, settings))
    listener = _listen(host, port)
    if settings.open_to_loopback:
        logs.write(
            "open",
            level="warning",
            message="--dev: NO CREDENTIALS ARE NEEDED. Never run this on a network.",
        )
    bound = listener.getsockname()[1]
    logs.write("listening", url=f"http://{host}:{bound}{BASE_PATH}")
    return listener


async def _check(scim_app: ScimApp, settings: Settings) -> None:
    """Open the database, bring it up to date, and check that there are credentials."""
    store = scim_app.store or scim_app.make_store(settings.database_url)
    async with open_service(scim_app.application, store, strict=settings.strict) as service:
        for tenant in await service.store.tenants() or {TENANT}:
            await reindex_at_startup(service, tenant)
        await check_credentials(settings, service.store.tokens)


def _serve(target: "str | ASGIApp", listener: socket.socket) -> int:
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(target, **_options()))
    server.run(sockets=[listener])
    return 0 if server.started else 2


def _serve_and_reload(target: str, listener: socket.socket, folder: str) -> int:
    import uvicorn
    from uvicorn.supervisors import ChangeReload

    config = uvicorn.Config(
        target, reload=True, reload_dirs=[folder], reload_includes=["*.json"], **_options()
    )
    ChangeReload(config, target=uvicorn.Server(config).run, sockets=[listener]).run()
    return 0


def _options() -> dict[str, Any]:
    return {
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "lifespan": "on",
        "timeout_graceful_shutdown": _SHUTDOWN_SECONDS,
        "timeout_keep_alive": _IDLE_SECONDS,
        # auth.proxies reads the headers of the proxies in SCIM_TRUSTED_PROXIES.
        "proxy_headers": False,
    }


def _folder(application: Application) -> str:
    """Return the folder of the app's package, which also has its documents and values."""
    return str(Path(importlib.import_module(application.package).__file__ or "").parent)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise CommandError(f"cannot listen on {host}:{port}: {error.strerror or error}") from None
    listener.set_inheritable(True)
    return listener
