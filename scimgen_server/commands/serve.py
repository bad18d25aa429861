"""`serve` runs the server."""

import argparse
import asyncio
import importlib
import os
import socket
from pathlib import Path

import uvicorn

from .. import logs
from ..application import Application
from ..auth.authentication import check_credentials
from ..auth.tenancy import TENANT
from ..protocol.app import BASE_PATH
from ..service.reindex import reindex_at_startup
from ..service.startup import open_service
from ..settings import Settings
from .arguments import CommandError, Commands, number
from .database import scim_app_of

LOOPBACK = "127.0.0.1"
_PATIENCE = 15
"""Seconds that a server which is told to stop waits for the requests that it has begun."""

_IDLE = 75
"""Seconds that a connection may be idle: proxies keep theirs for 60, and must not find one closed as they use it."""


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
        "--dev", action="store_true", help="run without credentials, on this machine alone"
    )
    parser.add_argument(
        "--reload", action="store_true", help="start again whenever code or documents change"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until the process is told to stop."""
    if options.dev:
        os.environ["SCIM_DEV"] = "1"
    application: Application = options.application
    settings = Settings.from_environment(app=application.name)
    logs.configure()
    if settings.open_to_loopback:
        options.host = LOOPBACK
        logs.write(
            "open",
            level="warning",
            message="--dev: NO CREDENTIALS ARE ASKED FOR. Never run this on a network.",
        )
    asyncio.run(_check(application, settings))
    listener = _listen(options.host, options.port)
    port = listener.getsockname()[1]
    logs.write("listening", url=f"http://{options.host}:{port}{BASE_PATH}")
    config = uvicorn.Config(
        f"{application.package}.app:app",
        log_config=None,
        access_log=False,
        server_header=False,
        reload=options.reload,
        reload_dirs=[_folder(application)] if options.reload else None,
        reload_includes=["*.json"] if options.reload else None,
        lifespan="on",
        timeout_graceful_shutdown=_PATIENCE,
        timeout_keep_alive=_IDLE,
        proxy_headers=False,  # SCIM_TRUSTED_PROXIES says whose count, see scim.forwarded
    )
    if options.reload:
        from uvicorn.supervisors import ChangeReload

        ChangeReload(config, target=uvicorn.Server(config).run, sockets=[listener]).run()
        return 0
    server = uvicorn.Server(config)
    server.run(sockets=[listener])
    return 0 if server.started else 2


def _folder(application: Application) -> str:
    """The folder of the app's package: documents and values too are served as soon as they are rewritten."""
    return str(Path(importlib.import_module(application.package).__file__ or "").parent)


async def _check(application: Application, settings: Settings) -> None:
    """Before anything listens: the database can be opened and is up to date, and somebody has credentials."""
    scim_app = scim_app_of(application)
    store = scim_app.store or scim_app.make_store(settings.database_url)
    async with open_service(application, store, strict=settings.strict) as service:
        for tenant in await service.store.tenants() or {TENANT}:
            await reindex_at_startup(service, tenant)
        await check_credentials(settings, service.store.tokens)


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
