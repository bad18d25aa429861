"""Read discovery documents leniently into a model. An invalid part does not stop the others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from scimgen.documents.recognise import Shape, recognise
from scimgen.importing.read_attribute import Notes, read_attributes, text_of
from scimgen.model import Schema
from scimgen.source import Array, Document, Node, Object, plain

Json = dict[str, Any]

_SCHEMA = ("schemas", "id", "externalId", "meta", "name", "description", "attributes")
_RESOURCE_TYPE = (
    "schemas",
    "id",
    "externalId",
    "meta",
    "name",
    "endpoint",
    "description",
    "schema",
    "schemaExtensions",
)


@dataclass(frozen=True, slots=True)
class ReadType:
    """A ResourceType document. A missing member is "".

    Args:
        extensions: The URN of each extension, and whether it is required.
    """

    name: str
    id: str
    endpoint: str
    schema: str
    description: str
    extensions: tuple[tuple[str, bool], ...] = ()


@dataclass(slots=True)
class Read:
    """What was read. If a name or URN occurs twice, the first one is kept.

    Args:
        schemas: The schemas by case-folded URN. URNs are compared without regard to case (RFC 7644
            section 3.10).
        notes: What is already left out, and why.
        is_listed: Whether a /ResourceTypes document was read.
    """

    schemas: dict[str, Schema] = field(default_factory=dict)
    types: list[ReadType] = field(default_factory=list)
    config: Json | None = None
    notes: Notes = field(default_factory=Notes)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to describe."""
        return not (self.schemas or self.types or self.config)

    def schema(self, urn: str) -> Schema | None:
        """The schema with a URN, compared without regard to case."""
        return self.schemas.get(urn.lower())

    def users_of(self, urn: str) -> list[str]:
        """The names of the resource types with a schema."""
        folded = urn.lower()
        users = []
        for type_ in self.types:
            extensions = {extension.lower() for extension, _ in type_.extensions}
            if folded in {type_.schema.lower(), *extensions}:
                users.append(type_.name)
        return users


def read_documents(documents: Iterable[Document]) -> Read:
    """Read the schemas, resource types and ServiceProviderConfig of documents.

    The documents have no syntax errors.
    """
    read = Read()
    for document in documents:
        for node in _resources(document.root, document.source.name, read.notes):
            _take(read, node, document.source.name)
    return read


def _resources(root: Node | None, name: str, notes: Notes) -> Iterator[Object]:
    """The documents in a file: the root, or the items of an array or ListResponse."""
    if root is None:
        return
    shape = recognise(root)
    if shape is Shape.LIST_RESPONSE and isinstance(root, Object):
        members = {member.key.lower(): member.value for member in root.members}
        listed = members.get("resources")
        items = listed.items if isinstance(listed, Array) else []
        total = plain(members["totalresults"]) if "totalresults" in members else len(items)
        # Discovery has no paging (RFC 7644 section 4), so missing resources cannot be requested.
        if isinstance(total, int) and total > len(items):
            notes.add(f"{name}: only {len(items)} of {total} resources were returned")
    elif isinstance(root, Array):
        items = root.items
    else:
        items = [root]
    for item in items:
        if isinstance(item, Object):
            yield item


def _take(read: Read, node: Object, file: str) -> None:
    shape = recognise(node)
    document = _members(plain(node))
    if shape is Shape.SCHEMA:
        _take_schema(read, document, file)
    elif shape is Shape.RESOURCE_TYPE:
        _take_type(read, document, file)
    elif shape is Shape.SERVICE_PROVIDER_CONFIG and read.config is None:
        read.config = document
    elif shape not in (Shape.SERVICE_PROVIDER_CONFIG, Shape.RESOURCE):
        read.notes.add(
            f"{file}: a {shape} document is left out: it is not a schema or resource type"
        )


def _members(value: Any) -> Json:
    """An object with the RFC's spelling of its members.

    Names are case insensitive (RFC 7643 section 2.1).
    """
    spelled = {name.lower(): name for name in (*_SCHEMA, *_RESOURCE_TYPE)}
    return (
        {(spelled.get(key.lower()) or key): part for key, part in value.items()}
        if isinstance(value, dict)
        else {}
    )


def _take_schema(read: Read, document: Json, file: str) -> None:
    urn = text_of(document.get("id"))
    if not urn:
        read.notes.add(f"{file}: a schema without an id is left out (RFC 7643 section 7)")
        return
    read.notes.unknown(urn, document, _SCHEMA)
    read.notes.untyped(urn, document, ("name", "description"))
    schema = Schema(
        id=urn,
        name=text_of(document.get("name")),
        description=text_of(document.get("description")),
        attributes=read_attributes(document.get("attributes"), urn, read.notes),
    )
    first = read.schemas.setdefault(urn.lower(), schema)
    if first != schema:
        read.notes.add(f"{file}: {urn} occurs twice with different content: the first is kept")


def _take_type(read: Read, document: Json, file: str) -> None:
    id_ = text_of(document.get("id"))
    name = text_of(document.get("name")) or id_
    schema = text_of(document.get("schema"))
    if not name or not schema:
        missing = "schema" if name else "name"
        read.notes.add(
            f"{file}: the resource type {name} without a {missing} is left out (RFC 7643 section 6)"
        )
        return
    read.notes.unknown(name, document, _RESOURCE_TYPE)
    read.notes.untyped(name, document, ("id", "name", "endpoint", "description"))
    type_ = ReadType(
        name=name,
        id=id_,
        endpoint=text_of(document.get("endpoint")),
        schema=schema,
        description=text_of(document.get("description")),
        extensions=tuple(_extensions(document.get("schemaExtensions"), name, read.notes)),
    )
    first = next((other for other in read.types if other.name == name), type_)
    if first is type_:
        read.types.append(type_)
    elif first != type_:
        read.notes.add(
            f"{file}: the resource type {name} occurs twice with different content: the first is"
            " kept"
        )


def _extensions(listed: Any, name: str, notes: Notes) -> Iterator[tuple[str, bool]]:
    """The URN of each extension and whether it is required.

    An extension that is only a URN is read as well.
    """
    seen = set()
    for entry in listed if isinstance(listed, list) else [listed]:
        urn = text_of(entry.get("schema") if isinstance(entry, dict) else entry)
        if urn and urn.lower() not in seen:
            seen.add(urn.lower())
            if not isinstance(entry, dict) or not isinstance(entry.get("required"), bool):
                notes.add(
                    f"{name}: the extension {urn} has no required: false is used (RFC 7643"
                    " section 6)"
                )
            yield urn, isinstance(entry, dict) and entry.get("required") is True
