"""The description under construction, and the extensions of its types.

The first extension of a type becomes its `attributes`. All others are written under `extensions`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from scimgen.description import conventions
from scimgen.documents import known_schema
from scimgen.importing.attributes import AttributeWriter
from scimgen.importing.guess import guess_version, last_word
from scimgen.importing.read import Read
from scimgen.model import Attribute, Schema
from scimgen.source import pointer_step

Json = dict[str, Any]


@dataclass(slots=True)
class Page:
    """A description under construction.

    Args:
        content: The keys and values.
        comments: The comment lines above the value at a JSON pointer. "" is the start of the
            description.
        places: The JSON pointers of resource types by name, and of schemas by case-folded URN.
    """

    content: Json = field(default_factory=dict)
    comments: dict[str, list[str]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    def add_comment(self, pointer: str, line: str) -> None:
        """Add a comment, unless it already exists."""
        lines = self.comments.setdefault(pointer, [])
        if line not in lines:
            lines.append(line)


class Urns(NamedTuple):
    """The parts of the URNs and descriptions that the conventions imply."""

    app: str
    vendor: str
    version: str
    title: str
    dialect: str


class ExtensionWriter:
    """Writes the extensions of all resource types, one type after the other."""

    def __init__(self, read: Read, page: Page, attributes: AttributeWriter, urns: Urns) -> None:
        self.read = read
        self.page = page
        self.attributes = attributes
        self.urns = urns
        self.written: set[str] = set()

    def define(self, page: Json, pointer: str, schema: Schema) -> None:
        """Write the attributes of a schema, and store its pointer."""
        self.page.places[schema.id.lower()] = pointer
        self.written.add(schema.id.lower())
        attributes = self.attributes.write(schema.attributes, pointer)
        if attributes:
            page["attributes"] = attributes

    def extend(
        self,
        page: Json,
        pointer: str,
        name: str,
        extensions: Iterable[tuple[str, bool]],
        description: str,
        own: bool = True,
    ) -> None:
        """Write the extensions of a type.

        The first suitable one becomes `attributes`, the others `extensions`.
        """
        waiting = list(extensions)
        first = (
            next((e for e in self._in_order(waiting, name) if self._defines(e[0])), None)
            if own
            else None
        )
        if first:
            waiting.remove(first)
            schema = self.read.schemas[first[0].lower()]
            self.urn(page, schema.id, conventions.extension_urn, name)
            more = self._more(schema, name, description, first[1])
            if more:
                page["extension"] = more
            self.define(page, pointer, schema)
        for urn, required in waiting:
            entries = page.setdefault("extensions", {})
            found = self.read.schema(urn)
            key = _free((found.name if found else "") or last_word(urn), entries)
            entries[key] = self._entry(
                urn, required, found, key, pointer_step(f"{pointer}/extensions", key)
            )

    def _in_order(self, extensions: list[tuple[str, bool]], name: str) -> list[tuple[str, bool]]:
        """Sort the extensions: those with the name of the type come first."""
        return sorted(
            extensions, key=lambda extension: last_word(extension[0]) != conventions.pascal(name)
        )

    def _defines(self, urn: str) -> bool:
        """Whether a schema has attributes, is not a known one, and is not written yet."""
        schema = self.read.schema(urn)
        return (
            bool(schema and schema.attributes)
            and known_schema(urn) is None
            and urn.lower() not in self.written
        )

    def _entry(
        self, urn: str, required: bool, schema: Schema | None, key: str, pointer: str
    ) -> Json | None:
        """Write an extension under `extensions`."""
        entry: Json = {}
        self.urn(entry, urn, conventions.extension_urn, key)
        if schema is None or known_schema(urn) is not None or urn.lower() in self.written:
            known = known_schema(urn) or schema
            if known is None:
                self.page.add_comment(
                    pointer,
                    f"{urn} was not among the schemas that were read: its attributes are unknown",
                )
            usual = any(attribute.required for attribute in known.attributes) if known else False
            return entry | ({"required": required} if required != usual else {})
        entry |= self._more(schema, key, "", required)
        self.define(entry, pointer, schema)
        return entry

    def _more(self, schema: Schema, name: str, description: str, required: bool) -> Json:
        """The keys of an extension that differ from the convention."""
        more: Json = {}
        if schema.name != name:
            more["name"] = schema.name
        if schema.description != (description or f"{name} attributes of {self.urns.title}"):
            more["description"] = schema.description
        usual = self.urns.dialect == "okta" and _is_required(schema.attributes)
        if required != usual:
            more["required"] = required
        return more

    def urn(self, page: Json, urn: str, convention: Any, name: str) -> None:
        """Write the URN of a schema.

        A conventional URN is omitted. If only the version differs, the version is written.
        """
        if urn == convention(self.urns.vendor, self.urns.app, self.urns.version, name):
            return
        version = guess_version([urn], self.urns.app, self.urns.vendor)
        if urn == convention(self.urns.vendor, self.urns.app, version, name):
            page["version"] = version
        else:
            page["schema"] = urn


def _is_required(attributes: Iterable[Attribute]) -> bool:
    return any(attribute.required for attribute in attributes)


def _free(name: str, taken: Json) -> str:
    """A valid key for a name that is not in use yet."""
    name = (
        "".join(char for char in name if char.isprintable() and char not in '/"\\').strip()[:60]
        or "Extension"
    )
    number, key = 2, name
    while key in taken or key == "<<":
        key, number = f"{name} {number}", number + 1
    return key
