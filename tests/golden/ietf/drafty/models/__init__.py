# Emitted by scimgen from drafty.scim.json: edit that and run `scimgen generate`, not this file.
"""The resource types, a module each."""

from .entitlement import Entitlement
from .group import Group
from .role import Role
from .user import User

__all__ = ["Entitlement", "Group", "Role", "User"]
