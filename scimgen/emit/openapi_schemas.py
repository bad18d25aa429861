"""The `components.schemas` of `openapi.json`: SCIM messages and resources."""

import re
from typing import Any

from scimgen.model import App, Attribute, AttributeType, Mutability, ResourceType, Returned

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
_STRING: Json = {"type": "string"}
_INTEGER: Json = {"type": "integer"}
_STRINGS: Json = {"type": "array", "items": _STRING}
_META = {
    "resourceType": _STRING,
    "created": _TYPES[AttributeType.DATE_TIME],
    "lastModified": _TYPES[AttributeType.DATE_TIME],
    "location": _STRING,
    "version": _STRING,
}
_MESSAGES = "urn:ietf:params:scim:api:messages:2.0"
# Entra writes the operations with a capital.
_OPERATIONS = ["add", "remove", "replace", "Add", "Remove", "Replace"]
_METHODS = ["POST", "PUT", "PATCH", "DELETE"]
_ORDERS = ["ascending", "descending"]
_SCIM_TYPES = [
    "invalidFilter",
    "tooMany",
    "uniqueness",
    "mutability",
    "invalidSyntax",
    "invalidPath",
    "noTarget",
    "invalidValue",
    "invalidVers",
    "sensitive",
    "invalidCursor",
    "expiredCursor",
    "invalidCount",
]


def schemas_of(app: App) -> Json:
    """The schemas of the messages of the protocol, and of every resource type."""
    return {**_messages(), **{schema_key(type_): _resource(type_) for type_ in app.resource_types}}


def schema_key(resource_type: ResourceType) -> str:
    """The key of a resource type in `components`.

    It has letters, digits, `.`, `-` and `_` only (OpenAPI 3.1 section 4.8.7).
    """
    return re.sub(
        r"[^A-Za-z0-9._-]", lambda found: f"_{ord(found[0]):x}", resource_type.name.replace(" ", "")
    )


def ref(name: str) -> Json:
    """A reference to a schema of `components`."""
    return {"$ref": f"#/components/schemas/{name}"}


def written(type_: ResourceType) -> Json:
    """A resource in POST and PUT: the URN of its schema, and all required attributes."""
    demands = _demands(type_.schema.attributes)
    demands["required"] = ["schemas", *demands.get("required", [])]
    properties = {
        "schemas": {"contains": {"const": type_.schema.id}},
        **demands.get("properties", {}),
    }
    for extension in type_.extensions:
        if extension.required:
            demands["required"].append(extension.schema.id)
        if inside := _demands(extension.schema.attributes):
            properties[extension.schema.id] = inside
    return {"allOf": [ref(schema_key(type_)), {**demands, "properties": properties}]}


def returned(type_: ResourceType) -> Json:
    """A resource in a response.

    Only `schemas` and `id` are always returned (RFC 7644 section 3.9).
    """
    return {"allOf": [ref(schema_key(type_)), {"required": ["schemas", "id"]}]}


def listed(item: Json) -> Json:
    """A ListResponse of a resource."""
    return {"allOf": [ref("ListResponse"), {"properties": {"Resources": {"items": item}}}]}


def _demands(attributes: tuple[Attribute, ...]) -> Json:
    """The required attributes at every depth. A `$ref` is never required."""
    writable = [one for one in attributes if one.mutability is not Mutability.READ_ONLY]
    required = [one.name for one in writable if one.required and one.name != "$ref"]
    properties: Json = {}
    for one in writable:
        if inside := _demands(one.sub_attributes):
            properties[one.name] = {"items": inside} if one.multi_valued else inside
    demands: Json = {"required": required} if required else {}
    return {**demands, "properties": properties} if properties else demands


def _messages() -> Json:
    """The messages of RFC 7644 that are not resources."""
    error = {"status": _STRING, "scimType": {"enum": _SCIM_TYPES}, "detail": _STRING}
    page = {"startIndex": _INTEGER, "itemsPerPage": _INTEGER, "nextCursor": _STRING}
    resources = {"Resources": {"type": "array", "items": {"type": "object"}}}
    found = {"totalResults": _INTEGER, **page, **resources}
    position = {"startIndex": _INTEGER, "count": _INTEGER, "cursor": _STRING}
    names = {"attributes": _STRINGS, "excludedAttributes": _STRINGS}
    order = {"sortBy": _STRING, "sortOrder": {"enum": _ORDERS}}
    search = {"filter": _STRING, **order, **position, **names}
    patch = _operations({"op": {"enum": _OPERATIONS}, "path": _STRING, "value": {}}, "op")
    patch["Operations"]["minItems"] = 1
    return {
        "Error": _message("Error", error, "status", "detail"),
        "ListResponse": _message(
            "ListResponse", found, "totalResults", "itemsPerPage", "Resources"
        ),
        "SearchRequest": _message("SearchRequest", search),
        "PatchOp": _message("PatchOp", patch, "Operations"),
        **_bulk_messages(),
        "Meta": {"type": "object", "readOnly": True, "properties": _META},
    }


def _bulk_messages() -> Json:
    """The messages of RFC 7644 section 3.7."""
    operation = {"method": {"enum": _METHODS}, "bulkId": _STRING, "version": _STRING}
    request = _operations({**operation, "path": _STRING, "data": {}}, "method", "path")
    answer = {
        **operation,
        "method": _STRING,
        "location": _STRING,
        "status": _STRING,
        "response": {"type": "object"},
    }
    response = _operations(answer, "method", "status")
    stop = {"failOnErrors": {"type": "integer", "minimum": 1}}
    return {
        "BulkRequest": _message("BulkRequest", {**stop, **request}, "Operations"),
        "BulkResponse": _message("BulkResponse", response, "Operations"),
    }


def _message(name: str, properties: Json, *required: str) -> Json:
    schemas = {**_STRINGS, "contains": {"const": f"{_MESSAGES}:{name}"}}
    return {
        "type": "object",
        "properties": {"schemas": schemas, **properties},
        "required": ["schemas", *required],
    }


def _operations(properties: Json, *required: str) -> Json:
    item = {"type": "object", "required": list(required), "properties": properties}
    return {"Operations": {"type": "array", "items": item}}


def _resource(type_: ResourceType) -> Json:
    common: Json = {
        "schemas": {"type": "array", "items": {"type": "string"}},
        "id": {"type": "string", "readOnly": True},
        "externalId": {"type": "string"},
        "meta": ref("Meta"),
    }
    own = _object(type_.schema.attributes, type_.schema.description)
    extensions = {
        extension.schema.id: _object(extension.schema.attributes, extension.schema.description)
        for extension in type_.extensions
    }
    return {**own, "title": type_.name, "properties": {**common, **own["properties"], **extensions}}


def _object(attributes: tuple[Attribute, ...], description: str) -> Json:
    schema: Json = {"type": "object"}
    if description:
        schema["description"] = description
    return {
        **schema,
        "properties": {attribute.name: _attribute(attribute) for attribute in attributes},
    }


def _attribute(attribute: Attribute) -> Json:
    if attribute.type is AttributeType.COMPLEX:
        schema = _object(attribute.sub_attributes, "")
    else:
        schema = dict(_TYPES[attribute.type])
        if attribute.canonical_values and schema.get("type") == "string":
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
