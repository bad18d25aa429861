# Emitted by scimgen from collaboration.scim.yaml: edit that and run `scimgen generate`, not this file.
"""The resource types, a module each."""

from .add_on import AddOn
from .channel import Channel
from .group import Group
from .guest_pass import GuestPass
from .integration import Integration
from .permission_set import PermissionSet
from .role import Role
from .room import Room
from .seat import Seat
from .security_policy import SecurityPolicy
from .storage_plan import StoragePlan
from .user import User
from .workspace import Workspace

__all__ = [
    "AddOn",
    "Channel",
    "Group",
    "GuestPass",
    "Integration",
    "PermissionSet",
    "Role",
    "Room",
    "Seat",
    "SecurityPolicy",
    "StoragePlan",
    "User",
    "Workspace",
]
