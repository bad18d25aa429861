# Emitted by scimgen from drafty.scim.json: edit that and run `scimgen generate`, not this file.
"""What the server serves: the resource types, in the order of /ResourceTypes, and the application."""

from . import models
from .runtime import Application, ResourceType

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

APPLICATION = Application.from_package("drafty", name="drafty", resource_types=RESOURCE_TYPES, generated_for="0.1.0")
