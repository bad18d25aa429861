# Emitted by scimgen from collaboration.scim.yaml: edit that and run `scimgen generate`, not this file.
"""Workspace: A space with its own members, channels and files."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .base import Binary, Complex, DateTime, Decimal, Extension, Reference, Resource, Scim


class TandemWorkspaceRetention(Complex):
    """The value of `retention`."""

    days: Annotated[int, Scim("integer", required=True)]
    """After how many days messages are deleted"""

    legal_hold: Annotated[bool | None, Field(alias="legalHold"), Scim("boolean")] = None
    """Whether nothing is deleted for now"""


class TandemWorkspace(Extension):
    """A space with its own members, channels and files."""

    SCHEMA: ClassVar[str] = "urn:brightside:scim:schemas:extension:tandem:1.0:Workspace"
    slug: Annotated[str, Scim("string", required=True, mutability="immutable", uniqueness="server", indexed=True)]
    """Its part of the address"""

    visibility: Annotated[Literal["open", "request", "hidden"], Scim("string", required=True)]
    """Who can find and join it"""

    member_cap: Annotated[int | None, Field(alias="memberCap"), Scim("integer")] = None
    """The most members that it can have"""

    monthly_budget: Annotated[Decimal | None, Field(alias="monthlyBudget"), Scim("decimal", returned="request")] = None
    """What it may spend on guests and recordings"""

    archived: Annotated[bool | None, Scim("boolean")] = None
    """Whether it is kept for reading alone"""

    opened_at: Annotated[DateTime | None, Field(alias="openedAt"), Scim("dateTime", mutability="immutable")] = None
    """When it was opened"""

    site: Annotated[Reference | None, Scim("reference", case_exact=True, reference_types=("external",))] = None
    """Its address in the browser"""

    parent: Annotated[Reference | None, Scim("reference", case_exact=True, reference_types=("Workspace",))] = None
    """The workspace that it belongs to"""

    key_digest: Annotated[
        Binary | None,
        Field(alias="keyDigest"),
        Scim("binary", mutability="readOnly", returned="request", case_exact=True),
    ] = None
    """SHA-256 of the key that its files are encrypted with"""

    topics: Annotated[list[str] | None, Scim("string")] = None
    """Words to find it by"""

    retention: Annotated[TandemWorkspaceRetention | None, Scim("complex")] = None
    """How long messages are kept"""


class Workspace(Resource):
    """A space with its own members, channels and files."""

    SCHEMA: ClassVar[str] = "urn:okta:scim:schemas:core:1.0:Entitlement"
    display_name: Annotated[str, Field(alias="displayName"), Scim("string", required=True)]
    """The name of the entitlement, suitable for display to administrators."""

    type: Annotated[str, Scim("string", required=True, mutability="readOnly", case_exact=True)] = "Workspace"
    """The name of the resource type that the entitlement is one of."""

    description: Annotated[str | None, Scim("string")] = None
    """A description of the entitlement, at most 1000 characters long."""

    tandem_workspace: Annotated[
        TandemWorkspace | None,
        Field(alias="urn:brightside:scim:schemas:extension:tandem:1.0:Workspace"),
        Scim("complex"),
    ] = None
