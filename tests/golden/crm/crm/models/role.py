# Emitted by scimgen from crm.scim.yaml: edit that and run `scimgen generate`, not this file.
"""Role: Okta Role."""

from typing import Annotated, ClassVar

from pydantic import Field

from .base import Resource, Scim


class Role(Resource):
    """Okta Role."""

    SCHEMA: ClassVar[str] = "urn:okta:scim:schemas:core:1.0:Role"
    display_name: Annotated[str, Field(alias="displayName"), Scim("string", required=True)]
    """The name of the role, suitable for display to administrators."""

    description: Annotated[str | None, Scim("string")] = None
    """A description of the role."""
