"""The backup format, the same for every database: a consistent copy of all tables as JSON lines.

The first line has the versions of the format and the layout. Then each table has a line with its
name and columns, and a line with a list for each row. The last line has the numbers of rows and a
checksum of all lines before it, to detect a damaged or incomplete file.
"""

import hashlib
import json
import re
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..messages.documents import Document, is_array, is_object
from ..ports.resources import StorageError
from .connection import Connection
from .dialect import Sqlite
from .tables import LAYOUT, everything
from .writes import SqlTransaction

FORMAT = 1
_BATCH = 2000
"""How many rows are inserted at once."""

_EXCLUDED = ("leases",)
"""The tables that no backup has. A lease belongs to a process that runs now."""

Stream = Callable[[str], AsyncGenerator[Sequence[Any]]]
"""Runs a SELECT and yields its rows. All statements see the same state of the database."""


class BackupError(StorageError):
    """The file is no backup, is damaged, or has an unsupported version."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table, as `tables` declares it.

    Args:
        name: the name of the table.
        columns: the names of its columns.
        texts: the indexes of the columns that hold UTF-8 as bytes. They are text in the file.
        counter: the column that the database numbers, or None.
    """

    name: str
    columns: tuple[str, ...]
    texts: tuple[int, ...]
    counter: str | None


def tables() -> list[Table]:
    """Return the tables of a backup, from the CREATE TABLE statements."""
    found: list[Table] = []
    for statement in everything(Sqlite()):
        match = re.match(r"\s*CREATE TABLE (\w+)", statement)
        if match and match[1] not in _EXCLUDED:
            found.append(_declared(match[1], statement))
    return found


def _declared(name: str, statement: str) -> Table:
    columns = re.findall(r"^    ([a-z_]+) ([A-Z ]+)", statement, re.MULTILINE)
    texts: list[int] = []
    counter: str | None = None
    for index, (column, type_) in enumerate(columns):
        if type_.startswith("BLOB"):
            texts.append(index)
        if "AUTOINCREMENT" in type_:
            counter = column
    return Table(name, tuple(column for column, _ in columns), tuple(texts), counter)


async def lines(stream: Stream) -> AsyncGenerator[tuple[bytes, int]]:
    """Yield the lines of a backup, each with how many rows it holds: 0 or 1."""
    digest, counts = hashlib.sha256(), dict[str, int]()

    def line(value: object) -> bytes:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        digest.update(text)
        return text

    yield line({"format": FORMAT, "layout": LAYOUT}), 0
    for table in tables():
        yield line({"table": table.name, "columns": table.columns}), 0
        counts[table.name] = 0
        async for row in stream(f"SELECT {', '.join(table.columns)} FROM {table.name}"):
            values = list(row)
            for number in table.texts:
                if values[number] is not None:
                    values[number] = bytes(values[number]).decode()
            counts[table.name] += 1
            yield line(values), 1
    yield line({"rows": counts, "sha256": digest.hexdigest()}), 0


async def count_rows(stream: Stream) -> int:
    """Return how many rows a backup will hold."""
    total = 0
    for table in tables():
        async for row in stream(f"SELECT count(*) FROM {table.name}"):
            total += int(row[0])
    return total


async def is_empty(tx: SqlTransaction) -> bool:
    """Return whether the database holds no rows."""
    for table in tables():
        if await tx.connection.rows(f"SELECT 1 FROM {table.name} LIMIT 1"):
            return False
    return True


async def restore(
    tx: SqlTransaction, file: Iterable[bytes], advance: Callable[[int], None]
) -> dict[str, int]:
    """Replace all rows of the database by the rows of a backup.

    Args:
        tx: the transaction. It must not be committed after an error.
        file: the lines of the backup.
        advance: called with the number of rows that were written since the last call.

    Returns:
        The number of rows of each table.

    Raises:
        BackupError: the file is damaged or incomplete, or of a release that is not supported.
    """
    target = _Target(tx.connection, advance)
    await target.clear()
    digest = hashlib.sha256()
    for number, text in enumerate(file, 1):
        value = _value(text)
        checksum = digest.hexdigest()
        digest.update(text)
        if number == 1:
            _check_versions(value)
        elif is_array(value):
            await target.add_row(value, number)
        elif not is_object(value):
            raise _damaged(number)
        elif "rows" not in value:
            await target.begin_table(value)
        else:
            await target.flush()
            if value != {"rows": target.counts, "sha256": checksum}:
                raise BackupError("the backup is damaged: its checksum is wrong")
            return target.counts
    raise BackupError("the backup is incomplete: its last line is missing")


class _Target:
    """The database that a backup is restored into. Rows are inserted in batches."""

    def __init__(self, connection: Connection, advance: Callable[[int], None]) -> None:
        self.counts: dict[str, int] = {}
        self._connection = connection
        self._advance = advance
        self._tables = {table.name: table for table in tables()}
        self._table: Table | None = None
        self._rows: list[list[Any]] = []

    async def clear(self) -> None:
        """Delete all rows of the database."""
        for name in (*self._tables, *_EXCLUDED):
            await self._connection.run(f"DELETE FROM {name}")

    async def begin_table(self, header: Document) -> None:
        """Finish the present table and begin the next one."""
        await self.flush()
        table = self._tables.get(str(header.get("table")))
        if table is None or header.get("columns") != list(table.columns):
            raise BackupError("the backup has a table or columns that this release does not have")
        self._table = table
        self.counts[table.name] = 0
        # The triggers have written to `totals` while the tables before it were copied.
        await self._connection.run(f"DELETE FROM {table.name}")

    async def add_row(self, values: list[Any], number: int) -> None:
        """Add a row, from the line with this number, to the present table."""
        if self._table is None or len(values) != len(self._table.columns):
            raise _damaged(number)
        self._rows.append(_row(self._table, values))
        if len(self._rows) == _BATCH:
            await self.flush()
            self._advance(_BATCH)

    async def flush(self) -> None:
        """Insert the rows that were added since the last call."""
        table = self._table
        if table is None:
            return
        await self._connection.copy(table.name, table.columns, self._rows)
        self.counts[table.name] += len(self._rows)
        self._rows.clear()
        if table.counter:
            dialect = self._connection.dialect
            statement = dialect.continue_numbering(table.name, table.counter)
            if statement:
                await self._connection.rows(statement)


def _value(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise BackupError("the file is not a backup, or it is damaged") from None


def _check_versions(value: Any) -> None:
    if not is_object(value) or value.get("format") != FORMAT:
        raise BackupError("the file is not a backup that this release can read")
    if value.get("layout") != LAYOUT:
        other = f"the backup has layout {value.get('layout')}, this release has {LAYOUT}"
        raise BackupError(f"{other}: restore it with the release that wrote it, then migrate")


def _damaged(number: int) -> BackupError:
    return BackupError(f"the backup is damaged in line {number}")


def _row(table: Table, values: list[Any]) -> list[Any]:
    """Encode the columns that the database holds as bytes."""
    for number in table.texts:
        if values[number] is not None:
            values[number] = str(values[number]).encode()
    return values
