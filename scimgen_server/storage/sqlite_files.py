"""SQLite files: their mode, whether they are still there, and what the errors of SQLite mean."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from ..ports.errors import StorageError

_BUGS = frozenset(
    (
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_MISUSE,
        sqlite3.SQLITE_RANGE,
        sqlite3.SQLITE_TOOBIG,
    )
)
"""The error codes of wrong statements. All other errors are those of the database file."""

_REASONS = {
    sqlite3.SQLITE_BUSY: "another process has locked it for too long; try again",
    sqlite3.SQLITE_LOCKED: "another process has locked it for too long; try again",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; restore a backup",
    sqlite3.SQLITE_NOTADB: "the file is damaged or not a SQLite database; restore a backup",
    sqlite3.SQLITE_READONLY: "the file or its folder is read-only; change its permissions",
    sqlite3.SQLITE_FULL: "the disk is full; free some space",
}
"""What has happened and what to do, by SQLite's error code."""


def create_file(path: Path) -> None:
    """Create an empty database file that only its owner can read and write.

    SQLite gives the write-ahead log and its index the mode of the database file. A file that exists
    keeps its mode.
    """
    with suppress(OSError):  # SQLite reports the reason when it opens the file
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


class FilesInUse:
    """The database file and its write-ahead log, as they were when the database was opened.

    SQLite continues to write to a file that was moved or deleted. A restart loses these writes.

    Args:
        path: the database file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        found = {name: _identity(name) for name in (str(path), f"{path}-wal")}
        self._identities = {name: one for name, one in found.items() if one is not None}

    def check(self) -> None:
        """Check that the files are still the same.

        Raises:
            StorageError: one of them is not.
        """
        for name, identity in self._identities.items():
            if _identity(name) != identity:
                raise StorageError(
                    f"cannot use the database {self._path}: {name} was moved, deleted or replaced:"
                    " put it back, or restart the server"
                )


def _identity(name: str) -> tuple[int, int] | None:
    """Return the device and number of a file, None if there is no file."""
    try:
        found = os.stat(name)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def is_bug(error: sqlite3.Error) -> bool:
    """Return whether the statement is wrong. Otherwise the database is missing, busy or full."""
    return code_of(error) in _BUGS


def is_busy(error: sqlite3.Error) -> bool:
    """Return whether another connection has locked the file."""
    return code_of(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def reason(error: sqlite3.Error) -> str:
    """Return the reason of an error, with the text of SQLite."""
    known = _REASONS.get(code_of(error))
    return f"{known} ({error})" if known else str(error)


def code_of(error: sqlite3.Error) -> int:
    """Return the primary result code of SQLite."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def read_error(path: Path, error: sqlite3.Error) -> Exception:
    """Return the exception to raise for an error of a read: the error itself if it is a bug."""
    if is_bug(error):
        return error
    return StorageError(f"cannot read the database {path}: {reason(error)}")
