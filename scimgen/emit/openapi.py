"""`openapi.json`: the generated server in OpenAPI 3.1, with the attributes of each resource."""

from collections.abc import Iterator
from typing import Any

from scimgen.emit.files import EmittedFile, Ownership, ProjectTarget, Reuse, json_bytes
from scimgen.emit.openapi_schemas import listed, ref, returned, schema_key, schemas_of, written
from scimgen.model import App, Kind, Managed, ResourceType

Json = dict[str, Any]

_MEDIA_TYPE = "application/scim+json"
_PROJECTION = ("attributes", "excludedAttributes")
_LIST = ("filter", "startIndex", "count", "cursor", "sortBy", "sortOrder", *_PROJECTION)
_SEARCH = "Search with a body instead of a query"


def emit_openapi(app: App, target: ProjectTarget, reuse: Reuse) -> Iterator[EmittedFile]:
    """Emit the file: paths of resource types and discovery, and schemas of all bodies."""
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": f"{app.title}: SCIM 2.0",
            "version": "1.0",
            "description": app.description or app.title,
        },
        "servers": [{"url": "/scim/v2"}],
        "security": [{"bearer": []}, {"basic": []}],
        "paths": _paths(app),
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
            },
            "parameters": _parameters(app),
            "headers": {
                "ETag": {
                    "schema": {"type": "string"},
                    "description": "The version (RFC 7644 section 3.14)",
                },
                "Location": {"schema": {"type": "string"}, "description": "Where the resource is"},
            },
            "responses": {
                "Error": {
                    "description": "A SCIM error (RFC 7644 section 3.12)",
                    **_content(ref("Error")),
                }
            },
            "schemas": schemas_of(app),
        },
    }
    yield EmittedFile(
        f"{app.package}/openapi.json", json_bytes(document), Ownership.EMITTED, "documents"
    )


def _paths(app: App) -> Json:
    paths: Json = {}
    for resource_type in app.resource_types:
        paths |= _resource_paths(resource_type)
    anything = _answer(ref("ListResponse"))
    paths["/"] = {"get": _operation("List everything", "Search", anything, names=_LIST)}
    paths["/.search"] = {"post": _operation(_SEARCH, "Search", anything, ref("SearchRequest"))}
    paths["/ServiceProviderConfig"] = {
        "get": _operation("Read what is on", "Discovery", _answer({"type": "object"}))
    }
    for endpoint, key, what in (
        ("/ResourceTypes", "name", "resource type"),
        ("/Schemas", "urn", "schema"),
    ):
        paths[endpoint] = {"get": _operation(f"List every {what}", "Discovery", anything)}
        one = _operation(f"Read one {what}", "Discovery", _answer({"type": "object"}))
        paths[f"{endpoint}/{{{key}}}"] = {"parameters": [_path_parameter(key)], "get": one}
    if app.service_provider_config.bulk:
        done = _answer(ref("BulkResponse"), "Done; each operation has its own status")
        paths["/Bulk"] = {
            "post": _operation("Do many operations", "Bulk", done, ref("BulkRequest"))
        }
    return paths


def _resource_paths(type_: ResourceType) -> Json:
    """The paths of a type: its collection, its search, and the single resource.

    Resources that clients do not manage can only be read.
    """
    name, key = type_.name, schema_key(type_)
    page, one, body = _answer(listed(returned(type_))), returned(type_), written(type_)
    seen = {
        **_answer(one, versioned=True),
        "304": {"description": "Not changed since the version that you have"},
    }
    collection = {"get": _operation(f"List {name}", name, page, names=_LIST)}
    search = {"post": _operation(_SEARCH, name, page, ref("SearchRequest"))}
    single = {
        "get": _operation(f"Read one {name}", name, seen, names=("If-None-Match", *_PROJECTION))
    }
    if type_.managed is Managed.SCIM or type_.kind not in (Kind.ROLE, Kind.ENTITLEMENT):
        created = {"201": _response(one, "Created", "ETag", "Location") | {"links": _links(key)}}
        collection["post"] = _operation(f"Create a {name}", name, created, body, names=_PROJECTION)
        replaced = _answer(one, "Replaced", versioned=True)
        single["put"] = _operation(
            f"Replace a {name}", name, replaced, body, ("If-Match", *_PROJECTION)
        )
        changed = {
            **_answer(one, "Changed", versioned=True),
            "204": {"description": "Changed; no content"},
        }
        single["patch"] = _operation(
            f"Change a {name}", name, changed, ref("PatchOp"), ("If-Match", *_PROJECTION)
        )
        deleted = {"204": {"description": "Deleted"}}
        single["delete"] = _operation(f"Delete a {name}", name, deleted, names=("If-Match",))
        for method, operation in single.items():
            operation["operationId"] = f"{method}{key}"
    return {
        type_.endpoint: collection,
        f"{type_.endpoint}/.search": search,
        f"{type_.endpoint}/{{id}}": {"parameters": [_path_parameter("id")], **single},
    }


def _links(key: str) -> Json:
    """What can be done with a resource once it is there, by its id."""
    by_id = {"id": "$response.body#/id"}
    methods = ("get", "put", "patch", "delete")
    return {method: {"operationId": f"{method}{key}", "parameters": by_id} for method in methods}


def _content(schema: Json) -> Json:
    return {"content": {_MEDIA_TYPE: {"schema": schema}}}


def _response(schema: Json, description: str, *headers: str) -> Json:
    response = {"description": description, **_content(schema)}
    if headers:
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
    return response


def _answer(schema: Json, description: str = "Found", *, versioned: bool = False) -> Json:
    return {"200": _response(schema, description, *(("ETag",) if versioned else ()))}


def _operation(
    summary: str, tag: str, responses: Json, body: Json | None = None, names: tuple[str, ...] = ()
) -> Json:
    operation: Json = {"summary": summary, "tags": [tag]}
    if names:
        operation["parameters"] = [{"$ref": f"#/components/parameters/{name}"} for name in names]
    if body:
        operation["requestBody"] = {"required": True, **_content(body)}
    operation["responses"] = {**responses, "default": {"$ref": "#/components/responses/Error"}}
    return operation


def _path_parameter(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _parameters(app: App) -> Json:
    most = app.service_provider_config.filter_max_results
    section = "RFC 7644 section"
    texts: dict[str, tuple[Json, str]] = {
        "filter": ({"type": "string"}, f"Which resources ({section} 3.4.2.2)"),
        "startIndex": (
            {"type": "integer"},
            f"The first result, counted from 1 ({section} 3.4.2.4)",
        ),
        "count": ({"type": "integer"}, f"How many, {most} at most ({section} 3.4.2.4)"),
        "cursor": (
            {"type": "string"},
            "The nextCursor of the page before, empty for the first (RFC 9865)",
        ),
        "sortBy": ({"type": "string"}, f"The attribute to sort by ({section} 3.4.2.3)"),
        "sortOrder": ({"enum": ["ascending", "descending"]}, f"The order ({section} 3.4.2.3)"),
        "attributes": ({"type": "string"}, f"Attributes to return, with commas ({section} 3.9)"),
        "excludedAttributes": (
            {"type": "string"},
            f"Attributes to leave out, with commas ({section} 3.9)",
        ),
        "If-Match": ({"type": "string"}, f"The version that is meant, or * ({section} 3.14)"),
        "If-None-Match": ({"type": "string"}, f"The version that you have ({section} 3.14)"),
    }
    return {name: _parameter(name, schema, text) for name, (schema, text) in texts.items()}


def _parameter(name: str, schema: Json, description: str) -> Json:
    place = "header" if name.startswith("If-") else "query"
    return {"name": name, "in": place, "schema": schema, "description": description}
