"""Reads the resources of a file to import, one by one, so that a file can be of any size."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from ..messages.documents import Document, load
from ..messages.errors import ScimError
from ..schema.attributes import Tree
from .arguments import CommandError
from .columns import Columns

_MAX_BYTES = 64 * 1024 * 1024
"""The limit for a line and for a cell. A group can have many members."""


@dataclass(slots=True)
class ImportRow:
    """One resource of the file.

    Args:
        line: the number of its first line.
        payload: the resource, in the form that a client sends; empty if it could not be read.
        fault: why it could not be read; an empty text if it could.
    """

    line: int
    payload: Document
    fault: str = ""


class _Records(Protocol):
    """The result of `csv.reader`."""

    line_num: int

    def __next__(self) -> list[str]: ...


def json_rows(file: BinaryIO) -> Iterator[ImportRow]:
    """Read one JSON object per line. Blank lines are skipped."""
    line = 0
    while text := file.readline(_MAX_BYTES):
        line += 1
        if len(text) == _MAX_BYTES:
            raise CommandError(f"line {line} is longer than {_MAX_BYTES} bytes")
        if not text.strip():
            continue
        try:
            yield ImportRow(line, load(text))
        except ScimError as error:
            yield ImportRow(line, {}, error.detail)


def csv_rows(file: BinaryIO, tree: Tree) -> Iterator[ImportRow]:
    """Read a CSV file: a header, then one resource per record. A record can have several lines."""
    csv.field_size_limit(_MAX_BYTES)
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    try:
        yield from _records(csv.reader(text), tree)
    finally:
        # Otherwise the wrapper closes the file, which the caller closes.
        text.detach()


def _records(records: _Records, tree: Tree) -> Iterator[ImportRow]:
    columns: Columns | None = None
    while True:
        line = records.line_num + 1
        try:
            cells = next(records)
            if columns is None:
                columns = Columns(tree, cells)
            elif any(cells):
                yield ImportRow(line, columns.payload(cells))
        except StopIteration:
            return
        except UnicodeDecodeError:
            raise CommandError(
                f"line {line} or a line soon after it is not UTF-8: save the file as UTF-8"
            ) from None
        except csv.Error as error:
            yield ImportRow(line, {}, f"The row is not CSV: {error}.")
        except ScimError as error:
            yield ImportRow(line, {}, error.detail)
