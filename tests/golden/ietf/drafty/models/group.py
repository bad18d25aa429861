# Emitted by scimgen from drafty.scim.json: edit that and run `scimgen generate`, not this file.
"""Group."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .base import Complex, Reference, Resource, Scim


class GroupMembers(Complex):
    """One value of `members`."""

    value: Annotated[str | None, Scim("string", mutability="immutable", case_exact=True)] = None
    """Identifier of the member of this Group."""

    ref: Annotated[
        Reference | None,
        Field(alias="$ref"),
        Scim("reference", mutability="immutable", case_exact=True, reference_types=("User", "Group")),
    ] = None
    """The URI corresponding to a SCIM resource that is a member of this Group."""

    type: Annotated[Literal["User", "Group"] | str | None, Scim("string", mutability="immutable")] = None
    """A label indicating the type of resource, e.g., 'User' or 'Group'."""

    display: Annotated[str | None, Scim("string", mutability="readOnly")] = None
    """A human-readable name, primarily used for display purposes."""


class Group(Resource):
    """The resource type Group."""

    SCHEMA: ClassVar[str] = "urn:ietf:params:scim:schemas:core:2.0:Group"
    display_name: Annotated[str, Field(alias="displayName"), Scim("string", required=True)]
    """A human-readable name for the Group. REQUIRED."""

    members: Annotated[list[GroupMembers] | None, Scim("complex")] = None
    """A list of members of the Group."""
