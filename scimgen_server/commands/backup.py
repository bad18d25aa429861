"""`backup` writes all that is stored to a file."""

import argparse
import asyncio
import gzip
from typing import BinaryIO

from ..storage.backups import count_rows, lines
from ..storage.stores import make_store
from .arguments import CommandError, Commands
from .database import settings_of
from .files import written
from .progress import Progress, duration

_LEVEL = 4
_DESCRIPTION = """Write all that is stored, of one moment, to a file (JSON lines, gzip): every tenant's resources with
their versions and times, what no client may read, hashed tokens, the audit trail and what the hooks have still to be
told. Servers may run meanwhile. {app} restore reads it into SQLite and PostgreSQL alike. Keep the file as safe as the
database. Example: {app} backup {app}.jsonl.gz"""


def add(commands: Commands, app: str) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "backup",
        help="write all that is stored to a file",
        description=_DESCRIPTION.format(app=app),
    )
    parser.add_argument("file", help="the file to write")
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write a backup."""
    with written(options.file, force=options.force) as file:
        asyncio.run(_backup(options, file))
    return 0


async def _backup(options: argparse.Namespace, file: BinaryIO) -> None:
    store = make_store(settings_of(options.application).database_url)
    await store.open()
    progress = Progress("rows")
    try:
        async with store.snapshot() as stream:
            total = await count_rows(stream)
            if not total:
                raise CommandError(
                    "the database holds nothing: is SCIM_DATABASE_URL the right one?"
                )
            with gzip.GzipFile(
                fileobj=file, mode="wb", compresslevel=_LEVEL, filename="", mtime=0
            ) as packed:
                async for line, rows in lines(stream):
                    packed.write(line)
                    if rows:
                        progress.advance(rows, (progress.count + rows) / max(total, 1))
    except UnicodeDecodeError:
        raise CommandError(
            "the database holds a resource that is no text: its body was changed by hand"
        ) from None
    finally:
        seconds = progress.finish()
        await store.close()
    print(f"{options.file}: {progress.count:,} rows in {duration(seconds)}")
