"""What rules are handed: the nodes of a document, each with the questions that rules ask of it.

Member names are looked up in any case (RFC 7643 section 2.1: "Attribute names are case insensitive"): a member that is
written `subattributes` is read as what its author meant, and `key-case` says so once.
"""

from collections.abc import Iterator
from typing import NamedTuple

from scimgen.documents import urns
from scimgen.documents.recognise import Shape, strings
from scimgen.rules.rule import Kind
from scimgen.source import Array, Document, Member, Node, Object, Scalar, pointer_step

TYPES = ("string", "boolean", "decimal", "integer", "dateTime", "binary", "reference", "complex")
_TYPE_BY_FOLDED = {name.lower(): name for name in TYPES}


class Spot(NamedTuple):
    """A range of a text that a finding is about, and its JSON pointer."""

    document: Document
    start: int
    end: int
    pointer: str


class View:
    """An object of a document, as rules see it."""

    __slots__ = ("document", "members", "node", "parent", "pointer")
    kind = Kind.OBJECT

    def __init__(self, document: Document, node: Object, pointer: str, parent: "View | None") -> None:
        self.document = document
        self.node = node
        self.pointer = pointer
        self.parent = parent
        self.members = {member.key.lower(): member for member in node.members}

    def member(self, name: str) -> Member | None:
        """The member of that name, in any case; of several the last."""
        return self.members.get(name.lower())

    def value(self, name: str) -> Node | None:
        """The value of that member, or None; a null is None too (RFC 7643 section 2.5: unassigned)."""
        member = self.members.get(name.lower())
        if member is None or (isinstance(member.value, Scalar) and member.value.value is None):
            return None
        return member.value

    def string(self, name: str) -> str:
        """The member's string, or "" where it has none."""
        node = self.value(name)
        return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else ""

    def scalar(self, name: str) -> str | int | float | bool | None:
        """The member's string, number or boolean, or None."""
        node = self.value(name)
        return node.value if isinstance(node, Scalar) else None

    def items(self, name: str) -> list[Node]:
        """The items of the member's array; none where it is no array."""
        node = self.value(name)
        return node.items if isinstance(node, Array) else []

    @property
    def here(self) -> Spot:
        """The whole object."""
        return Spot(self.document, self.node.start, self.node.end, self.pointer)

    def at(self, name: str, *steps: int | str) -> Spot:
        """The member's value, or an item of its array; the whole object where there is no such member."""
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
        """The name of a member."""
        return Spot(self.document, member.key_start, member.key_end, pointer_step(self.pointer, member.key))

    def text(self, name: str) -> str:
        """The member's value as it is written, cut to what fits a message."""
        member = self.members[name.lower()]
        written = self.document.source.text[member.value.start : min(member.value.end, member.value.start + 61)]
        return written if len(written) <= 60 else f"{written[:59]}…"


class ListResponse(View):
    """A ListResponse (RFC 7644 section 3.4.2)."""

    __slots__ = ()
    kind = Kind.LIST_RESPONSE


class Entry(View):
    """A Schema, ResourceType or ServiceProviderConfig: what stands at a discovery endpoint."""

    __slots__ = ()
    shape = Shape.UNKNOWN
    own_uri = ""

    @property
    def called(self) -> str:
        """What messages call it."""
        name = self.string("id") or self.string("name")
        return f'{self.shape} "{name}"' if name else f"this {self.shape}"


class Owner(View):
    """Something that has attributes: a schema, or a complex attribute."""

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
    def is_extension(self) -> bool:
        """Whether its URN says that it extends another schema (RFC 7643 section 10.3's `extension`)."""
        return ":extension:" in self.id.lower()


class Attribute(Owner):
    """An attribute definition, at any depth; what is left out has the defaults of RFC 7643 section 2.2."""

    __slots__ = ("multi_valued", "mutability", "name", "owner", "returned", "schema", "type")
    kind = Kind.ATTRIBUTE
    attributes_key = "subAttributes"

    def __init__(self, document: Document, node: Object, pointer: str, parent: View | None) -> None:
        super().__init__(document, node, pointer, parent)
        assert isinstance(parent, Schema | Attribute)
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
        """Whether it stands in another attribute."""
        return isinstance(self.owner, Attribute)

    @property
    def called(self) -> str:
        """What messages call it: its path below the schema, such as `"emails.value"`."""
        name, owner = self.name or "?", self.owner
        while isinstance(owner, Attribute):
            name, owner = f"{owner.name or '?'}.{name}", owner.owner
        return f'"{name}"'

    @property
    def path(self) -> tuple[str, ...]:
        """The names from the schema down to it, folded."""
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
    """One of a ServiceProviderConfig's features: `patch`, `bulk`, `filter` and so on."""

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
    """A resource as a client reads it: a User, a Group, a role or an entitlement."""

    __slots__ = ()
    kind = Kind.RESOURCE

    @property
    def uris(self) -> frozenset[str]:
        """What its `schemas` names, folded."""
        return frozenset(uri.lower() for uri in strings(self.value("schemas")))


class Whole:
    """A node that is no object: a text, an array of documents, or what could not be recognised."""

    __slots__ = ("document", "node", "pointer", "shape")

    def __init__(self, document: Document, node: Node | None, pointer: str, shape: Shape) -> None:
        self.document = document
        self.node = node
        self.pointer = pointer
        self.shape = shape

    @property
    def here(self) -> Spot:
        """Its range; of an empty text its first character."""
        start, end = (self.node.start, self.node.end) if self.node else (0, 1)
        return Spot(self.document, start, end, self.pointer)


class ServiceProvider:
    """What was found in files that were given together: they are read as one service provider."""

    def __init__(self) -> None:
        self.schemas: list[Schema] = []
        self.resource_types: list[ResourceType] = []
        self.configs: list[ServiceProviderConfig] = []
        self.resources: list[Resource] = []

    def add(self, view: View) -> None:
        """Remember a schema, resource type, configuration or resource."""
        if isinstance(view, Schema):
            self.schemas.append(view)
        elif isinstance(view, ResourceType):
            self.resource_types.append(view)
        elif isinstance(view, ServiceProviderConfig):
            self.configs.append(view)
        elif isinstance(view, Resource):
            self.resources.append(view)

    def attributes(self) -> Iterator[Attribute]:
        """Every attribute of every schema."""
        for schema in self.schemas:
            waiting = list(reversed(schema.attributes))
            while waiting:
                attribute = waiting.pop()
                yield attribute
                waiting.extend(reversed(attribute.attributes))
