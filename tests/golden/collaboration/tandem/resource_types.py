# Emitted by scimgen from collaboration.scim.yaml: edit that and run `scimgen generate`, not this file.
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
        description="What a person may do in the whole organisation",
        kind="role",
    ),
    ResourceType(
        name="Seat",
        endpoint="/Seats",
        model=models.Seat,
        description="What a person's access costs and includes",
        kind="entitlement",
        managed="description",
        limit=2500,
        required_extensions=("urn:brightside:scim:schemas:extension:tandem:1.0:Seat",),
    ),
    ResourceType(
        name="Workspace",
        endpoint="/Workspaces",
        model=models.Workspace,
        description="A space with its own members, channels and files",
        kind="entitlement",
        required_extensions=("urn:brightside:scim:schemas:extension:tandem:1.0:Workspace",),
    ),
    ResourceType(
        name="Permission Set",
        endpoint="/PermissionSets",
        model=models.PermissionSet,
        description="What a person may do with one kind of content",
        kind="entitlement",
        required_extensions=("urn:brightside:scim:schemas:extension:tandem:1.0:PermissionSet",),
    ),
    ResourceType(
        name="Channel",
        endpoint="/Channels",
        model=models.Channel,
        description="A channel that is joined by assignment, such as announcements and on-call rooms",
        kind="entitlement",
        required_extensions=("urn:brightside:scim:schemas:extension:tandem:1.0:Channel",),
    ),
    ResourceType(
        name="Storage Plan",
        endpoint="/StoragePlans",
        model=models.StoragePlan,
        description="Room for files beyond the seat's",
        kind="entitlement",
        limit=500,
        required_extensions=("urn:brightside:scim:schemas:extension:tandem:1.0:StoragePlan",),
    ),
    ResourceType(
        name="Add-on",
        endpoint="/AddOns",
        model=models.AddOn,
        description="Functions that are bought one by one",
        kind="entitlement",
        required_extensions=("urn:brightside:scim:schemas:extension:tandem:2.0:AddOn",),
    ),
    ResourceType(
        name="Security Policy",
        endpoint="/SecurityPolicies",
        model=models.SecurityPolicy,
        description="How a person must sign in",
        kind="entitlement",
        managed="description",
    ),
    ResourceType(
        name="Guest Pass",
        endpoint="/GuestPasses",
        model=models.GuestPass,
        description="Leave to invite people from outside",
        kind="entitlement",
        limit=200,
    ),
    ResourceType(
        name="Room",
        endpoint="/Rooms",
        model=models.Room,
        description="A meeting room and what is in it",
    ),
    ResourceType(
        name="Integration",
        endpoint="/Integrations",
        model=models.Integration,
        description="Another system that reads or writes on somebody's behalf",
    ),
)

APPLICATION = Application.from_package("tandem", name="tandem", resource_types=RESOURCE_TYPES, generated_for="0.1.0")
