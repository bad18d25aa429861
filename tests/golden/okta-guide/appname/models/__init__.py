# Emitted by scimgen from okta-guide.scim.yaml: edit that and run `scimgen generate`, not this file.
"""The resource types, a module each."""

from .entitlement import Entitlement
from .group import Group
from .profile import Profile
from .role import Role
from .user import User

__all__ = ["Entitlement", "Group", "Profile", "Role", "User"]
