"""`openapi.json`: the emitted server described in OpenAPI 3.1, each resource by its attributes."""

import re
from collections.abc import Iterator
from typing import Any

from scimgen.documents import urns
from scimgen.emit.files import EmittedFile, Ownership, Reuse, json_bytes
from scimgen.model import App, Attribute, AttributeType, Kind, Managed, Mutability, ResourceType, Returned

Json = dict[str, Any]

_TYPES: dict[AttributeType, Json] = {
    AttributeType.STRING: {"type": "string"},
    AttributeType.BOOLEAN: {"type": "boolean"},
    AttributeType.DECIMAL: {"type": "number"},
    AttributeType.INTEGER: {"type": "integer"},
    AttributeType.DATE_TIME: {"type": "string", "format": "date-time"},
    AttributeType.BINARY: {"type": "string", "contentEncoding": "base64"},
    AttributeType.REFERENCE: {"type": "string", "format": "uri-reference"},
}
_MEDIA_TYPE = "application/scim+json"
_PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
_OPERATIONS = ["add", "remove", "replace", "Add", "Remove", "Replace"]  # Entra writes them with a capital
_METHODS = ["POST", "PUT", "PATCH", "DELETE"]
_BULK_REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
_BULK_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


def emit_openapi(app: App, source_name: str, reuse: Reuse) -> Iterator[EmittedFile]:
    """One file: the paths of every resource type and of discovery, the schemas of what goes in and out."""
    paths: Json = {}
    for resource_type in app.resource_types:
        paths |= _paths(resource_type)
    for endpoint in ("/ServiceProviderConfig", "/ResourceTypes", "/Schemas"):
        paths[endpoint] = {"get": _operation(f"Read {endpoint[1:]}", ["Discovery"], {"200": _body({"type": "object"})})}
    if app.service_provider_config.bulk:
        done = {"200": _body(_ref("BulkResponse"), "Done; each operation has its own status")}
        paths["/Bulk"] = {"post": _operation("Do many operations", ["Bulk"], done, _ref("BulkRequest"))}
    document = {
        "openapi": "3.1.0",
        "info": {"title": f"{app.title}: SCIM 2.0", "version": "1.0", "description": app.description or app.title},
        "servers": [{"url": "/scim/v2"}],
        "security": [{"bearer": []}, {"basic": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
            },
            "parameters": _parameters(app),
            "responses": {"Error": {"description": "A SCIM error (RFC 7644 section 3.12)", **_content(_ref("Error"))}},
            "schemas": schemas_of(app),
        },
    }
    yield EmittedFile(f"{app.package}/openapi.json", json_bytes(document), Ownership.EMITTED, "documents")


def schemas_of(app: App) -> Json:
    """The messages of the protocol and every resource type, as the schemas of `components`."""
    return {**_messages(), **{schema_key(type_): _resource(type_) for type_ in app.resource_types}}


def schema_key(resource_type: ResourceType) -> str:
    """A resource type's name as a key of components (OpenAPI 3.1 section 4.8.7 allows letters, digits, . - and _)."""
    return re.sub(r"[^A-Za-z0-9._-]", lambda found: f"_{ord(found[0]):x}", resource_type.name.replace(" ", ""))


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _content(schema: Json) -> Json:
    return {"content": {_MEDIA_TYPE: {"schema": schema}}}


def _body(schema: Json, description: str = "Found") -> Json:
    return {"description": description, **_content(schema)}


def _operation(summary: str, tags: list[str], responses: Json, body: Json | None = None, *names: str) -> Json:
    operation: Json = {"summary": summary, "tags": tags}
    if names:
        operation["parameters"] = [{"$ref": f"#/components/parameters/{name}"} for name in names]
    if body:
        operation["requestBody"] = {"required": True, **_content(body)}
    operation["responses"] = {**responses, "default": {"$ref": "#/components/responses/Error"}}
    return operation


def _paths(type_: ResourceType) -> Json:
    """The collection and the single resource; values that the description manages are read alone."""
    name, tags, one = type_.name, [type_.name], _ref(schema_key(type_))
    listed = {"allOf": [_ref("ListResponse"), {"properties": {"Resources": {"type": "array", "items": one}}}]}
    projection = ("attributes", "excludedAttributes")
    paging = ("filter", "startIndex", "count", "sortBy", "sortOrder")
    collection = {"get": _operation(f"List {name}", tags, {"200": _body(listed)}, None, *paging, *projection)}
    single = {"get": _operation(f"Read one {name}", tags, {"200": _body(one)}, None, *projection)}
    if type_.managed is Managed.SCIM or type_.kind not in (Kind.ROLE, Kind.ENTITLEMENT):
        collection["post"] = _operation(f"Create a {name}", tags, {"201": _body(one, "Created")}, one)
        single["put"] = _operation(f"Replace a {name}", tags, {"200": _body(one, "Replaced")}, one)
        changed = {"200": _body(one, "Changed"), "204": {"description": "Changed; nothing to say"}}
        single["patch"] = _operation(f"Change a {name}", tags, changed, _ref("PatchOp"))
        single["delete"] = _operation(f"Delete a {name}", tags, {"204": {"description": "Deleted"}})
    id_parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    return {type_.endpoint: collection, f"{type_.endpoint}/{{id}}": {"parameters": [id_parameter], **single}}


def _parameters(app: App) -> Json:
    most = app.service_provider_config.filter_max_results
    section = "RFC 7644 section"
    texts: dict[str, tuple[Json, str]] = {
        "filter": ({"type": "string"}, f"Which resources ({section} 3.4.2.2)"),
        "startIndex": ({"type": "integer"}, f"The first result, counted from 1 ({section} 3.4.2.4)"),
        "count": ({"type": "integer"}, f"How many, {most} at most ({section} 3.4.2.4)"),
        "sortBy": ({"type": "string"}, f"The attribute to sort by ({section} 3.4.2.3)"),
        "sortOrder": ({"enum": ["ascending", "descending"]}, f"The order ({section} 3.4.2.3)"),
        "attributes": ({"type": "string"}, f"Attributes to return, with commas ({section} 3.9)"),
        "excludedAttributes": ({"type": "string"}, f"Attributes to leave out, with commas ({section} 3.9)"),
    }
    return {
        name: {"name": name, "in": "query", "schema": schema, "description": text}
        for name, (schema, text) in texts.items()
    }


def _messages() -> Json:
    """The messages of RFC 7644 that are no resources."""
    string, integer = {"type": "string"}, {"type": "integer"}

    def message(urn: str, properties: Json, required: list[str]) -> Json:
        schemas = {"type": "array", "items": string, "contains": {"const": urn}}
        return {"type": "object", "properties": {"schemas": schemas, **properties}, "required": ["schemas", *required]}

    operation = {
        "type": "object",
        "required": ["op"],
        "properties": {"op": {"enum": _OPERATIONS}, "path": string, "value": {}},
    }
    bulk = {"method": {"enum": _METHODS}, "bulkId": string, "version": string}
    asked = {"type": "object", "required": ["method", "path"], "properties": {**bulk, "path": string, "data": {}}}
    answer = {"location": string, "status": string, "response": {"type": "object"}}
    answered = {"type": "object", "required": ["method", "status"], "properties": {**bulk, **answer}}
    stop = {"type": "integer", "minimum": 1}
    counts = {"totalResults": integer, "startIndex": integer, "itemsPerPage": integer}
    return {
        "Error": message(_ERROR, {"status": string, "scimType": string, "detail": string}, ["status"]),
        "ListResponse": message(urns.LIST_RESPONSE, {**counts, "Resources": {"type": "array"}}, ["totalResults"]),
        "PatchOp": message(
            _PATCH_OP, {"Operations": {"type": "array", "minItems": 1, "items": operation}}, ["Operations"]
        ),
        "BulkRequest": message(
            _BULK_REQUEST, {"failOnErrors": stop, "Operations": {"type": "array", "items": asked}}, ["Operations"]
        ),
        "BulkResponse": message(_BULK_RESPONSE, {"Operations": {"type": "array", "items": answered}}, ["Operations"]),
        "Meta": {
            "type": "object",
            "readOnly": True,
            "properties": {
                "resourceType": string,
                "created": _TYPES[AttributeType.DATE_TIME],
                "lastModified": _TYPES[AttributeType.DATE_TIME],
                "location": string,
                "version": string,
            },
        },
    }


def _resource(type_: ResourceType) -> Json:
    common: Json = {
        "schemas": {"type": "array", "items": {"type": "string"}},
        "id": {"type": "string", "readOnly": True},
        "externalId": {"type": "string"},
        "meta": _ref("Meta"),
    }
    own = _object(type_.schema.attributes, type_.schema.description)
    extensions = {
        extension.schema.id: _object(extension.schema.attributes, extension.schema.description)
        for extension in type_.extensions
    }
    required = [extension.schema.id for extension in type_.extensions if extension.required]
    return {
        **own,
        "title": type_.name,
        "properties": {**common, **own["properties"], **extensions},
        "required": ["schemas", *own.get("required", []), *required],
    }


def _object(attributes: tuple[Attribute, ...], description: str) -> Json:
    schema: Json = {"type": "object"}
    if description:
        schema["description"] = description
    schema["properties"] = {attribute.name: _attribute(attribute) for attribute in attributes}
    required = [a.name for a in attributes if a.required and a.mutability is not Mutability.READ_ONLY]
    if required:
        schema["required"] = required
    return schema


def _attribute(attribute: Attribute) -> Json:
    if attribute.type is AttributeType.COMPLEX:
        schema = _object(attribute.sub_attributes, "")
    else:
        schema = dict(_TYPES[attribute.type])
        if attribute.canonical_values:
            schema["enum" if attribute.closed else "examples"] = list(attribute.canonical_values)
    if attribute.multi_valued:
        schema = {"type": "array", "items": schema}
    if attribute.description:
        schema["description"] = attribute.description
    if attribute.mutability is Mutability.READ_ONLY:
        schema["readOnly"] = True
    if attribute.mutability is Mutability.WRITE_ONLY or attribute.returned is Returned.NEVER:
        schema["writeOnly"] = True
    return schema
