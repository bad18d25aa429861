# Emitted by scimgen from okta-guide.scim.yaml: edit that and run `scimgen generate`, not this file.
"""Profile: Okta Entitlement."""

from typing import Annotated, ClassVar

from pydantic import Field

from .base import Extension, Resource, Scim


class AppnameProfile(Extension):
    """An example of a Profile Entitlement schema extension."""

    SCHEMA: ClassVar[str] = "urn:isvname:scim:schemas:extension:appname:1.0:Profile"
    custom_profile_property: Annotated[str | None, Field(alias="customProfileProperty"), Scim("string")] = None
    """A Profile Entitlement extension field"""


class Profile(Resource):
    """Okta Entitlement."""

    SCHEMA: ClassVar[str] = "urn:okta:scim:schemas:core:1.0:Entitlement"
    display_name: Annotated[str, Field(alias="displayName"), Scim("string", required=True)]
    """The name of the entitlement, suitable for display to administrators."""

    type: Annotated[str, Scim("string", required=True, mutability="readOnly", case_exact=True)] = "Profile"
    """The name of the resource type that the entitlement is one of."""

    description: Annotated[str | None, Scim("string")] = None
    """A description of the entitlement, at most 1000 characters long."""

    appname_profile: Annotated[
        AppnameProfile | None, Field(alias="urn:isvname:scim:schemas:extension:appname:1.0:Profile"), Scim("complex")
    ] = None
