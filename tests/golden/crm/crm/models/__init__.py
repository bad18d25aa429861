# Emitted by scimgen from crm.scim.yaml: edit that and run `scimgen generate`, not this file.
"""The resource types, a module each."""

from .group import Group
from .license import License
from .permission_set import PermissionSet
from .role import Role
from .user import User

__all__ = ["Group", "License", "PermissionSet", "Role", "User"]
