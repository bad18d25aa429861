"""Convert discovery documents to a model with places.

Only documents that cannot be converted are refused.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from scimgen.comparison.common import Loaded, kind_of_schema
from scimgen.comparison.definitions import (
    LeftOut,
    member_value,
    objects,
    read_schema,
    sound_members,
)
from scimgen.documents import known_schema
from scimgen.documents.recognise import Shape, recognise
from scimgen.model import (
    App,
    ResourceType,
    Schema,
    SchemaExtension,
    ServiceProviderConfig,
)
from scimgen.place import Place
from scimgen.source import Array, Document, Node, Object, Scalar, Unreadable

_FEATURES = {
    "patch": ("patch", "supported"),
    "bulk": ("bulk", "supported"),
    "bulk_max_operations": ("bulk", "maxOperations"),
    "bulk_max_payload_size": ("bulk", "maxPayloadSize"),
    "filter": ("filter", "supported"),
    "filter_max_results": ("filter", "maxResults"),
    "change_password": ("changepassword", "supported"),
    "sort": ("sort", "supported"),
    "etag": ("etag", "supported"),
    "cursor": ("pagination", "cursor"),
}
"""The fields of the model, with the feature and the member in a ServiceProviderConfig (RFC 7643
section 5; `pagination` by RFC 9865 section 4).
"""


def load_documents(
    name: str, documents: Iterable[Document], tolerate: Callable[[str], None] | None = None
) -> Loaded:
    """Load one side of a comparison from the documents of one service provider.

    Args:
        name: The name that the user gave.
        documents: /Schemas, /ResourceTypes and /ServiceProviderConfig, or some of them, in any
            shape.
        tolerate: Called with a message about each member that has the wrong type. The member counts
            as absent. If it is None, such a document is refused.

    Raises:
        Unreadable: There is no such document, or one that cannot be converted. The message contains
            the place.
    """
    reader = _Reader(tolerate)
    for document in documents:
        reader.document(document)
    return reader.loaded(name)


class _Reader:
    def __init__(self, tolerate: Callable[[str], None] | None) -> None:
        self.tolerate = tolerate
        self.schemas: dict[str, Schema] = {}
        self.types: list[tuple[Document, Object]] = []
        self.provider: tuple[Document, Object] | None = None
        self.left_out: LeftOut = {}

    def fault(self, document: Document, node: Node, message: str) -> None:
        """Report what is wrong with a node, or refuse the document."""
        where = f"{document.place(node)}: {message}"
        if self.tolerate is None:
            raise Unreadable(f"{where}; scimgen validate reports all faults")
        self.tolerate(f"{where}; it is left out of the comparison")

    def document(self, document: Document) -> None:
        """Read the parts of a document."""
        for fault in document.faults:
            raise Unreadable(f"{document.source.place(fault.start, fault.end)}: {fault.message}")
        if document.root is not None:
            self.node(document, document.root)

    def node(self, document: Document, node: Node) -> None:
        """Read a document, an item of a list, or the items of a ListResponse.

        Other resources are skipped.
        """
        shape = recognise(node)
        if isinstance(node, Array):
            for item in node.items:
                self.node(document, item)
        elif not isinstance(node, Object):
            return
        elif shape is Shape.LIST_RESPONSE:
            for member in node.members:
                if member.key.lower() == "resources" and isinstance(member.value, Array):
                    self.node(document, member.value)
        elif shape is Shape.SCHEMA:
            schema = read_schema(document, node, self.fault, self.left_out)
            if schema is not None:
                self.schemas.setdefault(schema.id.lower(), schema)
        elif shape is Shape.RESOURCE_TYPE:
            self.types.append((document, node))
        elif shape is Shape.SERVICE_PROVIDER_CONFIG:
            self.provider = self.provider or (document, node)

    def loaded(self, name: str) -> Loaded:
        """The model of everything that was read."""
        types = {type_.name: type_ for type_ in self._types()}
        has_types = bool(types)
        if not types:
            types = {schema.id: self._type_of(schema) for schema in self.schemas.values()}
        if not types and self.provider is None:
            raise Unreadable(
                f"{name}: found no schemas, no resource types and no ServiceProviderConfig"
            )
        config, authentication = self._provider()
        app = App(
            name=name,
            vendor="",
            resource_types=tuple(types.values()),
            service_provider_config=config,
            authentication=authentication,
        )
        return Loaded(
            name,
            app,
            described=False,
            has_types=has_types,
            has_provider=self.provider is not None,
            listed=tuple(self.schemas.values()),
            left_out=self.left_out,
        )

    def _types(self) -> Iterator[ResourceType]:
        for document, node in self.types:
            type_ = self._type(document, node)
            if type_ is not None:
                yield type_

    def _type_of(self, schema: Schema) -> ResourceType:
        """A resource type for a schema, for documents without resource types."""
        return ResourceType(name=schema.id, endpoint="", schema=schema, place=schema.place)

    def _type(self, document: Document, node: Object) -> ResourceType | None:
        members, wrong = sound_members(document, node, self.fault)
        name, urn = members.get("name") or members.get("id"), members.get("schema")
        if not name or not urn:
            self.fault(
                document, node, "a resource type needs a name and a schema (RFC 7643 section 6)"
            )
            return None
        place = document.place(node.member("name") or node)
        self.left_out["type", name] = wrong
        return ResourceType(
            name=name,
            endpoint=members.get("endpoint", ""),
            schema=self._named(urn, place),
            description=members.get("description", "") or name,
            extensions=self._extensions(document, node, name, place),
            kind=kind_of_schema(urn),
            place=place,
        )

    def _extensions(
        self, document: Document, node: Object, name: str, place: Place
    ) -> tuple[SchemaExtension, ...]:
        items = objects(document, node, "schemaExtensions", self.fault)
        if items is None:
            self.left_out["type", name].add("extensions")
            return ()
        extensions: dict[str, SchemaExtension] = {}
        for item in items:
            members, wrong = sound_members(document, item, self.fault)
            if "schema" not in members:
                continue
            urn = members["schema"].lower()
            schema = self._named(members["schema"], place)
            self.left_out["extension", name, urn] = wrong
            extensions[urn] = SchemaExtension(
                schema=schema, required=members.get("required", False)
            )
        return tuple(extensions.values())

    def _named(self, urn: str, place: Place) -> Schema:
        """Find a schema by URN.

        In the documents, among the known schemas, or a schema without attributes.
        """
        found = self.schemas.get(urn.lower()) or known_schema(urn)
        return found or Schema(id=urn, name=urn.rpartition(":")[2], place=place)

    def _provider(self) -> tuple[ServiceProviderConfig, tuple[str, ...]]:
        """The features and the authentication schemes of a ServiceProviderConfig."""
        if self.provider is None:
            return ServiceProviderConfig(), ()
        document, node = self.provider
        features = {
            member.key.lower(): sound_members(document, member.value, self.fault)
            for member in node.members
            if isinstance(member.value, Object)
        }
        absent: tuple[dict[str, Any], set[str]] = ({}, set())
        found: dict[str, Any] = {}
        unstated: set[str] = set()
        for field, (feature, name) in _FEATURES.items():
            members, wrong = features.get(feature, absent)
            is_limit = name.startswith("max")
            found[field] = members.get(name, 0 if is_limit else False)
            if name in wrong or (is_limit and name not in members):
                unstated.add(field)
        self.left_out["provider",] = unstated
        uri = member_value(node, "documentationUri")
        text = str(uri.value) if isinstance(uri, Scalar) and uri.value else ""
        return ServiceProviderConfig(**found, documentation_uri=text), self._authentication()

    def _authentication(self) -> tuple[str, ...]:
        """The types of the authentication schemes in lower case.

        RFC 7643 section 8.7.2 has caseExact false for `type`. Section 5 names some types, and
        others are valid.
        """
        assert self.provider
        document, node = self.provider
        schemes = objects(document, node, "authenticationSchemes", self.fault)
        if schemes is None:
            self.left_out["app",] = {"authentication"}
            return ()
        found: dict[str, None] = {}
        for scheme in schemes:
            type_ = member_value(scheme, "type")
            if isinstance(type_, Scalar) and isinstance(type_.value, str):
                found[type_.value.lower()] = None
            else:
                message = "an authentication scheme needs a type (RFC 7643 section 5)"
                self.fault(document, scheme, message)
        return tuple(found)
