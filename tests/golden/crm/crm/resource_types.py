# Emitted by scimgen from crm.scim.yaml: edit that and run `scimgen generate`, not this file.
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
        name="License",
        endpoint="/Licenses",
        model=models.License,
        description="Product licences that a user can hold",
        kind="entitlement",
        required_extensions=("urn:acme:scim:schemas:extension:crm:1.0:License",),
    ),
    ResourceType(
        name="Permission Set",
        endpoint="/PermissionSets",
        model=models.PermissionSet,
        description="Permission Set",
        kind="entitlement",
    ),
)

APPLICATION = Application.from_package("crm", name="crm", resource_types=RESOURCE_TYPES, generated_for="0.1.0")
