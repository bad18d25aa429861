# Emitted by scimgen from okta-guide.scim.yaml: edit that and run `scimgen generate`, not this file.
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
        description="Role",
        kind="role",
    ),
    ResourceType(
        name="Entitlement",
        endpoint="/Entitlements",
        model=models.Entitlement,
        description="Entitlement resource",
        kind="entitlement",
    ),
    ResourceType(
        name="Profile",
        endpoint="/Profiles",
        model=models.Profile,
        description="Profile",
        kind="entitlement",
        required_extensions=("urn:isvname:scim:schemas:extension:appname:1.0:Profile",),
    ),
)

APPLICATION = Application.from_package("appname", name="appname", resource_types=RESOURCE_TYPES, generated_for="0.1.0")
