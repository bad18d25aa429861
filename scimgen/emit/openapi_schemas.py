"""The `components.schemas` of `openapi.json`: the messages of RFC 7644, and each resource by its
attributes.
"""

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
_MESSAGES = "urn:ietf:params:scim:api:messages:2.0"
_OPERATIONS = [
    "add",
    "remove",
    "replace",
    "Add",
    "Remove",
    "Replace",
]  # Entra writes them with a capital
_METHODS = ["POST", "PUT", "PATCH", "DELETE"]
_ORDERS = ["ascending", "descending"]
_SCIM_TYPES = [
    *(
        "invalidFilter",
        "tooMany",
        "uniqueness",
        "mutability",
        "invalidSyntax",
        "invalidPath",
        "noTarget",
    ),
    *("invalidValue", "invalidVers", "sensitive", "invalidCursor", "expiredCursor", "invalidCount"),
]


def schemas_of(app: App) -> Json:
    """The messages of the protocol and every resource type, as the schemas of `components`."""
    return {**_messages(), **{schema_key(type_): _resource(type_) for type_ in app.resource_types}}


def schema_key(resource_type: ResourceType) -> str:
    """A resource type's name as a key of components (OpenAPI 3.1 section 4.8.7 allows letters,
    digits, . - and _).
    """
    return re.sub(
        r"[^A-Za-z0-9._-]", lambda found: f"_{ord(found[0]):x}", resource_type.name.replace(" ", "")
    )


def ref(name: str) -> Json:
    """A schema of `components`, by its key."""
    return {"$ref": f"#/components/schemas/{name}"}


def written(type_: ResourceType) -> Json:
    """A resource as POST and PUT need it: with its schema's URN, and with all that is required."""
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
    """A resource as it is answered: only `schemas` and `id` come whatever is asked for (RFC 7644
    section 3.9).
    """
    return {"allOf": [ref(schema_key(type_)), {"required": ["schemas", "id"]}]}


def listed(item: Json) -> Json:
    """A ListResponse of such resources."""
    return {"allOf": [ref("ListResponse"), {"properties": {"Resources": {"items": item}}}]}


def _demands(attributes: tuple[Attribute, ...]) -> Json:
    """What a client must not leave out, at every depth; a `$ref` is never demanded."""
    writable = [one for one in attributes if one.mutability is not Mutability.READ_ONLY]
    required = [one.name for one in writable if one.required and one.name != "$ref"]
    properties: Json = {}
    for one in writable:
        if inside := _demands(one.sub_attributes):
            properties[one.name] = {"items": inside} if one.multi_valued else inside
    demands: Json = {"required": required} if required else {}
    return {**demands, "properties": properties} if properties else demands


def _messages() -> Json:
    """The messages of RFC 7644 that are no resources."""
    string, integer = {"type": "string"}, {"type": "integer"}
    strings: Json = {"type": "array", "items": string}

    def message(name: str, properties: Json, *required: str) -> Json:
        schemas = {**strings, "contains": {"const": f"{_MESSAGES}:{name}"}}
        return {
            "type": "object",
            "properties": {"schemas": schemas, **properties},
            "required": ["schemas", *required],
        }

    def operations(properties: Json, *required: str) -> Json:
        item = {"type": "object", "required": list(required), "properties": properties}
        return {"Operations": {"type": "array", "items": item}}

    patch = operations({"op": {"enum": _OPERATIONS}, "path": string, "value": {}}, "op")
    patch["Operations"]["minItems"] = 1
    bulk = {"method": {"enum": _METHODS}, "bulkId": string, "version": string}
    asked = operations({**bulk, "path": string, "data": {}}, "method", "path")
    answer = {
        **bulk,
        "method": string,
        "location": string,
        "status": string,
        "response": {"type": "object"},
    }
    stop = {"failOnErrors": {"type": "integer", "minimum": 1}}
    page = {"startIndex": integer, "itemsPerPage": integer, "nextCursor": string}
    resources = {"Resources": {"type": "array", "items": {"type": "object"}}}
    names = {"attributes": strings, "excludedAttributes": strings}
    order = {"sortBy": string, "sortOrder": {"enum": _ORDERS}}
    error = {"status": string, "scimType": {"enum": _SCIM_TYPES}, "detail": string}
    return {
        "Error": message("Error", error, "status", "detail"),
        "ListResponse": message(
            "ListResponse",
            {"totalResults": integer, **page, **resources},
            "totalResults",
            "itemsPerPage",
            "Resources",
        ),
        "SearchRequest": message(
            "SearchRequest",
            {
                "filter": string,
                **order,
                "startIndex": integer,
                "count": integer,
                "cursor": string,
                **names,
            },
        ),
        "PatchOp": message("PatchOp", patch, "Operations"),
        "BulkRequest": message("BulkRequest", {**stop, **asked}, "Operations"),
        "BulkResponse": message(
            "BulkResponse", operations(answer, "method", "status"), "Operations"
        ),
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
