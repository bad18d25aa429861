"""The command line: `serve` runs the server."""

import argparse
import asyncio
import os
import socket
import sys
from pathlib import Path

import uvicorn

from .scim import logs
from .settings import APP, PACKAGE, Settings, SettingsError
from .storage.interface import StorageError
from .storage.sqlite import SqliteStore

LOOPBACK = "127.0.0.1"


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 2 means that it could not do its work, and why is one line on stderr."""
    options = _parser().parse_args(arguments)
    try:
        return _serve(options)
    except (SettingsError, StorageError) as error:
        print(f"{APP}: {error}", file=sys.stderr)
    except OSError as error:
        print(f"{APP}: cannot listen on {options.host}:{options.port}: {error.strerror or error}", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=APP, description="A SCIM 2.0 service provider.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run the server", description="Settings come from the environment.")
    serve.add_argument("--host", default=os.environ.get("HOST", LOOPBACK), help="the address to listen on")
    serve.add_argument("--port", type=_port, default=8000, help="the port to listen on, 0 for any free one")
    serve.add_argument("--dev", action="store_true", help="run without credentials, on this machine alone")
    serve.add_argument("--reload", action="store_true", help="start again whenever code or documents change")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _serve(options: argparse.Namespace) -> int:
    if options.dev:
        os.environ["SCIM_DEV"] = "1"
    settings = Settings.from_environment()
    logs.configure()
    if settings.dev and not settings.tokens and not settings.basic:
        options.host = LOOPBACK
        logs.write("open", level="warning", message="--dev: NO CREDENTIALS ARE ASKED FOR. Never run this on a network.")
    asyncio.run(_check_database(settings))
    listener = _listen(options.host, options.port)
    port = listener.getsockname()[1]
    logs.write("listening", url=f"http://{options.host}:{port}/scim/v2")
    config = uvicorn.Config(
        f"{PACKAGE}.app:app",
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        reload=options.reload,
        # The package alone, documents and values too: what `scimgen generate` rewrites there is served at once.
        reload_dirs=[str(Path(__file__).parent)] if options.reload else None,
        reload_includes=["*.json"] if options.reload else None,
    )
    if options.reload:
        from uvicorn.supervisors import ChangeReload

        ChangeReload(config, target=uvicorn.Server(config).run, sockets=[listener]).run()
        return 0
    server = uvicorn.Server(config)
    server.run(sockets=[listener])
    return 0 if server.started else 2


async def _check_database(settings: Settings) -> None:
    """Before anything listens: the database can be opened and written."""
    store = SqliteStore(settings.database_path)
    await store.open()
    await store.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    listener.set_inheritable(True)
    return listener


if __name__ == "__main__":
    sys.exit(main())
