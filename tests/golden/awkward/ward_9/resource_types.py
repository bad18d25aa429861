# Emitted by scimgen from ward-9.scim.yaml: edit that and run `scimgen generate`, not this file.
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
        name="class",
        endpoint="/Classes",
        model=models.Class,
        description="A class of care; not Python's",
        kind="entitlement",
        required_extensions=("urn:x-1:scim:schemas:extension:ward-9:1.0:Class",),
    ),
    ResourceType(
        name="Décor",
        endpoint="/Decors",
        model=models.Décor,
        description="Décor",
        kind="entitlement",
    ),
    ResourceType(
        name="None",
        endpoint="/Nones",
        model=models.None_,
        description="None",
        kind="entitlement",
    ),
    ResourceType(
        name="Extension",
        endpoint="/Extensions",
        model=models.Extension_,
        description="Extension",
        kind="entitlement",
        managed="description",
    ),
    ResourceType(
        name="日本",
        endpoint="/Nihon",
        model=models.日本,
        description="日本",
        kind="entitlement",
    ),
    ResourceType(
        name="Annotated",
        endpoint="/Annotateds",
        model=models.Annotated_,
        description="Annotated",
    ),
    ResourceType(
        name="Bulk Thing",
        endpoint="/BulkThings",
        model=models.BulkThing,
        description="Bulk Thing",
    ),
)

APPLICATION = Application.from_package("ward_9", name="ward-9", resource_types=RESOURCE_TYPES, generated_for="0.1.0")
