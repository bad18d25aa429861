"""The format of a backup, the same for every database: all tables of one moment as lines of JSON.

First what the file is; then each table, its name and columns, followed by its rows as lists; last how many rows there
were, and a checksum, so that a file that was cut off or changed is known.
"""

import hashlib
import json
import re
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..messages.documents import Document, is_array, is_object
from ..ports.resources import StorageError
from .connection import Connection
from .dialect import Sqlite
from .tables import LAYOUT, everything
from .writes import SqlTransaction

FORMAT = 1
_ROWS = 2000
_LEFT_OUT = ("leases",)
"""Who does what at this moment is nobody else's."""

Stream = Callable[[str], AsyncGenerator[Sequence[Any]]]
"""The rows of a SELECT, of the same moment for all."""


class BackupError(StorageError):
    """A file that cannot be restored."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as `schema` declares it.

    Args:
        texts: the columns that hold UTF-8 as bytes: text in the file.
        counter: the column that the database counts up, if one does.
    """

    name: str
    columns: tuple[str, ...]
    texts: tuple[int, ...]
    counter: str | None


def tables() -> list[Table]:
    """All tables that a backup holds."""
    found: list[Table] = []
    for statement in everything(Sqlite()):
        match = re.match(r"\s*CREATE TABLE (\w+)", statement)
        if match and match[1] not in _LEFT_OUT:
            columns = re.findall(r"^    ([a-z_]+) ([A-Z ]+)", statement, re.MULTILINE)
            texts = tuple(
                number for number, (_, type_) in enumerate(columns) if type_.startswith("BLOB")
            )
            counters = [name for name, type_ in columns if "AUTOINCREMENT" in type_]
            found.append(
                Table(
                    match[1], tuple(name for name, _ in columns), texts, next(iter(counters), None)
                )
            )
    return found


async def lines(stream: Stream) -> AsyncGenerator[tuple[bytes, int]]:
    """The lines of a backup, and how many rows each holds."""
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
    """How many rows a backup will hold."""
    total = 0
    for table in tables():
        async for row in stream(f"SELECT count(*) FROM {table.name}"):
            total += int(row[0])
    return total


async def is_empty(tx: SqlTransaction) -> bool:
    """Whether nothing is stored."""
    for table in tables():
        if await tx.connection.rows(f"SELECT 1 FROM {table.name} LIMIT 1"):
            return False
    return True


async def restore(
    tx: SqlTransaction, file: Iterable[bytes], advance: Callable[[int], None]
) -> dict[str, int]:
    """Replace everything that is stored by the rows of a backup.

    Args:
        tx: the transaction. It must not be committed after an error.
        file: the lines of the backup.
        advance: called with the number of rows that were written since the last call.

    Returns:
        The number of rows of each table.

    Raises:
        BackupError: the file is damaged or incomplete, or of a release that is not supported.
    """
    connection = tx.connection
    known, counts, rows = (
        {table.name: table for table in tables()},
        dict[str, int](),
        list[list[Any]](),
    )
    digest = hashlib.sha256()
    table: Table | None = None
    for name in (*known, *_LEFT_OUT):
        await connection.run(f"DELETE FROM {name}")
    for number, text in enumerate(file):
        value = _value(text)
        checksum = digest.hexdigest()
        digest.update(text)
        if number == 0:
            _check_head(value)
        elif is_array(value):
            if table is None or len(value) != len(table.columns):
                raise BackupError(f"the backup is damaged in line {number + 1}")
            rows.append(_row(table, value))
            if len(rows) == _ROWS:
                await _copy(connection, table, rows, counts)
                advance(_ROWS)
        elif is_object(value):
            if table is not None:
                await _copy(connection, table, rows, counts)
            if "rows" in value:
                if value != {"rows": counts, "sha256": checksum}:
                    raise BackupError("the backup is damaged: its checksum is wrong")
                return counts
            table = _table(known, value)
            counts[table.name] = 0
            await connection.run(
                f"DELETE FROM {table.name}"
            )  # of totals, what was counted while rows came back
        else:
            raise BackupError(f"the backup is damaged in line {number + 1}")
    raise BackupError("the backup is cut off: its end is missing")


async def _copy(
    connection: Connection, table: Table, rows: list[list[Any]], counts: dict[str, int]
) -> None:
    await connection.copy(table.name, table.columns, rows)
    counts[table.name] += len(rows)
    rows.clear()
    if table.counter and (statement := connection.dialect.go_on(table.name, table.counter)):
        await connection.rows(statement)


def _value(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise BackupError("this is no backup, or a damaged one") from None


def _check_head(value: Any) -> None:
    if not is_object(value) or value.get("format") != FORMAT:
        raise BackupError("this is no backup that this release reads")
    if value.get("layout") != LAYOUT:
        other = f"the backup has layout {value.get('layout')}, this release has {LAYOUT}"
        raise BackupError(f"{other}: restore it with the release that wrote it, then migrate")


def _table(known: Mapping[str, Table], value: Document) -> Table:
    table = known.get(str(value.get("table")))
    if table is None or value.get("columns") != list(table.columns):
        raise BackupError("the backup holds a table that this release does not know")
    return table


def _row(table: Table, values: list[Any]) -> list[Any]:
    for number in table.texts:
        if values[number] is not None:
            values[number] = str(values[number]).encode()
    return values
