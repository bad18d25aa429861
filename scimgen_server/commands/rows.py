"""The resources of a file to import, one after another, whatever its size."""

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

_LONGEST = 64 * 1024 * 1024
"""Of a line, and of a cell: a group may list many members."""


@dataclass(slots=True)
class Row:
    """One resource as it stands in the file.

    Args:
        line: where it begins.
        payload: as a client would send it; empty where it could not be read.
        fault: why not.
    """

    line: int
    payload: Document
    fault: str = ""


class _Records(Protocol):
    """What `csv.reader` makes."""

    line_num: int

    def __next__(self) -> list[str]: ...


def json_rows(file: BinaryIO) -> Iterator[Row]:
    """A JSON object a line; blank lines count, but hold nothing."""
    line = 0
    while text := file.readline(_LONGEST):
        line += 1
        if len(text) == _LONGEST:
            raise CommandError(f"line {line} is longer than {_LONGEST} bytes")
        if not text.strip():
            continue
        try:
            yield Row(line, load(text))
        except ScimError as error:
            yield Row(line, {}, error.detail)


def csv_rows(file: BinaryIO, tree: Tree) -> Iterator[Row]:
    """A header, then a resource a record; a record may go over several lines."""
    csv.field_size_limit(_LONGEST)
    text = io.TextIOWrapper(file, "utf-8-sig", newline="")
    try:
        yield from _records(csv.reader(text), tree)
    finally:
        text.detach()  # the file is the caller's to close


def _records(records: _Records, tree: Tree) -> Iterator[Row]:
    columns: Columns | None = None
    while True:
        line = records.line_num + 1
        try:
            cells = next(records)
            if columns is None:
                columns = Columns(tree, cells)
            elif any(cells):
                yield Row(line, columns.payload(cells))
        except StopIteration:
            return
        except UnicodeDecodeError:
            raise CommandError(
                f"line {line} or one soon after it is not UTF-8: save the file as UTF-8"
            ) from None
        except (csv.Error, ScimError) as error:
            yield Row(
                line,
                {},
                error.detail if isinstance(error, ScimError) else f"This is no CSV: {error}.",
            )
