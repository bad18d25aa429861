# Emitted by scimgen from collaboration.scim.yaml: edit that and run `scimgen generate`, not this file.
"""Add-on: Functions that are bought one by one."""

from typing import Annotated, ClassVar

from pydantic import Field

from .base import Extension, Resource, Scim


class TandemAddOn(Extension):
    """Functions that are bought one by one."""

    SCHEMA: ClassVar[str] = "urn:brightside:scim:schemas:extension:tandem:2.0:AddOn"
    code: Annotated[str, Scim("string", required=True, mutability="immutable", uniqueness="server", case_exact=True)]
    """What the client software asks for"""

    beta: Annotated[bool | None, Scim("boolean")] = None
    """Whether it may change without notice"""

    activation_key: Annotated[
        str | None, Field(alias="activationKey"), Scim("string", mutability="writeOnly", returned="never")
    ] = None
    """The key that its maker issued"""


class AddOn(Resource):
    """Functions that are bought one by one."""

    SCHEMA: ClassVar[str] = "urn:okta:scim:schemas:core:1.0:Entitlement"
    display_name: Annotated[str, Field(alias="displayName"), Scim("string", required=True)]
    """The name of the entitlement, suitable for display to administrators."""

    type: Annotated[str, Scim("string", required=True, mutability="readOnly", case_exact=True)] = "Add-on"
    """The name of the resource type that the entitlement is one of."""

    description: Annotated[str | None, Scim("string")] = None
    """A description of the entitlement, at most 1000 characters long."""

    tandem_add_on: Annotated[
        TandemAddOn | None, Field(alias="urn:brightside:scim:schemas:extension:tandem:2.0:AddOn"), Scim("complex")
    ] = None
