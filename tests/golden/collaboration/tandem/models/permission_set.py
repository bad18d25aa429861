# Emitted by scimgen from collaboration.scim.yaml: edit that and run `scimgen generate`, not this file.
"""Permission Set: What a person may do with one kind of content."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .base import Complex, Decimal, Extension, Reference, Resource, Scim


class TandemPermissionSetGrants(Complex):
    """One value of `grants`."""

    object: Annotated[str, Scim("string", required=True, case_exact=True)]
    """What the right is for"""

    verbs: Annotated[
        list[Literal["view", "comment", "edit", "share", "delete", "configure"]] | None, Scim("string")
    ] = None
    """What may be done"""

    max_size_mb: Annotated[Decimal | None, Field(alias="maxSizeMb"), Scim("decimal")] = None
    """The largest file that it covers"""


class TandemPermissionSet(Extension):
    """What a person may do with one kind of content."""

    SCHEMA: ClassVar[str] = "urn:brightside:scim:schemas:extension:tandem:1.0:PermissionSet"
    area: Annotated[str, Scim("string", required=True, indexed=True)]
    """The kind of content"""

    risk: Annotated[Literal["low", "medium", "high"] | None, Scim("string", returned="always")] = None
    """What its misuse could do"""

    needs_approval: Annotated[bool | None, Field(alias="needsApproval"), Scim("boolean")] = None
    """Whether a second person confirms the grant"""

    review_every_days: Annotated[int | None, Field(alias="reviewEveryDays"), Scim("integer")] = None
    """How often the grant is reviewed"""

    policy: Annotated[Reference | None, Scim("reference", case_exact=True, reference_types=("uri",))] = None
    """The policy that it implements"""

    grants: Annotated[list[TandemPermissionSetGrants] | None, Scim("complex")] = None
    """The rights one by one"""


class PermissionSet(Resource):
    """What a person may do with one kind of content."""

    SCHEMA: ClassVar[str] = "urn:okta:scim:schemas:core:1.0:Entitlement"
    display_name: Annotated[str, Field(alias="displayName"), Scim("string", required=True)]
    """The name of the entitlement, suitable for display to administrators."""

    type: Annotated[str, Scim("string", required=True, mutability="readOnly", case_exact=True)] = "Permission Set"
    """The name of the resource type that the entitlement is one of."""

    description: Annotated[str | None, Scim("string")] = None
    """A description of the entitlement, at most 1000 characters long."""

    tandem_permission_set: Annotated[
        TandemPermissionSet | None,
        Field(alias="urn:brightside:scim:schemas:extension:tandem:1.0:PermissionSet"),
        Scim("complex"),
    ] = None
