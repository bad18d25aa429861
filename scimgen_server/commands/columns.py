"""Converts between CSV rows and resources.

The header names attributes. The items of a list are separated by `;`. A complex value is JSON. An
empty cell is no value.
"""

import difflib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..messages.documents import Document, check_text, is_array
from ..messages.errors import invalid_value
from ..schema.attributes import Attribute, Tree
from .arguments import CommandError

_WORK_VALUES = {
    "emails": {"type": "work", "primary": True},
    "phonenumbers": {"type": "work", "primary": True},
    "addresses": {"type": "work", "primary": True},
}
"""The parts that a value of these attributes gets if the file has no columns for them."""

_SET_BY_SERVER = ("schemas", "meta", "groups")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a CSV file.

    Args:
        name: the name of the attribute or sub-attribute.
        parents: the names of the attributes that contain it, from the outside in. For a
            multi-valued one, also the parts that its only value begins with; otherwise None.
        read: converts a cell to a value.
    """

    name: str
    parents: Sequence[tuple[str, Document | None]]
    read: Callable[[str], Any]

    def put(self, payload: Document, cell: str) -> None:
        """Set the value of a cell in the resource of its row."""
        container = payload
        for name, first in self.parents:
            if first is None:
                container = container.setdefault(name, {})
            else:
                container = container.setdefault(name, [dict(first)])[0]
        container[self.name] = self.read(cell)


class Columns:
    """The columns of a CSV file.

    Args:
        tree: the resource type.
        header: the cells of the first row.

    Raises:
        CommandError: the header has an unknown attribute, or the same attribute twice.
    """

    def __init__(self, tree: Tree, header: Sequence[str]) -> None:
        if len(header) == 1 and ";" in header[0]:
            raise CommandError(
                "line 1: separate the cells by commas; ; separates the items of a list"
            )
        self.tree = tree
        self.columns = [self._column(name.strip()) for name in header]
        paths: list[tuple[str, ...]] = []
        for column in self.columns:
            parents = [name for name, _ in column.parents]
            paths.append((*parents, column.name))
        for path in paths:
            if paths.count(path) > 1 or path[:-1] in paths:
                raise CommandError(
                    f"line 1: {'.'.join(path)} has several columns: keep one, or those of its parts"
                )

    def payload(self, cells: Sequence[str]) -> Document:
        """Return the resource of one row, in the form that a client sends.

        Raises:
            ScimError: the row has too many cells, or a cell that cannot be read.
        """
        if len(cells) > len(self.columns):
            counts = f"The row has {len(cells)} cells, but the header has {len(self.columns)}"
            raise invalid_value(f"{counts}: put a cell with a comma in double quotes.")
        payload: Document = {"schemas": [self.tree.urn]}
        for column, cell in zip(self.columns, cells, strict=False):
            if cell:
                column.put(payload, cell)
        if "\0" in "".join(cells):
            raise invalid_value("A cell has a NUL character: remove it.")
        return payload

    def _column(self, name: str) -> Column:
        if name.lower() == "id":
            return Column("id", (), str)
        attribute = self.tree.find(name)
        if attribute is None:
            raise self._unknown(name)
        if attribute.path[0].lower() in _SET_BY_SERVER and (
            attribute.read_only or not attribute.link
        ):
            raise CommandError(f"line 1: the server sets {name}: remove the column")
        parents = [_parent(one) for one in _ancestors(attribute)]
        return Column(attribute.name, parents, _reader(attribute))

    def _unknown(self, name: str) -> CommandError:
        known = [str(one) for one in self.tree.walk()]
        near = difflib.get_close_matches(name, known, 1)
        hint = "; remove the column, or add the attribute to the description"
        if near:
            hint = f": did you mean {near[0]}?"
        return CommandError(f"line 1: a {self.tree.name} has no attribute {name[:100]!r}{hint}")


def cell(attribute: Attribute, value: Any) -> str:
    """Convert a value to a cell that `Columns` can read."""
    if value is None:
        return ""
    if attribute.link and is_array(value):
        plain = [item["value"] for item in value if list(item) == ["value"]]
        return ";".join(plain) if len(plain) == len(value) and _splits(plain) else _json(value)
    if attribute.type == "complex":
        return _json(value)
    if is_array(value):
        texts = [_text(item) for item in value]
        return ";".join(texts) if _splits(texts) else _json(value)
    return _text(value)


def _splits(texts: Sequence[str]) -> bool:
    """Return whether the texts can be joined by semicolons and split again."""
    return not any(";" in text or text != text.strip() or text[:1] in ("", "[") for text in texts)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _ancestors(attribute: Attribute) -> list[Attribute]:
    """Return the attributes that contain this one, from the outside in."""
    return [*_ancestors(attribute.parent), attribute.parent] if attribute.parent else []


def _parent(attribute: Attribute) -> tuple[str, Document | None]:
    if not attribute.multi_valued:
        return attribute.name, None
    first: Document = {}
    for name, value in _WORK_VALUES.get(attribute.key, {}).items():
        if name in attribute.sub_attributes:
            first[name] = value
    return attribute.name, first


def _reader(attribute: Attribute) -> Callable[[str], Any]:
    scalar = _SCALARS.get(attribute.type, str)
    if attribute.link:
        return lambda text: _list(text, lambda item: {"value": item})
    if attribute.type == "complex":
        return _complex
    return (lambda text: _list(text, scalar)) if attribute.multi_valued else scalar


def _list(text: str, read: Callable[[str], Any]) -> Any:
    if text.startswith("["):
        value = _complex(text)
        if is_array(value):
            return value
    return [read(part.strip()) for part in text.split(";") if part.strip()]


def _complex(text: str) -> Any:
    """Read JSON. Any other text stays a text, and the check of the values reports it."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    check_text(value)
    return value


def _integer(text: str) -> Any:
    try:
        return int(text)
    except ValueError:
        return text


def _decimal(text: str) -> Any:
    is_float = not {".", "e", "E"}.isdisjoint(text)
    try:
        return float(text) if is_float else int(text)
    except ValueError:
        return text


_SCALARS: dict[str, Callable[[str], Any]] = {"integer": _integer, "decimal": _decimal}
