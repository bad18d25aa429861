"""Finds out whether other processes use a database."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from ..ports.resources import StorageError
from .reads import SqlReads
from .sqlite_files import is_busy, reason

_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'scim' AND pid <> pg_backend_pid()"""

_LOOKS = 5
_PAUSE = 0.2
"""A process that has just ended can have connections for a moment."""


def is_file_in_use(path: Path) -> bool:
    """Return whether another connection to a SQLite file is open.

    SQLite can leave the WAL mode only if there is none.

    Raises:
        StorageError: the file cannot be read.
    """
    if not path.exists():
        return False
    with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as raw:
        try:
            mode = raw.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
        except sqlite3.Error as error:
            if is_busy(error):
                return True
            raise StorageError(f"cannot read the database {path}: {reason(error)}") from None
        return bool(mode == "wal")


async def has_other_clients(store: SqlReads) -> bool:
    """Return whether other processes of this app are connected to a PostgreSQL database.

    Args:
        store: the store, which has just been opened and has one connection.
    """
    for look in range(_LOOKS):
        if look:
            await asyncio.sleep(_PAUSE)
        if not (await store.connection.rows(_OTHERS))[0][0]:
            return False
    return True
