"""Resource types (RFC 7643 section 6)."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from .models import Resource

Managed: TypeAlias = Literal["scim", "description", "catalog"]
"""Who manages the resources of a type: clients, the description, or the app's catalog."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType:
    """One resource type. Its name identifies it, because several types can share a schema.

    Args:
        name: the value of `meta.resourceType`, and of an entitlement's `type`. It may have blanks.
        endpoint: the path relative to the base URL, such as `/PermissionSets`.
        model: the pydantic model of the resources.
        description: the text in /ResourceTypes.
        kind: what the resources are for users: groups have members, roles and entitlements are
            granted.
        managed: clients manage the resources ("scim"), or the description, or the `catalog`
            function of the app.
        limit: how many users may hold one resource; None for any number.
        limit_from: the path of the attribute with the number for each resource, instead of `limit`.
            A resource without it has no limit.
        limit_active: whether only active users count for the limit.
        dialect: the form of roles and entitlements: Okta's, or that of
            draft-ietf-scim-roles-entitlements.
        required_extensions: the URNs of the extensions that every resource must have.
    """

    name: str
    endpoint: str
    model: type[Resource]
    description: str = ""
    kind: Literal["user", "group", "role", "entitlement", "resource"] = "resource"
    managed: Managed = "scim"
    limit: int | None = None
    limit_from: str | None = None
    limit_active: bool = False
    dialect: Literal["okta", "ietf"] = "okta"
    required_extensions: tuple[str, ...] = ()
