"""The content of a page for the templates.

Every text is on one line and short, and the templates compute nothing.
"""

from dataclasses import dataclass

from scimgen.emit.docs.prose import Prose
from scimgen.emit.docs.release import Release
from scimgen.emit.docs.setup import Setup


@dataclass(frozen=True, slots=True)
class Cell:
    """The value of a characteristic in a table: its text, and whether it is the default."""

    text: str
    usual: bool


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """An attribute in a table. The name of a sub-attribute is its full path."""

    name: str
    type: str
    cells: tuple[Cell, ...]
    values: tuple[str, ...]
    closed: bool
    description: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """The attributes of one schema.

    Args:
        own: Whether the schema belongs to the app. These tables come first.
        columns: The names of the characteristics in the cells of each row.
    """

    urn: str
    title: str
    description: str
    required: bool
    own: bool
    columns: tuple[str, ...]
    rows: tuple[AttributeRow, ...]


@dataclass(frozen=True, slots=True)
class ShownValue:
    """One value: its name, id and description, and its attributes as text."""

    name: str
    id: str
    description: str
    attributes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """An example as text: the request line, the bodies as JSON."""

    title: str
    method: str
    url: str
    body: str
    status: int
    response: str


@dataclass(frozen=True, slots=True)
class Type:
    """A resource type."""

    name: str
    anchor: str
    endpoint: str
    kind: str
    description: str
    number: int
    limit: str
    owner: Prose
    values: tuple[ShownValue, ...]
    more_values: int
    tables: tuple[Table, ...]
    examples: tuple[Shown, ...]
    references: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The resource types of one kind, under one heading."""

    id: str
    title: str
    types: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """The whole page."""

    title: str
    description: str
    source: str
    base_url: str
    placeholder: bool
    facts: tuple[tuple[str, Prose], ...]
    groups: tuple[Group, ...]
    setups: tuple[Setup, ...]
    release: Release | None
