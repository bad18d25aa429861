"""What the server knows of a resource type (RFC 7643 section 6); `resource_types.py` lists them all."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from .models import Resource

Managed: TypeAlias = Literal["scim", "description", "catalog"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType:
    """One resource type. Many may share a schema: the name tells them apart, never the schema's URN.

    Args:
        name: as `meta.resourceType` and an entitlement's `type` write it; it may hold blanks.
        endpoint: relative to the base URL, with its slash, such as `/PermissionSets`.
        kind: what the values are to users and groups: roles and entitlements are granted, groups have members.
        managed: who owns the values: SCIM clients, the description, or the app's own `catalog.py`.
        limit: how many may hold one value, None for any number.
        dialect: how roles and entitlements look: Okta's, or draft-ietf-scim-roles-entitlements'.
        required_extensions: the URNs without which a resource is not complete.
    """

    name: str
    endpoint: str
    model: type[Resource]
    description: str = ""
    kind: Literal["user", "group", "role", "entitlement", "resource"] = "resource"
    managed: Managed = "scim"
    limit: int | None = None
    dialect: Literal["okta", "ietf"] = "okta"
    required_extensions: tuple[str, ...] = ()
