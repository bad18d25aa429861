"""The centre: what an app is, in the RFCs' words and nothing else. Frozen, typed, each part with its place."""

from scimgen.model.app import AllowedBreak, App, Authentication, ServiceProviderConfig
from scimgen.model.attribute import Attribute, AttributeType, Mutability, Returned, Uniqueness
from scimgen.model.resource_type import Kind, Managed, ResourceType, SchemaExtension, Value
from scimgen.model.schema import Schema

__all__ = [
    "AllowedBreak",
    "App",
    "Attribute",
    "AttributeType",
    "Authentication",
    "Kind",
    "Managed",
    "Mutability",
    "ResourceType",
    "Returned",
    "Schema",
    "SchemaExtension",
    "ServiceProviderConfig",
    "Uniqueness",
    "Value",
]
