"""The model of an app, with the names of the RFCs, as frozen dataclasses with places."""

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
