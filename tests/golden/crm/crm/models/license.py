# Emitted by scimgen from crm.scim.yaml: edit that and run `scimgen generate`, not this file.
"""License: Product licences that a user can hold."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .base import Complex, DateTime, Decimal, Extension, Reference, Resource, Scim


class CrmLicenseLimits(Complex):
    """One value of `limits`."""

    name: Annotated[str | None, Scim("string")] = None
    value: Annotated[Decimal | None, Scim("decimal")] = None


class CrmLicense(Extension):
    """Product licences that a user can hold."""

    SCHEMA: ClassVar[str] = "urn:acme:scim:schemas:extension:crm:1.0:License"
    tier: Annotated[Literal["free", "pro", "enterprise"] | str, Scim("string", required=True)]
    seats: Annotated[int | None, Scim("integer")] = None
    renews_at: Annotated[DateTime | None, Field(alias="renewsAt"), Scim("dateTime")] = None
    owners: Annotated[list[Reference] | None, Scim("reference", case_exact=True, reference_types=("User",))] = None
    limits: Annotated[list[CrmLicenseLimits] | None, Scim("complex")] = None


class License(Resource):
    """Product licences that a user can hold."""

    SCHEMA: ClassVar[str] = "urn:okta:scim:schemas:core:1.0:Entitlement"
    display_name: Annotated[str, Field(alias="displayName"), Scim("string", required=True)]
    """The name of the entitlement, suitable for display to administrators."""

    type: Annotated[str, Scim("string", required=True, mutability="readOnly", case_exact=True)] = "License"
    """The name of the resource type that the entitlement is one of."""

    description: Annotated[str | None, Scim("string")] = None
    """A description of the entitlement, at most 1000 characters long."""

    crm_license: Annotated[
        CrmLicense | None, Field(alias="urn:acme:scim:schemas:extension:crm:1.0:License"), Scim("complex")
    ] = None
