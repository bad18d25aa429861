"""Read the rows of values: from a list in the description, or from a CSV file."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scimgen.description.report import Report
from scimgen.model import Attribute, AttributeType
from scimgen.place import Place
from scimgen.source import Document, Scalar, Source, Unreadable, pointer_step, read_bytes, walk

MAX_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """One value: its cells by attribute name, and their places.

    Args:
        cells: The cells by attribute name.
        text: Whether the cells are texts that must be converted to the type of the attribute, as in
            CSV.
        place: Returns the place of a cell by attribute name, or of the whole row for "".
        named: Returns the place of the name of a cell.
    """

    cells: dict[str, Any]
    text: bool
    place: Callable[[str], Place]
    named: Callable[[str], Place]


@dataclass(frozen=True, slots=True)
class RowPlaces(Mapping[str, Place | None]):
    """The places of the members of a value, computed only when they are needed.

    Args:
        row: The row of the value.
        columns: The names of the cells by the pointers of the members.
    """

    row: Row
    columns: Mapping[str, str]

    def __getitem__(self, pointer: str) -> Place | None:
        return self.row.place(self.columns[pointer])

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)


def rows(report: Report, values: Any, pointer: str) -> Iterator[Row]:
    """Read the rows of `values`, which is a list or the name of a CSV file."""
    if isinstance(values, str):
        yield from _csv_rows(report, values, pointer)
        return
    for index, cells in enumerate(values or ()):
        if isinstance(cells, dict):
            at = pointer_step(pointer, index)
            yield Row(cells, False, _placed(report, at, key=False), _placed(report, at, key=True))


def _placed(report: Report, at: str, *, key: bool) -> Callable[[str], Place]:
    return lambda name: report.place(pointer_step(at, name) if name else at, key)


def csv_path(document: Document, name: str) -> Path | None:
    """The path of a CSV file, or None if it is outside the folder of the description."""
    path = Path(name)
    if path.is_absolute() or ".." in path.parts:
        return None
    return Path(document.source.name).parent / path


def csv_names(document: Document) -> list[str]:
    """The existing CSV files of a description, relative to it."""
    texts = (
        {node.value for _, node in walk(document.root) if isinstance(node, Scalar)}
        if document.root
        else set()
    )
    names = sorted(text for text in texts if isinstance(text, str) and text.endswith(".csv"))
    return [name for name in names if (path := csv_path(document, name)) and path.is_file()]


def _csv_rows(report: Report, name: str, pointer: str) -> Iterator[Row]:
    """The rows of a CSV file, without those that are reported."""
    source = _csv_source(report, name, pointer)
    if source is None:
        return
    header: list[str] = []
    for start, record in _records(source.text):
        place = _locator(source, start, header or record)
        if not header:
            header = [cell.strip() for cell in record]
            named = _locator(source, start, header)
            if not _check_header(report, header, place):
                return
        elif not any(record):
            continue
        elif len(record) > len(header):
            message = f"{len(record)} cells, but the header has {len(header)}"
            fix = "put a cell with a comma in double quotes"
            report.error("csv-row", message, place(""), fix=fix)
        else:
            pairs = zip(header, record, strict=False)
            yield Row({key: cell for key, cell in pairs if cell != ""}, True, place, named)
    if not header:
        fix = "begin with a header: id,displayName"
        report.error("csv-header", f"{source.name} is empty", pointer, fix=fix)


def _csv_source(report: Report, name: str, pointer: str) -> Source | None:
    """The text of a CSV file. None if it cannot be read, which is reported."""
    path = csv_path(report.document, name)
    if path is None:
        fix = "put the file into the folder of the description"
        report.error("csv-path", f"{name} is outside the description's folder", pointer, fix=fix)
        return None
    try:
        return Source(str(path), read_bytes(path, MAX_BYTES).decode("utf-8-sig"))
    except Unreadable as error:
        report.error("csv-file", str(error), pointer)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        message = f"{path}: line {line} is not UTF-8"
        report.error("csv-file", message, pointer, fix="save the file as UTF-8")
    return None


def _check_header(report: Report, header: list[str], place: Callable[[str], Place]) -> bool:
    """Report the faults of a header.

    Returns:
        Whether the rows can be read.
    """
    if len(header) == 1 and ";" in header[0]:
        message = "the cells are separated by semicolons"
        fix = "separate cells by commas; a semicolon separates the items of a list"
        report.error("csv-header", message, place(header[0]), fix=fix)
        return False
    twice = {cell for cell in header if header.count(cell) > 1}
    for cell in sorted(twice):
        message = f"{cell or 'an empty name'} occurs twice in the header"
        report.error("csv-header", message, place(cell))
    return True


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Iterate over the records of a CSV text with the offset of their lines."""
    lines = io.StringIO(text, newline="")
    offset = 0
    consumed: list[int] = []

    def counted() -> Iterator[str]:
        for line in lines:
            consumed.append(len(line))
            yield line

    for record in csv.reader(counted()):
        yield offset, record
        offset += sum(consumed)
        consumed.clear()


def _locator(source: Source, start: int, header: list[str]) -> Callable[[str], Place]:
    """Make a function for the places of the cells of the record at `start`.

    "" or an unknown name is the whole line.
    """

    def place(name: str) -> Place:
        end = source.text.find("\n", start)
        end = len(source.text) if end < 0 else end
        if name not in header:
            return source.place(start, end)
        at, quoted, column = start, False, header.index(name)
        while column and at < end:
            quoted ^= source.text[at] == '"'
            column -= source.text[at] == "," and not quoted
            at += 1
        stop = source.text.find(",", at, end)
        return source.place(at, max(at + 1, end if stop < 0 else stop))

    return place


def cell_value(attribute: Attribute, text: str) -> Any:
    """Convert a CSV cell to the type of its attribute.

    Lists are split on `;`, and complex cells are JSON.

    An invalid cell stays text. The check of values reports it.

    >>> cell_value(Attribute(name="seats", type=AttributeType.INTEGER, multi_valued=True), "1; 2")
    [1, 2]
    """
    if attribute.type is AttributeType.COMPLEX:
        try:
            return json.loads(text)
        except ValueError:
            return text
    if attribute.multi_valued:
        return [_scalar(attribute.type, part.strip()) for part in text.split(";") if part.strip()]
    return _scalar(attribute.type, text)


def _scalar(type_: AttributeType, text: str) -> Any:
    try:
        if type_ is AttributeType.INTEGER:
            return int(text)
        if type_ is AttributeType.DECIMAL:
            return float(text) if any(sign in text for sign in ".eE") else int(text)
    except ValueError:
        return text
    if type_ is AttributeType.BOOLEAN:
        return {"true": True, "false": False}.get(text.lower(), text)
    return text
