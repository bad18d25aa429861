"""A resource type (RFC 7643 section 6), and the values of an entitlement type."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from scimgen.model.schema import Schema
from scimgen.place import Place, Places


class Kind(StrEnum):
    """The role of a resource type for clients and for the generated server."""

    USER = "user"
    GROUP = "group"
    ROLE = "role"
    ENTITLEMENT = "entitlement"
    RESOURCE = "resource"


class Managed(StrEnum):
    """Who may change the values of a resource type when the server runs."""

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
    """One value of a role or entitlement type: a SCIM resource that the server has from the start.

    Args:
        id: An id that is unique among all resources (RFC 7643 section 3.1).
        resource: The resource as JSON without `meta`. Extension attributes are under the URN of
            their schema.
    """

    id: str
    resource: Mapping[str, Any]
    place: Place | None = field(default=None, compare=False, repr=False)
    places: Places = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType:
    """One resource type, identified by its name.

    Several resource types may share a schema, so its URN does not identify one.

    Args:
        name: The name, as in `meta.resourceType` and in the `type` of an entitlement. It may
            contain blanks.
        endpoint: The endpoint relative to the base URL, with a slash, such as `/PermissionSets`.
        limit: The greatest number of users that may have the same value. None is no limit.
        limit_from: The path of the attribute with the limit of each value, such as
            `urn:…:License:seats`, instead of `limit`. A value without it has no limit.
        limit_active: Whether the limit counts active users only.
    """

    name: str
    endpoint: str
    schema: Schema
    description: str = ""
    extensions: tuple[SchemaExtension, ...] = ()
    kind: Kind = Kind.RESOURCE
    managed: Managed = Managed.SCIM
    limit: int | None = None
    limit_from: str | None = None
    limit_active: bool = False
    values: tuple[Value, ...] = ()
    place: Place | None = field(default=None, compare=False, repr=False)
    places: Places = field(default_factory=dict, compare=False, repr=False)

    @property
    def schemas(self) -> tuple[Schema, ...]:
        """The base schema and its extensions."""
        return (self.schema, *(extension.schema for extension in self.extensions))
