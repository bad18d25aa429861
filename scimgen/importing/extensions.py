"""A page as it grows, and the extensions of its types: the first as `attributes`, all others under `extensions`."""

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
    """A page and what is said in its comments.

    Args:
        content: the page's keys and values.
        comments: what stands above the value at a JSON pointer, "" for the page's head.
        places: where a resource type, by its name, and a schema, by its URN, folded, stand.
    """

    content: Json = field(default_factory=dict)
    comments: dict[str, list[str]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    def say(self, pointer: str, line: str) -> None:
        """Add a comment, once."""
        lines = self.comments.setdefault(pointer, [])
        if line not in lines:
            lines.append(line)


class Urns(NamedTuple):
    """What the conventional URNs and descriptions are made of."""

    app: str
    vendor: str
    version: str
    title: str
    dialect: str


class ExtensionWriter:
    """Writes the extensions of one resource type after the other."""

    def __init__(self, read: Read, page: Page, attributes: AttributeWriter, urns: Urns) -> None:
        self.read = read
        self.page = page
        self.attributes = attributes
        self.urns = urns
        self.written: set[str] = set()

    def define(self, page: Json, pointer: str, schema: Schema) -> None:
        """Write a schema's attributes, and remember where it stands."""
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
        """The extensions: the first that can be is the type's `attributes`, all others stand under `extensions`."""
        waiting = list(extensions)
        first = next((e for e in self._in_order(waiting, name) if self._defines(e[0])), None) if own else None
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
            entries[key] = self._entry(urn, required, found, key, pointer_step(f"{pointer}/extensions", key))

    def _in_order(self, extensions: list[tuple[str, bool]], name: str) -> list[tuple[str, bool]]:
        """Those that bear the type's own name first."""
        return sorted(extensions, key=lambda extension: last_word(extension[0]) != conventions.pascal(name))

    def _defines(self, urn: str) -> bool:
        """Whether a schema was read with attributes, is not known anyway, and does not stand on the page yet."""
        schema = self.read.schema(urn)
        return bool(schema and schema.attributes) and known_schema(urn) is None and urn.lower() not in self.written

    def _entry(self, urn: str, required: bool, schema: Schema | None, key: str, pointer: str) -> Json | None:
        """An extension under `extensions`."""
        entry: Json = {}
        self.urn(entry, urn, conventions.extension_urn, key)
        if schema is None or known_schema(urn) is not None or urn.lower() in self.written:
            known = known_schema(urn) or schema
            if known is None:
                self.page.say(pointer, f"{urn} was not among the schemas that were read: its attributes are unknown")
            usual = any(attribute.required for attribute in known.attributes) if known else False
            return entry | ({"required": required} if required != usual else {})
        entry |= self._more(schema, key, "", required)
        self.define(entry, pointer, schema)
        return entry

    def _more(self, schema: Schema, name: str, description: str, required: bool) -> Json:
        """What an extension's schema says that the convention does not."""
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
        """The URN, as a version where nothing else is unusual, or not at all."""
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
    """A key that is not taken yet, fit to be one."""
    name = "".join(char for char in name if char.isprintable() and char not in '/"\\').strip()[:60] or "Extension"
    number, key = 2, name
    while key in taken or key == "<<":
        key, number = f"{name} {number}", number + 1
    return key
