# Emitted by scimgen from collaboration.scim.yaml: edit that and run `scimgen generate`, not this file.
"""Group."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .base import Complex, DateTime, Extension, Reference, Resource, Scim


class TandemGroup(Extension):
    """Group attributes of Tandem."""

    SCHEMA: ClassVar[str] = "urn:brightside:scim:schemas:extension:tandem:1.0:Group"
    handle: Annotated[str | None, Scim("string", uniqueness="server", indexed=True)] = None
    """The name that mentions it in a message, such as @design"""

    mentionable: Annotated[bool | None, Scim("boolean")] = None
    """Whether a mention notifies every member"""

    expires_at: Annotated[DateTime | None, Field(alias="expiresAt"), Scim("dateTime")] = None
    """When the group is archived unless somebody renews it"""


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

    tandem_group: Annotated[
        TandemGroup | None, Field(alias="urn:brightside:scim:schemas:extension:tandem:1.0:Group"), Scim("complex")
    ] = None
