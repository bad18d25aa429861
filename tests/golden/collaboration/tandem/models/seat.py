# Emitted by scimgen from collaboration.scim.yaml: edit that and run `scimgen generate`, not this file.
"""Seat: What a person's access costs and includes."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .base import DateTime, Decimal, Extension, Resource, Scim


class TandemSeat(Extension):
    """What a person's access costs and includes."""

    SCHEMA: ClassVar[str] = "urn:brightside:scim:schemas:extension:tandem:1.0:Seat"
    sku: Annotated[str, Scim("string", required=True, mutability="immutable", uniqueness="global", case_exact=True)]
    """The article number in the price list"""

    tier: Annotated[Literal["guest", "member", "pro", "enterprise"], Scim("string", required=True, returned="always")]
    """How much is included"""

    monthly_price: Annotated[Decimal | None, Field(alias="monthlyPrice"), Scim("decimal")] = None
    """The price a month in the billing currency"""

    storage_gb: Annotated[int | None, Field(alias="storageGb"), Scim("integer")] = None
    """Gigabytes of storage included"""

    recording: Annotated[bool | None, Scim("boolean")] = None
    """Whether meetings can be recorded"""

    renews_at: Annotated[DateTime | None, Field(alias="renewsAt"), Scim("dateTime")] = None
    """The end of the contract"""

    features: Annotated[
        list[Literal["chat", "calls", "whiteboard", "sso", "audit-log"] | str] | None, Scim("string")
    ] = None
    """What is switched on"""


class Seat(Resource):
    """What a person's access costs and includes."""

    SCHEMA: ClassVar[str] = "urn:okta:scim:schemas:core:1.0:Entitlement"
    display_name: Annotated[str, Field(alias="displayName"), Scim("string", required=True)]
    """The name of the entitlement, suitable for display to administrators."""

    type: Annotated[str, Scim("string", required=True, mutability="readOnly", case_exact=True)] = "Seat"
    """The name of the resource type that the entitlement is one of."""

    description: Annotated[str | None, Scim("string")] = None
    """A description of the entitlement, at most 1000 characters long."""

    tandem_seat: Annotated[
        TandemSeat | None, Field(alias="urn:brightside:scim:schemas:extension:tandem:1.0:Seat"), Scim("complex")
    ] = None
