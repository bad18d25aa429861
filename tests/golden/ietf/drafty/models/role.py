# Emitted by scimgen from drafty.scim.json: edit that and run `scimgen generate`, not this file.
"""Role: Role schema."""

from typing import Annotated, ClassVar

from pydantic import Field

from .base import Resource, Scim


class Role(Resource):
    """Role schema."""

    SCHEMA: ClassVar[str] = "urn:ietf:params:scim:schemas:core:2.0:Role"
    value: Annotated[str | None, Scim("string", required=True, mutability="readOnly")] = None
    """The value of a role."""

    display: Annotated[str | None, Scim("string", mutability="readOnly")] = None
    """A human-readable name, primarily used for display purposes."""

    type: Annotated[str | None, Scim("string", mutability="readOnly")] = None
    """A label indicating the role's function."""

    supported: Annotated[bool | None, Scim("boolean", required=True, mutability="readOnly")] = None
    """A boolean type that indicates if the role is supported and usable in the SCIM service provider's system."""

    limited_assignments_permitted: Annotated[
        bool | None, Field(alias="limitedAssignmentsPermitted"), Scim("boolean", mutability="readOnly")
    ] = None
    """A boolean type that indicates if a limited number of users may be assigned this role. A value of false should be
    interpreted as no numerical restriction on the number of users that may hold this role. Other restrictions may
    exist.
    """

    total_assignments_permitted: Annotated[
        int | None, Field(alias="totalAssignmentsPermitted"), Scim("integer", mutability="readOnly")
    ] = None
    """An integer type that indicates how many users may be assigned this role, either directly or inherited."""

    total_assignments_used: Annotated[
        int | None, Field(alias="totalAssignmentsUsed"), Scim("integer", mutability="readOnly")
    ] = None
    """An integer type that indicates how many users are currently assigned this role, either directly or inherited."""

    contained_by: Annotated[list[str] | None, Field(alias="containedBy"), Scim("string", mutability="readOnly")] = None
    """A list of "parent" roles that contain a superset of permissions including those granted by this role."""

    contains: Annotated[list[str] | None, Scim("string", mutability="readOnly")] = None
    """A list of "child" roles that this role grants the rights of."""
