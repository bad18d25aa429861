"""A resource type: an endpoint, its schema and extensions (RFC 7643 section 6), and for entitlements their values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from scimgen.model.schema import Schema
from scimgen.place import Place


class Kind(StrEnum):
    """What a resource type is to the clients and to the emitted server."""

    USER = "user"
    GROUP = "group"
    ROLE = "role"
    ENTITLEMENT = "entitlement"
    RESOURCE = "resource"


class Managed(StrEnum):
    """Who owns the values of a resource type once the server runs."""

    SCIM = "scim"
    DESCRIPTION = "description"
    CATALOG = "catalog"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaExtension:
    """An extension of a resource type (RFC 7643 section 3.3)."""

    schema: Schema
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a role or entitlement type: a SCIM resource that the server starts with.

    Args:
        id: unique among all resources (RFC 7643 section 3.1).
        resource: the resource as JSON, extension attributes under their URN, without `meta`.
    """

    id: str
    resource: Mapping[str, Any]
    place: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType:
    """One resource type. Many may share a schema: the name tells them apart, never the schema's URN.

    Args:
        name: as `meta.resourceType` and an entitlement's `type` write it; it may hold blanks.
        endpoint: relative to the base URL, with its slash, such as `/PermissionSets`.
        limit: how many users may hold one value, None for any number.
    """

    name: str
    endpoint: str
    schema: Schema
    description: str = ""
    extensions: tuple[SchemaExtension, ...] = ()
    kind: Kind = Kind.RESOURCE
    managed: Managed = Managed.SCIM
    limit: int | None = None
    values: tuple[Value, ...] = ()
    place: Place | None = field(default=None, compare=False, repr=False)

    @property
    def schemas(self) -> tuple[Schema, ...]:
        """The base schema and its extensions."""
        return (self.schema, *(extension.schema for extension in self.extensions))
