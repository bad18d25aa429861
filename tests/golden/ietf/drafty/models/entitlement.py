# Emitted by scimgen from drafty.scim.json: edit that and run `scimgen generate`, not this file.
"""Entitlement: Entitlement schema."""

from typing import Annotated, ClassVar

from pydantic import Field

from .base import Extension, Resource, Scim


class DraftyLicense(Extension):
    """License attributes of The draft's dialect, in JSON."""

    SCHEMA: ClassVar[str] = "urn:acme:scim:schemas:extension:drafty:1.0:License"
    seats: Annotated[int | None, Scim("integer")] = None


class Entitlement(Resource):
    """Entitlement schema."""

    SCHEMA: ClassVar[str] = "urn:ietf:params:scim:schemas:core:2.0:Entitlement"
    value: Annotated[str | None, Scim("string", required=True, mutability="readOnly")] = None
    """The value of an entitlement."""

    display: Annotated[str | None, Scim("string", mutability="readOnly")] = None
    """A human-readable name, primarily used for display purposes."""

    type: Annotated[str, Scim("string", mutability="readOnly")] = "Entitlement"
    """A label indicating the entitlement's function."""

    supported: Annotated[bool | None, Scim("boolean", mutability="readOnly")] = None
    """A boolean type that indicates if the entitlement is enabled and usable in the SCIM service provider's system."""

    limited_assignments_permitted: Annotated[
        bool | None, Field(alias="limitedAssignmentsPermitted"), Scim("boolean", mutability="readOnly")
    ] = None
    """A boolean type that indicates if a limited number of users may be assigned this entitlement. A value of false
    should be interpreted as no numerical restriction on the number of users that may hold this entitlement. Other
    restrictions may exist.
    """

    total_assignments_permitted: Annotated[
        int | None, Field(alias="totalAssignmentsPermitted"), Scim("integer", mutability="readOnly")
    ] = None
    """An integer type that indicates how many users may be assigned this entitlement, either directly or inherited."""

    total_assignments_used: Annotated[
        int | None, Field(alias="totalAssignmentsUsed"), Scim("integer", mutability="readOnly")
    ] = None
    """An integer type that indicates how many users are currently assigned this entitlement, either directly or
    inherited.
    """

    contained_by: Annotated[list[str] | None, Field(alias="containedBy"), Scim("string", mutability="readOnly")] = None
    """A list of "parent" entitlements that contain a superset of permissions including those granted by this
    entitlement.
    """

    contains: Annotated[list[str] | None, Scim("string", mutability="readOnly")] = None
    """A list of "child" entitlements that this entitlement grants the rights of."""

    drafty_license: Annotated[
        DraftyLicense | None, Field(alias="urn:acme:scim:schemas:extension:drafty:1.0:License"), Scim("complex")
    ] = None
