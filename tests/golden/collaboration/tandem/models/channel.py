# Emitted by scimgen from collaboration.scim.yaml: edit that and run `scimgen generate`, not this file.
"""Channel: A channel that is joined by assignment, such as announcements and on-call rooms."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .base import DateTime, Extension, Reference, Resource, Scim


class TandemChannel(Extension):
    """A channel that is joined by assignment, such as announcements and on-call rooms."""

    SCHEMA: ClassVar[str] = "urn:brightside:scim:schemas:extension:tandem:1.0:Channel"
    address: Annotated[str, Scim("string", required=True, uniqueness="global")]
    """The e-mail address that posts to it"""

    workspace: Annotated[
        Reference,
        Scim("reference", required=True, mutability="immutable", case_exact=True, reference_types=("Workspace",)),
    ]
    """Where it is"""

    posting: Annotated[Literal["everyone", "moderators", "integrations"] | str | None, Scim("string")] = None
    """Who may write"""

    encrypted: Annotated[bool | None, Scim("boolean")] = None
    """Whether messages are encrypted end to end"""

    quiet_from: Annotated[DateTime | None, Field(alias="quietFrom"), Scim("dateTime")] = None
    """From when on it notifies nobody, during holidays"""


class Channel(Resource):
    """A channel that is joined by assignment, such as announcements and on-call rooms."""

    SCHEMA: ClassVar[str] = "urn:okta:scim:schemas:core:1.0:Entitlement"
    display_name: Annotated[str, Field(alias="displayName"), Scim("string", required=True)]
    """The name of the entitlement, suitable for display to administrators."""

    type: Annotated[str, Scim("string", required=True, mutability="readOnly", case_exact=True)] = "Channel"
    """The name of the resource type that the entitlement is one of."""

    description: Annotated[str | None, Scim("string")] = None
    """A description of the entitlement, at most 1000 characters long."""

    tandem_channel: Annotated[
        TandemChannel | None, Field(alias="urn:brightside:scim:schemas:extension:tandem:1.0:Channel"), Scim("complex")
    ] = None
