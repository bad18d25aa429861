# Emitted by scimgen from collaboration.scim.yaml: edit that and run `scimgen generate`, not this file.
"""Storage Plan: Room for files beyond the seat's."""

from typing import Annotated, ClassVar

from pydantic import Field

from .base import Decimal, Extension, Resource, Scim


class TandemStoragePlan(Extension):
    """Room for files beyond the seat's."""

    SCHEMA: ClassVar[str] = "urn:brightside:scim:schemas:extension:tandem:1.0:StoragePlan"
    quota_bytes: Annotated[int, Field(alias="quotaBytes"), Scim("integer", required=True, mutability="immutable")]
    """Its size in bytes"""

    price_per_gb: Annotated[Decimal | None, Field(alias="pricePerGb"), Scim("decimal")] = None
    """The price of each gigabyte above it"""

    used_bytes: Annotated[int | None, Field(alias="usedBytes"), Scim("integer", mutability="readOnly")] = None
    """What its holders use now"""


class StoragePlan(Resource):
    """Room for files beyond the seat's."""

    SCHEMA: ClassVar[str] = "urn:okta:scim:schemas:core:1.0:Entitlement"
    display_name: Annotated[str, Field(alias="displayName"), Scim("string", required=True)]
    """The name of the entitlement, suitable for display to administrators."""

    type: Annotated[str, Scim("string", required=True, mutability="readOnly", case_exact=True)] = "Storage Plan"
    """The name of the resource type that the entitlement is one of."""

    description: Annotated[str | None, Scim("string")] = None
    """A description of the entitlement, at most 1000 characters long."""

    tandem_storage_plan: Annotated[
        TandemStoragePlan | None,
        Field(alias="urn:brightside:scim:schemas:extension:tandem:1.0:StoragePlan"),
        Scim("complex"),
    ] = None
