"""The SCIM 2.0 server runtime of apps that scimgen generates.

An app is written against the names here. Everything below is internal and can change in any
release.
"""

from .application import Application
from .commands.main import run_command
from .errors import ScimServerError
from .events.changes import Grant, Member
from .events.hooks import EventContext, Hooks, current_event
from .messages.errors import ScimError
from .ports.resources import StorageError, Store, Taken
from .protocol.app import BASE_PATH, ScimApp
from .protocol.server import build_app
from .schema.models import Binary, Complex, DateTime, Decimal, Extension, Reference, Resource, Scim
from .schema.resource_type import ResourceType
from .service.directory import Directory
from .settings import Settings, SettingsError
from .storage.stores import make_store
from .version import __version__

__all__ = [
    "BASE_PATH",
    "Application",
    "Binary",
    "Complex",
    "DateTime",
    "Decimal",
    "Directory",
    "EventContext",
    "Extension",
    "Grant",
    "Hooks",
    "Member",
    "Reference",
    "Resource",
    "ResourceType",
    "Scim",
    "ScimApp",
    "ScimError",
    "ScimServerError",
    "Settings",
    "SettingsError",
    "StorageError",
    "Store",
    "Taken",
    "__version__",
    "build_app",
    "current_event",
    "make_store",
    "run_command",
]
