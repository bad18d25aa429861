# Emitted by scimgen from collaboration.scim.yaml: edit that and run `scimgen generate`, not this file.
"""Security Policy: How a person must sign in."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .base import Extension, Resource, Scim


class UrnBrightsideScimSchemasExtensionSecurity10Policy(Extension):
    """The rules that a session is held to."""

    SCHEMA: ClassVar[str] = "urn:brightside:scim:schemas:extension:security:1.0:Policy"
    second_factor: Annotated[
        Literal["none", "totp", "webauthn"] | None, Field(alias="secondFactor"), Scim("string")
    ] = None
    """What is asked besides the password"""

    session_hours: Annotated[int | None, Field(alias="sessionHours"), Scim("integer")] = None
    """After how many hours a session ends"""

    networks: Annotated[list[str] | None, Scim("string")] = None
    """Where sessions may come from (CIDR)"""


class SecurityPolicy(Resource):
    """How a person must sign in."""

    SCHEMA: ClassVar[str] = "urn:okta:scim:schemas:core:1.0:Entitlement"
    display_name: Annotated[str, Field(alias="displayName"), Scim("string", required=True)]
    """The name of the entitlement, suitable for display to administrators."""

    type: Annotated[str, Scim("string", required=True, mutability="readOnly", case_exact=True)] = "Security Policy"
    """The name of the resource type that the entitlement is one of."""

    description: Annotated[str | None, Scim("string")] = None
    """A description of the entitlement, at most 1000 characters long."""

    security_policy: Annotated[
        UrnBrightsideScimSchemasExtensionSecurity10Policy | None,
        Field(alias="urn:brightside:scim:schemas:extension:security:1.0:Policy"),
        Scim("complex"),
    ] = None
