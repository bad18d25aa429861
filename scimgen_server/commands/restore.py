"""The command `restore`: reads a file of `backup` into a database."""

import argparse
import asyncio
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from ..storage.backups import is_empty, restore
from ..storage.in_use import has_other_clients, is_file_in_use
from ..storage.stores import SqlStore, database_file
from ..storage.writes import SqlTransaction
from .arguments import CommandError, Commands
from .database import sql_store
from .progress import Progress, duration

_IN_USE = (
    "another process uses the database: stop the servers, or use --in-use if there are none;"
    " nothing was restored"
)
_MAX_LINE_BYTES = 256 * 1024 * 1024
_DESCRIPTION = """Restore a file of {app} backup into an empty database, SQLite or PostgreSQL. It
can be another kind of database than before, for example to move from SQLite to PostgreSQL. An
incomplete or damaged file is rejected and changes nothing. Stop the servers first. Example:
SCIM_DATABASE_URL=postgresql://... {app} restore {app}.jsonl.gz"""


def add(commands: Commands, app: str) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "restore", help="restore a file of backup", description=_DESCRIPTION.format(app=app)
    )
    parser.add_argument("file", help="the file to read")
    parser.add_argument(
        "--force", action="store_true", help="DELETE everything in the database, then restore"
    )
    parser.add_argument(
        "--in-use",
        action="store_true",
        help="restore although other processes are connected, such as a pooler that keeps"
        " connections of servers that were stopped",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Restore a backup."""
    try:
        asyncio.run(_restore(options))
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise CommandError(
            f"{options.file}: not a backup, or incomplete: nothing was restored"
        ) from None
    except (TypeError, ValueError, OverflowError):
        raise CommandError(f"{options.file}: the backup is damaged: nothing was restored") from None
    except OSError as error:
        raise CommandError(f"{options.file}: {error.strerror or error}") from None
    return 0


async def _restore(options: argparse.Namespace) -> None:
    store = sql_store(options.application, "restore")
    name: str = options.file
    size = Path(name).stat().st_size
    await _open_unused(store, in_use=options.in_use)
    progress = Progress("rows")

    async def job(tx: SqlTransaction) -> dict[str, int]:
        await tx.exclusive()
        if not options.force and not await is_empty(tx):
            raise CommandError(
                "the database is not empty: set SCIM_DATABASE_URL to another one,"
                " or use --force to DELETE everything in it"
            )
        progress.count = 0
        with open(name, "rb") as raw, gzip.GzipFile(fileobj=raw) as file:
            return await restore(
                tx,
                _lines(file),
                lambda rows: progress.advance(rows, raw.tell() / max(size, 1)),
            )

    try:
        counts = await store.write(job)
        await store.write(lambda tx: tx.analyze())
    finally:
        seconds = progress.finish()
        await store.close()
    print(f"{name}: {sum(counts.values()):,} rows in {duration(seconds)}")


async def _open_unused(store: SqlStore, *, in_use: bool) -> None:
    """Open a store that no other process uses.

    Args:
        store: the store.
        in_use: whether other processes may use it.

    Raises:
        CommandError: a server uses it.
    """
    file = database_file(store)
    if not in_use and file is not None and is_file_in_use(file):
        raise CommandError(_IN_USE)
    await store.open()
    if not in_use and file is None and await has_other_clients(store):
        await store.close()
        raise CommandError(_IN_USE)


def _lines(file: gzip.GzipFile) -> Iterator[bytes]:
    while line := file.readline(_MAX_LINE_BYTES):
        yield line
