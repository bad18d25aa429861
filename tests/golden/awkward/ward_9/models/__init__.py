# Emitted by scimgen from ward-9.scim.yaml: edit that and run `scimgen generate`, not this file.
"""The resource types, a module each."""

from .annotated import Annotated_
from .bulk_thing import BulkThing
from .class_ import Class
from .décor import Décor
from .extension import Extension_
from .group import Group
from .none import None_
from .role import Role
from .user import User
from .日本 import 日本

__all__ = ["Annotated_", "BulkThing", "Class", "Décor", "Extension_", "Group", "None_", "Role", "User", "日本"]
