"""The command `serve`: runs the server."""

import argparse
import asyncio
import importlib
import os
import socket
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .. import logs
from ..application import Application
from ..auth.authentication import check_credentials
from ..auth.tenancy import TENANT
from ..protocol.app import BASE_PATH, ScimApp
from ..protocol.local_requests import is_loopback
from ..protocol.server import build_app
from ..service.reindex import reindex_at_startup
from ..service.startup import open_service
from ..settings import Settings
from .arguments import CommandError, Commands, number
from .database import scim_app_of
from .descriptors import BACKLOG, make_room

if TYPE_CHECKING:
    from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"


def add(commands: Commands, app: str) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "serve", help="run the server", description="Settings come from the environment."
    )
    parser.add_argument(
        "--host",
        help=f"the address to listen on; without it HOST of the environment, or {LOOPBACK}",
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
        "--expose-dev",
        action="store_true",
        help="with --dev: listen on another --host; requests from other machines are still refused",
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
    settings = _settings(scim_app)
    host = _host(settings, options.host, may_expose=options.expose_dev)
    listener = _prepare(scim_app, settings, host, options.port)
    target = f"{application.package}.app:app"
    if options.reload:
        return _serve_and_reload(target, settings, listener, _folder(application))
    return _serve(target, settings, listener)


def serve_app(scim_app: ScimApp, host: str, port: int) -> int:
    """Serve an app of this process until the process is stopped.

    Args:
        scim_app: the app. Settings come from the environment.
        host: the address to listen on.
        port: the port to listen on, 0 for any free one.

    Returns:
        The exit code.

    Raises:
        CommandError: the port is in use, or the address may not be used without credentials.
        SettingsError: a setting is wrong, or there are no credentials.
        StorageError: the database cannot be opened.
    """
    settings = _settings(scim_app)
    listener = _prepare(scim_app, settings, _host(settings, host), port)
    return _serve(build_app(scim_app), settings, listener)


def _settings(scim_app: ScimApp) -> Settings:
    """Read the settings, and adapt the limit of connections to that of open files."""
    settings = Settings.from_environment(app=scim_app.application.name)
    logs.configure()
    return replace(settings, connections=make_room(settings.connections))


def _host(settings: Settings, host: str | None, *, may_expose: bool = False) -> str:
    """Return the address to listen on: without credentials one of this machine only."""
    if not settings.open_to_loopback:
        return host or os.environ.get("HOST") or LOOPBACK
    if not host:
        return LOOPBACK
    if not (may_expose or host == "localhost" or is_loopback(host)):
        raise CommandError(
            f"cannot listen on {host} without credentials: anyone who reaches it could change"
            " the data. Leave out --host, or set SCIM_TOKEN."
        )
    return host


def _prepare(scim_app: ScimApp, settings: Settings, host: str, port: int) -> socket.socket:
    """Check the database and the credentials, then listen."""
    asyncio.run(_check(scim_app, settings))
    listener = _listen(host, port)
    if settings.open_to_loopback:
        logs.write(
            "open",
            level="warning",
            message="--dev: NO CREDENTIALS ARE NEEDED. Never run this on a network or behind a"
            " proxy.",
        )
    logs.write("listening", url=f"http://{_address(listener)}{BASE_PATH}")
    return listener


def _address(listener: socket.socket) -> str:
    """Return the address and port of a listener, as in a URL."""
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


async def _check(scim_app: ScimApp, settings: Settings) -> None:
    """Open the database, bring it up to date, and check that there are credentials."""
    store = scim_app.store or scim_app.make_store(settings.database_url)
    async with open_service(scim_app.application, store, strict=settings.strict) as service:
        for tenant in await service.store.tenants() or {TENANT}:
            await reindex_at_startup(service, tenant)
        await check_credentials(settings, service.store.tokens)


def _serve(target: "str | ASGIApp", settings: Settings, listener: socket.socket) -> int:
    import uvicorn

    from ..protocol.uvicorn_options import uvicorn_options

    server = uvicorn.Server(uvicorn.Config(target, **uvicorn_options(settings)))
    server.run(sockets=[listener])
    return 0 if server.started else 2


def _serve_and_reload(target: str, settings: Settings, listener: socket.socket, folder: str) -> int:
    import uvicorn
    from uvicorn.supervisors import ChangeReload

    from ..protocol.uvicorn_options import uvicorn_options

    config = uvicorn.Config(
        target,
        reload=True,
        reload_dirs=[folder],
        reload_includes=["*.json"],
        **uvicorn_options(settings),
    )
    ChangeReload(config, target=uvicorn.Server(config).run, sockets=[listener]).run()
    return 0


def _folder(application: Application) -> str:
    """Return the folder of the app's package, which also has its documents and values."""
    return str(Path(importlib.import_module(application.package).__file__ or "").parent)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise CommandError(f"cannot listen on {host}:{port}: {error.strerror or error}") from None
    listener.set_inheritable(True)
    return listener
