"""What a JSON document as written is meant to be: by its shape first, by what it says of itself second.

A document that calls itself something else (`"schemas": ["…core:2.0:User"]` on a schema is common) is still read as
what it plainly is, so that the rules can say what is wrong with it.
"""

import re
from enum import StrEnum

from scimgen.documents import urns
from scimgen.source import Array, Node, Object, Scalar


class Shape(StrEnum):
    """What a document, or an item of an array or ListResponse, is meant to be."""

    LIST_RESPONSE = "ListResponse"
    ARRAY = "array"
    SCHEMA = "Schema"
    RESOURCE_TYPE = "ResourceType"
    SERVICE_PROVIDER_CONFIG = "ServiceProviderConfig"
    RESOURCE = "resource"
    SCIM1 = "SCIM 1 document"
    DESCRIPTION = "description"
    UNKNOWN = "unknown"


_FEATURES = frozenset(("patch", "bulk", "filter", "changepassword", "sort", "etag", "authenticationschemes"))
_OWN_URIS = {
    urns.SCHEMA.lower(): Shape.SCHEMA,
    urns.RESOURCE_TYPE.lower(): Shape.RESOURCE_TYPE,
    urns.SERVICE_PROVIDER_CONFIG.lower(): Shape.SERVICE_PROVIDER_CONFIG,
}
_RESOURCES = frozenset(
    urn.lower()
    for urn in (
        urns.USER,
        urns.GROUP,
        urns.ENTERPRISE_USER,
        urns.OKTA_ROLE,
        urns.OKTA_ENTITLEMENT,
        urns.DRAFT_ROLE,
        urns.DRAFT_ENTITLEMENT,
    )
)
_SCIM1 = re.compile(r"urn:scim:schemas:[a-z]+:1\.", re.IGNORECASE)


def strings(node: Node | None) -> list[str]:
    """The strings of an array, or the one string that stands in its place."""
    if isinstance(node, Array):
        return [item.value for item in node.items if isinstance(item, Scalar) and isinstance(item.value, str)]
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return [node.value]
    return []


def recognise(node: Node) -> Shape:
    """The shape of a document.

    >>> from scimgen.source.json import read_json
    >>> recognise(read_json("a", '{"id": "urn:acme:scim:Badge", "attributes": []}').root)
    <Shape.SCHEMA: 'Schema'>
    """
    if isinstance(node, Array):
        known = not node.items or any(recognise(item) is not Shape.UNKNOWN for item in node.items)
        return Shape.ARRAY if known else Shape.UNKNOWN
    if not isinstance(node, Object):
        return Shape.UNKNOWN
    members = {member.key.lower(): member.value for member in node.members}
    if "scimgen" in members:
        return Shape.DESCRIPTION
    listed = [uri.lower() for uri in strings(members.get("schemas"))]
    if urns.LIST_RESPONSE.lower() in listed or isinstance(members.get("resources"), Array) or "totalresults" in members:
        return Shape.LIST_RESPONSE
    if _is_scim1(members, listed):
        return Shape.SCIM1
    return _by_members(members) or _by_uris(members, listed)


def is_discovery_array(node: Node | None) -> bool:
    """Whether an array is of schemas or resource types, or empty; one of resources is data, and nobody's body."""
    if not isinstance(node, Array):
        return False
    shapes = {recognise(item) for item in node.items}
    return not shapes or bool(shapes - {Shape.RESOURCE, Shape.UNKNOWN})


def _is_scim1(members: dict[str, Node], listed: list[str]) -> bool:
    """Whether a schema, or the document itself, names the SCIM 1.x namespace (RFC 7643 section 10.2.1 has another)."""
    named = listed + (strings(members.get("schema")) + strings(members.get("id")) if "attributes" in members else [])
    return any(_SCIM1.match(uri) for uri in named)


def _by_members(members: dict[str, Node]) -> Shape | None:
    """The shape that the members tell, where they do."""
    names = members.keys()
    if "$schema" in names or "openapi" in names or "swagger" in names:
        return Shape.UNKNOWN  # JSON Schema and OpenAPI share names such as `id` and `schemas`
    if "attributes" in names and ("id" in names or "name" in names or "schemas" in names):
        return Shape.SCHEMA
    # An attribute definition has a type, and referenceTypes or the like: a bare array of them is no document.
    if ("endpoint" in names or "schemaextensions" in names) and "type" not in names:
        return Shape.RESOURCE_TYPE
    if "authenticationschemes" in names or len(_FEATURES & names) >= 2:
        return Shape.SERVICE_PROVIDER_CONFIG
    return None


def _by_uris(members: dict[str, Node], listed: list[str]) -> Shape:
    """The shape that `schemas` or `meta.resourceType` names."""
    for uri in listed:
        if uri in _OWN_URIS:
            return _OWN_URIS[uri]
    if any(uri in _RESOURCES for uri in listed):
        return Shape.RESOURCE
    meta = members.get("meta")
    said = strings(meta.get("resourceType")) if isinstance(meta, Object) else []
    for name in said:
        if name in (Shape.SCHEMA, Shape.RESOURCE_TYPE, Shape.SERVICE_PROVIDER_CONFIG):
            return Shape(name)
    if "schema" in members and "name" in members and "type" not in members:
        return Shape.RESOURCE_TYPE
    return Shape.RESOURCE if said and listed else Shape.UNKNOWN
