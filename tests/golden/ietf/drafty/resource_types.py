# Emitted by scimgen from drafty.scim.json: edit that and run `scimgen generate`, not this file.
"""The resource types that this server serves, in the order of /ResourceTypes."""

from . import models
from .scim.resource_type import ResourceType

RESOURCE_TYPES: tuple[ResourceType, ...] = (
    ResourceType(
        name="User",
        endpoint="/Users",
        model=models.User,
        description="User Account",
        kind="user",
    ),
    ResourceType(
        name="Group",
        endpoint="/Groups",
        model=models.Group,
        description="Group",
        kind="group",
    ),
    ResourceType(
        name="Role",
        endpoint="/Roles",
        model=models.Role,
        description="Role schema",
        kind="role",
        dialect="ietf",
    ),
    ResourceType(
        name="Entitlement",
        endpoint="/Entitlements",
        model=models.Entitlement,
        description="Entitlement schema",
        kind="entitlement",
        dialect="ietf",
    ),
)
