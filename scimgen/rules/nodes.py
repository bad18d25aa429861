"""The views of a document for rules. Each view has the methods that rules need.

Member names are looked up without regard to case (RFC 7643 section 2.1: "Attribute names are case
insensitive"). A member `subattributes` is read as `subAttributes`, and only the rule `key-case`
reports its spelling.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from scimgen.documents import urns
from scimgen.documents.recognise import Shape, strings
from scimgen.model import AttributeType
from scimgen.rules.rule import Kind
from scimgen.source import Array, Document, Member, Node, Object, Scalar, pointer_step

TYPES = tuple(map(str, AttributeType))
_TYPE_BY_FOLDED = {name.lower(): name for name in TYPES}


class Spot(NamedTuple):
    """The range of text of a finding, and its JSON pointer."""

    document: Document
    start: int
    end: int
    pointer: str


class View:
    """A view of an object in a document."""

    __slots__ = ("document", "members", "node", "parent", "pointer")
    kind = Kind.OBJECT

    def __init__(
        self, document: Document, node: Object, pointer: str, parent: "View | None"
    ) -> None:
        self.document = document
        self.node = node
        self.pointer = pointer
        self.parent = parent
        self.members = {member.key.lower(): member for member in node.members}

    def member(self, name: str) -> Member | None:
        """Find a member by name, without regard to case. If there are several, the last one."""
        return self.members.get(name.lower())

    def value(self, name: str) -> Node | None:
        """The value of a member, or None.

        Null is None as well (RFC 7643 section 2.5: unassigned).
        """
        member = self.members.get(name.lower())
        if member is None:
            return None
        node = member.value
        return None if type(node) is Scalar and node.value is None else node

    def string(self, name: str) -> str:
        """The string value of a member, or ""."""
        value = self.scalar(name)
        return value if isinstance(value, str) else ""

    def scalar(self, name: str) -> str | int | float | bool | None:
        """The string, number or boolean value of a member, or None."""
        member = self.members.get(name.lower())
        node = member.value if member else None
        return node.value if type(node) is Scalar else None

    def items(self, name: str) -> list[Node]:
        """The items of a member that is an array, otherwise none."""
        node = self.value(name)
        return node.items if isinstance(node, Array) else []

    @property
    def here(self) -> Spot:
        """The range of the whole object."""
        return Spot(self.document, self.node.start, self.node.end, self.pointer)

    def at(self, name: str, *steps: int | str) -> Spot:
        """The range of a member's value, or of an item of its array.

        Without such a member, the whole object.
        """
        member = self.members.get(name.lower())
        if member is None:
            return self.here
        node, pointer = member.value, pointer_step(self.pointer, member.key)
        for step in steps:
            pointer = pointer_step(pointer, step)
            inner = node.items[step] if isinstance(node, Array) and isinstance(step, int) else None
            inner = node.get(str(step)) if isinstance(node, Object) else inner
            node = inner or node
        return Spot(self.document, node.start, node.end, pointer)

    def key(self, member: Member) -> Spot:
        """The range of a member's name."""
        return Spot(
            self.document, member.key_start, member.key_end, pointer_step(self.pointer, member.key)
        )

    def text(self, name: str) -> str:
        """The written text of a member's value, cut to the length of a message."""
        member = self.members[name.lower()]
        written = self.document.source.text[
            member.value.start : min(member.value.end, member.value.start + 61)
        ]
        return written if len(written) <= 60 else f"{written[:59]}…"


class ListResponse(View):
    """A ListResponse (RFC 7644 section 3.4.2)."""

    __slots__ = ()
    kind = Kind.LIST_RESPONSE
    own_uri = urns.LIST_RESPONSE


class Entry(View):
    """A Schema, ResourceType or ServiceProviderConfig, which a discovery endpoint returns."""

    __slots__ = ()
    shape = Shape.UNKNOWN
    own_uri = ""

    @property
    def called(self) -> str:
        """Its name in messages."""
        name = self.string("id") or self.string("name")
        return f'{self.shape} "{name}"' if name else f"this {self.shape}"


class Owner(View):
    """An object with attributes: a schema, or a complex attribute."""

    __slots__ = ("attributes",)
    attributes_key = "attributes"

    def __init__(self, document: Document, node: Object, pointer: str, parent: View | None) -> None:
        super().__init__(document, node, pointer, parent)
        self.attributes: list[Attribute] = []


class Schema(Entry, Owner):
    """A Schema (RFC 7643 section 7)."""

    __slots__ = ("id",)
    kind = Kind.SCHEMA
    shape = Shape.SCHEMA
    own_uri = urns.SCHEMA

    def __init__(self, document: Document, node: Object, pointer: str, parent: View | None) -> None:
        super().__init__(document, node, pointer, parent)
        self.id = self.string("id")

    @property
    def reference_types(self) -> frozenset[str]:
        """The strings in `referenceTypes` of its attributes and sub-attributes."""
        arrays = (attribute.items("referenceTypes") for attribute in self.walk())
        values = (item.value for array in arrays for item in array if isinstance(item, Scalar))
        return frozenset(value for value in values if isinstance(value, str))

    def walk(self) -> "Iterator[Attribute]":
        """Every attribute and sub-attribute, parents before children."""
        waiting = list(reversed(self.attributes))
        while waiting:
            attribute = waiting.pop()
            yield attribute
            waiting.extend(reversed(attribute.attributes))

    @property
    def is_extension(self) -> bool:
        """Whether its URN is that of an extension (`extension` in RFC 7643 section 10.3)."""
        return ":extension:" in self.id.lower()


class Attribute(Owner):
    """An attribute definition at any depth.

    Missing characteristics have the defaults of RFC 7643 section 2.2.
    """

    __slots__ = ("multi_valued", "mutability", "name", "owner", "returned", "schema", "type")
    kind = Kind.ATTRIBUTE
    attributes_key = "subAttributes"

    def __init__(self, document: Document, node: Object, pointer: str, parent: View | None) -> None:
        super().__init__(document, node, pointer, parent)
        assert isinstance(parent, (Schema, Attribute))
        self.owner: Schema | Attribute = parent
        self.schema: Schema = parent if isinstance(parent, Schema) else parent.schema
        self.name = self.string("name")
        written = self.string("type")
        self.type = _TYPE_BY_FOLDED.get(written.lower(), written) if written else "string"
        self.multi_valued = self.scalar("multiValued") is True
        self.mutability = self.string("mutability") or "readWrite"
        self.returned = self.string("returned") or "default"

    @property
    def is_sub_attribute(self) -> bool:
        """Whether it is part of another attribute."""
        return isinstance(self.owner, Attribute)

    @property
    def called(self) -> str:
        """Its name in messages: the path in the schema, such as `"emails.value"`."""
        name, owner = self.name or "?", self.owner
        while isinstance(owner, Attribute):
            name, owner = f"{owner.name or '?'}.{name}", owner.owner
        return f'"{name}"'

    @property
    def path(self) -> tuple[str, ...]:
        """The case-folded names of its parents and itself, without the schema."""
        above = self.owner.path if isinstance(self.owner, Attribute) else ()
        return (*above, self.name.lower())


class ResourceType(Entry):
    """A ResourceType (RFC 7643 section 6)."""

    __slots__ = ("extensions",)
    kind = Kind.RESOURCE_TYPE
    shape = Shape.RESOURCE_TYPE
    own_uri = urns.RESOURCE_TYPE

    def __init__(self, document: Document, node: Object, pointer: str, parent: View | None) -> None:
        super().__init__(document, node, pointer, parent)
        self.extensions: list[SchemaExtension] = []


class SchemaExtension(View):
    """An item of `schemaExtensions` (RFC 7643 section 6)."""

    __slots__ = ()
    kind = Kind.SCHEMA_EXTENSION


class ServiceProviderConfig(Entry):
    """A ServiceProviderConfig (RFC 7643 section 5)."""

    __slots__ = ()
    kind = Kind.SERVICE_PROVIDER_CONFIG
    shape = Shape.SERVICE_PROVIDER_CONFIG
    own_uri = urns.SERVICE_PROVIDER_CONFIG


class Feature(View):
    """A feature in a ServiceProviderConfig: `patch`, `bulk`, `filter` and so on."""

    __slots__ = ("feature",)
    kind = Kind.FEATURE

    def __init__(self, document: Document, node: Object, pointer: str, parent: View | None) -> None:
        super().__init__(document, node, pointer, parent)
        self.feature = pointer.rpartition("/")[2]


class AuthenticationScheme(View):
    """An item of `authenticationSchemes` (RFC 7643 section 5)."""

    __slots__ = ()
    kind = Kind.AUTHENTICATION_SCHEME


class Meta(View):
    """The `meta` of a discovery document (RFC 7643 section 3.1)."""

    __slots__ = ()
    kind = Kind.META


class Resource(View):
    """A resource: a User, a Group, a role or an entitlement."""

    __slots__ = ()
    kind = Kind.RESOURCE

    @property
    def uris(self) -> frozenset[str]:
        """The case-folded URIs of its `schemas`."""
        return frozenset(uri.lower() for uri in strings(self.value("schemas")))


class Whole:
    """A node that is not an object: a text, an array of documents, or an unrecognised document."""

    __slots__ = ("document", "node", "pointer", "shape")

    def __init__(self, document: Document, node: Node | None, pointer: str, shape: Shape) -> None:
        self.document = document
        self.node = node
        self.pointer = pointer
        self.shape = shape

    @property
    def here(self) -> Spot:
        """Its range. For an empty text, the first character."""
        start, end = (self.node.start, self.node.end) if self.node else (0, 1)
        return Spot(self.document, start, end, self.pointer)


class ServiceProvider:
    """The contents of all files of a run.

    They are checked as one service provider, for a set of client profiles.
    """

    def __init__(self, clients: frozenset[str] = frozenset()) -> None:
        self.clients = clients
        self.schemas: list[Schema] = []
        self.resource_types: list[ResourceType] = []
        self.configs: list[ServiceProviderConfig] = []
        self.resources: list[Resource] = []

    def add(self, view: View) -> None:
        """Add a schema, resource type, configuration or resource."""
        if isinstance(view, Schema):
            self.schemas.append(view)
        elif isinstance(view, ResourceType):
            self.resource_types.append(view)
        elif isinstance(view, ServiceProviderConfig):
            self.configs.append(view)
        elif isinstance(view, Resource):
            self.resources.append(view)

    def referring(self, suspect: Callable[[str], bool]) -> Iterator[tuple[Attribute, int, str]]:
        """The items of `referenceTypes` of every schema that are suspect: the attribute, the index
        and the value.

        Schemas without such an item are not read again.
        """
        for schema in self.schemas:
            if not any(map(suspect, schema.reference_types)):
                continue
            for attribute in schema.walk():
                for index, item in enumerate(attribute.items("referenceTypes")):
                    value = item.value if isinstance(item, Scalar) else None
                    if isinstance(value, str) and suspect(value):
                        yield attribute, index, value
