"""Recognise the kind of a document by its members, `schemas` and `meta.resourceType`.

The members come first because `schemas` is often wrong, such as `"schemas": ["…core:2.0:User"]` on
a schema. The rules then report the wrong URI of a document that is clearly a schema.
"""

import re
from enum import StrEnum

from scimgen.documents import urns
from scimgen.documents.spelling import nearest_known_urn
from scimgen.source import Array, Node, Object, Scalar


class Shape(StrEnum):
    """The kind of a document, or of an item of an array or ListResponse."""

    LIST_RESPONSE = "ListResponse"
    ARRAY = "array"
    SCHEMA = "Schema"
    RESOURCE_TYPE = "ResourceType"
    SERVICE_PROVIDER_CONFIG = "ServiceProviderConfig"
    RESOURCE = "resource"
    SCIM1 = "SCIM 1 document"
    DESCRIPTION = "description"
    UNKNOWN = "unknown"


_FEATURES = frozenset(
    ("patch", "bulk", "filter", "changepassword", "sort", "etag", "authenticationschemes")
)
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
_OF_SCHEMA = frozenset(("schemas", "id", "externalid", "meta", "name", "description"))
_SCIM1 = re.compile(r"urn:scim:schemas:[a-z]+:1\.", re.IGNORECASE)


def strings(node: Node | None) -> list[str]:
    """The strings of an array, or the single string that is written instead of an array."""
    if isinstance(node, Array):
        return [
            item.value
            for item in node.items
            if isinstance(item, Scalar) and isinstance(item.value, str)
        ]
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return [node.value]
    return []


def recognise(node: Node) -> Shape:
    """Find the shape of a document.

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
    if (
        urns.LIST_RESPONSE.lower() in listed
        or isinstance(members.get("resources"), Array)
        or "totalresults" in members
    ):
        return Shape.LIST_RESPONSE
    if _is_scim1(members, listed):
        return Shape.SCIM1
    return _by_members(members) or _by_uris(members, listed)


def is_discovery_array(node: Node | None) -> bool:
    """Whether an array contains schemas or resource types, or is empty.

    An array of resources is only data.
    """
    if not isinstance(node, Array):
        return False
    shapes = {recognise(item) for item in node.items}
    return not shapes or bool(shapes - {Shape.RESOURCE, Shape.UNKNOWN})


def _is_scim1(members: dict[str, Node], listed: list[str]) -> bool:
    """Whether `schemas` or a member has the namespace of SCIM 1.x.

    RFC 7643 section 10.2.1 defines another one.
    """
    named = listed + (
        strings(members.get("schema")) + strings(members.get("id"))
        if "attributes" in members
        else []
    )
    return any(_SCIM1.match(uri) for uri in named)


def _by_members(members: dict[str, Node]) -> Shape | None:
    """The shape that follows from the members, or None."""
    names = members.keys()
    if "$schema" in names or "openapi" in names or "swagger" in names:
        return Shape.UNKNOWN  # JSON Schema and OpenAPI share names such as `id` and `schemas`
    if "attributes" in names and ("id" in names or "name" in names or "schemas" in names):
        return Shape.SCHEMA
    # An attribute definition has a type. It is not a document, and an array of them is not one
    # either.
    if ("endpoint" in names or "schemaextensions" in names) and "type" not in names:
        return Shape.RESOURCE_TYPE
    if "authenticationschemes" in names or len(_FEATURES & names) >= 2:
        return Shape.SERVICE_PROVIDER_CONFIG
    return None


def _by_uris(members: dict[str, Node], listed: list[str]) -> Shape:
    """The shape that follows from `schemas` or `meta.resourceType`."""
    for uri in listed:
        if uri in _OWN_URIS:
            return _OWN_URIS[uri]
    if _is_schema_without_attributes(members):
        return Shape.SCHEMA
    if any(uri in _RESOURCES for uri in listed):
        return Shape.RESOURCE
    meta = members.get("meta")
    named = strings(meta.get("resourceType")) if isinstance(meta, Object) else []
    for name in named:
        if name in (Shape.SCHEMA, Shape.RESOURCE_TYPE, Shape.SERVICE_PROVIDER_CONFIG):
            return Shape(name)
    if "schema" in members and "name" in members and "type" not in members:
        return Shape.RESOURCE_TYPE
    if named and listed:
        return Shape.RESOURCE
    return _by_misspelled_uris(listed)


def _is_schema_without_attributes(members: dict[str, Node]) -> bool:
    """Whether an object has the URN and the texts of a schema, and nothing else.

    A rule reports what is missing.
    """
    id = members.get("id")
    is_urn = isinstance(id, Scalar) and str(id.value).lower().startswith("urn:")
    return is_urn and "name" in members and members.keys() <= _OF_SCHEMA


def _by_misspelled_uris(listed: list[str]) -> Shape:
    """The shape that a misspelled URI in `schemas` means. A rule reports the URI."""
    for uri in listed:
        meant = nearest_known_urn(uri).lower()
        if meant in _OWN_URIS:
            return _OWN_URIS[meant]
        if meant in _RESOURCES:
            return Shape.RESOURCE
    return Shape.UNKNOWN
