"""CSV and resources: a header of attribute names, lists split on `;`, complex cells as JSON, an empty cell no value."""

import difflib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..messages.documents import Document, check_text, is_array
from ..messages.errors import invalid_value
from ..schema.attributes import Attribute, Tree
from .arguments import CommandError

_AT_WORK = {
    "emails": {"type": "work", "primary": True},
    "phonenumbers": {"type": "work", "primary": True},
    "addresses": {"type": "work", "primary": True},
}
"""What one value of these is, where the columns name its parts and do not say it themselves."""

_OUR_OWN = ("schemas", "meta", "groups")


@dataclass(frozen=True, slots=True)
class Column:
    """Where the cells of a column go.

    Args:
        parents: the names on the way, each with what its one value begins with if it is a list.
    """

    name: str
    parents: Sequence[tuple[str, Document | None]]
    read: Callable[[str], Any]

    def put(self, payload: Document, cell: str) -> None:
        """Put a cell into the resource of its row."""
        holder = payload
        for name, first in self.parents:
            holder = (
                holder.setdefault(name, {})
                if first is None
                else holder.setdefault(name, [dict(first)])[0]
            )
        holder[self.name] = self.read(cell)


class Columns:
    """The columns of a CSV file.

    Raises:
        CommandError: the header names what no attribute has, or one thing twice.
    """

    def __init__(self, tree: Tree, header: Sequence[str]) -> None:
        if len(header) == 1 and ";" in header[0]:
            raise CommandError(
                "line 1: cells are separated by commas; ; is for the items of a list"
            )
        self.tree = tree
        self.columns = [self._column(name.strip()) for name in header]
        paths = [(*(parent for parent, _ in one.parents), one.name) for one in self.columns]
        for path in paths:
            if paths.count(path) > 1 or path[:-1] in paths:
                raise CommandError(
                    f"line 1: {'.'.join(path)} is there twice, by itself or in parts"
                )

    def payload(self, cells: Sequence[str]) -> Document:
        """The resource of one row, as a client would send it; ScimError where a cell cannot be read."""
        if len(cells) > len(self.columns):
            wanted = f"{len(cells)} cells, but the header names {len(self.columns)}"
            raise invalid_value(f"{wanted}: put a cell that holds a comma in double quotes.")
        payload: Document = {"schemas": [self.tree.urn]}
        for column, cell in zip(self.columns, cells, strict=False):
            if cell:
                column.put(payload, cell)
        if "\0" in "".join(cells):
            raise invalid_value("A NUL character.")
        return payload

    def _column(self, name: str) -> Column:
        if name.lower() == "id":
            return Column("id", (), str)
        attribute = self.tree.find(name)
        if attribute is None:
            known = [str(one) for one in self.tree.walk()]
            near = difflib.get_close_matches(name, known, 1)
            hint = (
                f": did you mean {near[0]}?"
                if near
                else "; remove the column, or name it in the description"
            )
            raise CommandError(f"line 1: a {self.tree.name} has no attribute {name[:100]!r}{hint}")
        if attribute.path[0].lower() in _OUR_OWN and (attribute.read_only or not attribute.link):
            raise CommandError(f"line 1: {name} is not imported: the server sets it")
        return Column(
            attribute.name, [_parent(one) for one in _above(attribute)], _reader(attribute)
        )


def cell(attribute: Attribute, value: Any) -> str:
    """A value as a cell that `Columns` reads back."""
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
    """Whether the texts come back from between semicolons."""
    return not any(";" in text or text != text.strip() or text[:1] in ("", "[") for text in texts)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _above(attribute: Attribute) -> list[Attribute]:
    return [*_above(attribute.parent), attribute.parent] if attribute.parent else []


def _parent(attribute: Attribute) -> tuple[str, Document | None]:
    if not attribute.multi_valued:
        return attribute.name, None
    known = _AT_WORK.get(attribute.key, {})
    return attribute.name, {
        name: value for name, value in known.items() if name in attribute.sub_attributes
    }


def _reader(attribute: Attribute) -> Callable[[str], Any]:
    scalar = _SCALARS.get(attribute.type, str)
    if attribute.link:
        return lambda text: _listed(text, lambda item: {"value": item})
    if attribute.type == "complex":
        return _complex
    return (lambda text: _listed(text, scalar)) if attribute.multi_valued else scalar


def _listed(text: str, read: Callable[[str], Any]) -> Any:
    if text.startswith("["):
        value = _complex(text)
        if is_array(value):
            return value
    return [read(part.strip()) for part in text.split(";") if part.strip()]


def _complex(text: str) -> Any:
    """What is no JSON stays text, for the check of values to refuse."""
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
    try:
        return float(text) if any(sign in text for sign in ".eE") else int(text)
    except ValueError:
        return text


_SCALARS: dict[str, Callable[[str], Any]] = {"integer": _integer, "decimal": _decimal}
