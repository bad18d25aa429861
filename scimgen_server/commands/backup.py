"""The command `backup`: writes the whole database to a file."""

import argparse
import asyncio
import gzip
from typing import BinaryIO

from ..storage.backups import count_rows, lines
from ..storage.stores import SqlStore
from .arguments import CommandError, Commands
from .database import sql_store
from .files import new_file
from .progress import Progress, duration

_COMPRESSION_LEVEL = 4
"""A higher level makes the file little smaller and the command much slower."""

_DESCRIPTION = """Write the whole database to a file (JSON lines, gzip): all tenants' resources
with versions, times and attributes that clients cannot read, hashed tokens, the audit trail, and
events that are not delivered yet. The file has a consistent state, even if servers run at the same
time. {app} restore reads it into SQLite or PostgreSQL. Protect the file like the database.
Example: {app} backup {app}.jsonl.gz"""


def add(commands: Commands, app: str) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "backup",
        help="write the whole database to a file",
        description=_DESCRIPTION.format(app=app),
    )
    parser.add_argument("file", help="the file to write")
    parser.add_argument("--force", action="store_true", help="replace the file if it exists")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write a backup."""
    store = sql_store(options.application, "backup")
    with new_file(options.file, force=options.force) as file:
        asyncio.run(_backup(options, store, file))
    return 0


async def _backup(options: argparse.Namespace, store: SqlStore, file: BinaryIO) -> None:
    await store.open()
    progress = Progress("rows")
    try:
        async with store.snapshot() as stream:
            total = await count_rows(stream)
            if not total:
                raise CommandError(
                    "the database is empty: check that SCIM_DATABASE_URL is the right database"
                )
            with gzip.GzipFile(
                fileobj=file, mode="wb", compresslevel=_COMPRESSION_LEVEL, filename="", mtime=0
            ) as packed:
                async for line, rows in lines(stream):
                    packed.write(line)
                    if rows:
                        progress.advance(rows, (progress.count + rows) / max(total, 1))
    except UnicodeDecodeError:
        raise CommandError(
            "the body of a resource is not UTF-8: another program has changed the database"
        ) from None
    finally:
        seconds = progress.finish()
        await store.close()
    print(f"{options.file}: {progress.count:,} rows in {duration(seconds)}")
