# Emitted by scimgen from ward-9.scim.yaml: edit that and run `scimgen generate`, not this file.
"""Extension: Okta Entitlement."""

from typing import Annotated, ClassVar

from pydantic import Field

from .base import Extension, Resource, Scim


class Ward9Extension(Extension):
    """Extension attributes of Ward "9" {{ 7*7 }} {% raw %} \\ '''" \"\"\" # <b>."""

    SCHEMA: ClassVar[str] = "urn:x-1:scim:schemas:extension:ward-9:1.0:Extension"
    field: Annotated[str | None, Scim("string")] = None


class Extension_(Resource):
    """Okta Entitlement."""

    SCHEMA: ClassVar[str] = "urn:okta:scim:schemas:core:1.0:Entitlement"
    display_name: Annotated[str, Field(alias="displayName"), Scim("string", required=True)]
    """The name of the entitlement, suitable for display to administrators."""

    type: Annotated[str, Scim("string", required=True, mutability="readOnly", case_exact=True)] = "Extension"
    """The name of the resource type that the entitlement is one of."""

    description: Annotated[str | None, Scim("string")] = None
    """A description of the entitlement, at most 1000 characters long."""

    ward_9_extension: Annotated[
        Ward9Extension | None, Field(alias="urn:x-1:scim:schemas:extension:ward-9:1.0:Extension"), Scim("complex")
    ] = None
