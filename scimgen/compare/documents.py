"""Convert discovery documents to a model with places. Only documents that cannot be converted are refused."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from scimgen.compare.common import Loaded, kind_of_schema
from scimgen.documents import known_schema, schema_from_json
from scimgen.documents.recognise import Shape, recognise
from scimgen.model import (
    App,
    Attribute,
    AttributeType,
    Authentication,
    Mutability,
    ResourceType,
    Returned,
    Schema,
    SchemaExtension,
    ServiceProviderConfig,
    Uniqueness,
)
from scimgen.place import Place
from scimgen.source import Array, Document, Node, Object, Scalar, Unreadable, plain

_ENUMS = {"type": AttributeType, "mutability": Mutability, "returned": Returned, "uniqueness": Uniqueness}
_TEXTS = ("name", "type", "description", "mutability", "returned", "uniqueness", "endpoint", "schema")
_BOOLEANS = ("multiValued", "required", "caseExact", "supported")
_NUMBERS = ("maxOperations", "maxPayloadSize", "maxResults")
_LISTS = ("canonicalValues", "referenceTypes")
_OBJECTS = ("attributes", "subAttributes", "schemaExtensions")


def load_documents(name: str, documents: Iterable[Document]) -> Loaded:
    """Load one side of a comparison from the documents of one service provider.

    Args:
        name: The name that the user gave.
        documents: /Schemas, /ResourceTypes and /ServiceProviderConfig, or some of them, in any shape.

    Raises:
        Unreadable: There is no such document, or one that cannot be converted. The message contains the place.
    """
    reader = _Reader()
    for document in documents:
        reader.document(document)
    return reader.loaded(name)


class _Reader:
    def __init__(self) -> None:
        self.schemas: dict[str, Schema] = {}
        self.types: list[tuple[Document, Object]] = []
        self.provider: tuple[Document, Object] | None = None

    def document(self, document: Document) -> None:
        """Read the parts of a document."""
        for fault in document.faults:
            raise Unreadable(f"{document.source.place(fault.start, fault.end)}: {fault.message}")
        if document.root is not None:
            self.node(document, document.root)

    def node(self, document: Document, node: Node) -> None:
        """Read a document, an item of a list, or the items of a ListResponse. Other resources are skipped."""
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
            schema = _schema(document, node)
            self.schemas.setdefault(schema.id.lower(), schema)
        elif shape is Shape.RESOURCE_TYPE:
            self.types.append((document, node))
        elif shape is Shape.SERVICE_PROVIDER_CONFIG:
            self.provider = self.provider or (document, node)

    def loaded(self, name: str) -> Loaded:
        """The model of everything that was read."""
        if not self.schemas and not self.types:
            raise Unreadable(f"{name}: found neither schemas nor resource types")
        config, authentication = _provider(self.provider)
        types = {type_.name: type_ for type_ in self._types()}
        app = App(
            name=name,
            vendor="",
            resource_types=tuple(types.values()),
            service_provider_config=config,
            authentication=authentication,
        )
        return Loaded(name, app, False, bool(self.types), self.provider is not None)

    def _types(self) -> Iterator[ResourceType]:
        for document, node in self.types:
            yield self._type(document, node)
        if not self.types:
            for schema in self.schemas.values():
                yield ResourceType(name=schema.id, endpoint="", schema=schema, place=schema.place)

    def _type(self, document: Document, node: Object) -> ResourceType:
        page = _sound(document, node)
        name, urn = page.get("name") or page.get("id"), page.get("schema")
        if not isinstance(name, str) or not isinstance(urn, str):
            raise _unsound(document, node, "a resource type needs a name and a schema (RFC 7643 section 6)")
        place = document.place(node.member("name") or node)
        items = [item for item in page.get("schemaExtensions") or () if isinstance(item.get("schema"), str)]
        extensions = {
            item["schema"].lower(): SchemaExtension(
                schema=self._named(item["schema"], place), required=bool(item.get("required"))
            )
            for item in items
        }
        return ResourceType(
            name=name,
            endpoint=page.get("endpoint") or "",
            schema=self._named(urn, place),
            description=page.get("description") or name,
            extensions=tuple(extensions.values()),
            kind=kind_of_schema(urn),
            place=place,
        )

    def _named(self, urn: str, place: Place) -> Schema:
        """Find a schema by URN: in the documents, among the known schemas, or a schema without attributes."""
        found = self.schemas.get(urn.lower()) or known_schema(urn)
        return found or Schema(id=urn, name=urn.rpartition(":")[2], place=place)


def _unsound(document: Document, node: Node, message: str) -> Unreadable:
    return Unreadable(f"{document.place(node)}: {message}; scimgen validate reports all faults")


def _sound(document: Document, node: Object) -> dict[str, Any]:
    """Check the types of all members, and return a definition as plain data without members that are null."""
    for member in node.members:
        value = member.value
        kind = value.value if isinstance(value, Scalar) else value
        if kind is None:
            continue
        name, wrong = member.key, ""
        if name in _TEXTS and not isinstance(kind, str):
            wrong = "text"
        elif name in _ENUMS and kind not in [*_ENUMS[name]]:
            wrong = f"one of {', '.join(_ENUMS[name])}"
        elif name in _BOOLEANS and not isinstance(kind, bool):
            wrong = "true or false"
        elif name in _NUMBERS and (not isinstance(kind, int) or isinstance(kind, bool)):
            wrong = "a whole number"
        elif name in _LISTS and not (isinstance(kind, Array) and all(_is_text(item) for item in kind.items)):
            wrong = "a list of text"
        elif name in _OBJECTS:
            if not (isinstance(kind, Array) and all(isinstance(item, Object) for item in kind.items)):
                wrong = "a list of objects"
            else:
                for item in kind.items:
                    assert isinstance(item, Object)
                    _sound(document, item)
        if wrong:
            raise _unsound(document, value, f"{name} must be {wrong} (RFC 7643 section 7)")
    page: dict[str, Any] = _without_null(plain(node))
    return page


def _is_text(node: Node) -> bool:
    return isinstance(node, Scalar) and isinstance(node.value, str)


def _without_null(value: Any) -> Any:
    """Remove null members. Null and unassigned are equivalent (RFC 7643 section 2.5)."""
    if isinstance(value, dict):
        return {key: _without_null(item) for key, item in value.items() if item is not None}
    return [_without_null(item) for item in value] if isinstance(value, list) else value


def _schema(document: Document, node: Object) -> Schema:
    page = _sound(document, node)
    if not isinstance(page.get("id"), str):
        raise _unsound(document, node, "a schema needs an id (RFC 7643 section 7)")
    try:
        schema = schema_from_json(page)
    except KeyError as error:
        raise _unsound(document, node, f"an attribute has no {error.args[0]} (RFC 7643 section 7)") from error
    attributes = _placed(document, node.get("attributes"), schema.attributes)
    return replace(schema, attributes=attributes, place=document.place(node.member("id") or node))


def _placed(document: Document, node: Node | None, attributes: tuple[Attribute, ...]) -> tuple[Attribute, ...]:
    """Attributes with their places. Of several with the same name, the first is kept (RFC 7643 section 2.1)."""
    found: dict[str, Attribute] = {}
    for item, attribute in zip(node.items if isinstance(node, Array) else (), attributes, strict=False):
        assert isinstance(item, Object)
        subs = _placed(document, item.get("subAttributes"), attribute.sub_attributes)
        place = document.place(item.get("name") or item)
        found.setdefault(attribute.name.lower(), replace(attribute, sub_attributes=subs, place=place))
    return tuple(found.values())


def _provider(found: tuple[Document, Object] | None) -> tuple[ServiceProviderConfig, tuple[Authentication, ...]]:
    """The features of a ServiceProviderConfig (RFC 7643 section 5; `pagination` by RFC 9865 section 4)."""
    if found is None:
        return ServiceProviderConfig(), ()
    document, node = found
    features = {
        member.key: _sound(document, member.value) for member in node.members if isinstance(member.value, Object)
    }

    def supported(name: str) -> bool:
        return bool(features.get(name, {}).get("supported"))

    schemes = node.get("authenticationSchemes")
    items = schemes.items if isinstance(schemes, Array) else ()
    types = [item.get("type") for item in items if isinstance(item, Object)]
    uri = node.get("documentationUri")
    bulk, filters = features.get("bulk", {}), features.get("filter", {})
    config = ServiceProviderConfig(
        patch=supported("patch"),
        bulk=supported("bulk"),
        bulk_max_operations=bulk.get("maxOperations", 0),
        bulk_max_payload_size=bulk.get("maxPayloadSize", 0),
        filter=supported("filter"),
        filter_max_results=filters.get("maxResults", 0),
        change_password=supported("changePassword"),
        sort=supported("sort"),
        etag=supported("etag"),
        cursor=bool(features.get("pagination", {}).get("cursor")),
        documentation_uri=str(uri.value) if isinstance(uri, Scalar) and uri.value else "",
    )
    names = [type_.value for type_ in types if isinstance(type_, Scalar)]
    return config, tuple(scheme for scheme in Authentication if scheme in names)
