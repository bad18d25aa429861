# Emitted by scimgen from ward-9.scim.yaml: edit that and run `scimgen generate`, not this file.
"""Annotated."""

from typing import Annotated, ClassVar

from pydantic import Field

from .base import Reference, Resource, Scim


class Annotated_(Resource):
    """The resource type Annotated."""

    SCHEMA: ClassVar[str] = "urn:x-1:scim:schemas:ward-9:1.0:Annotated"
    display_name: Annotated[str, Field(alias="displayName"), Scim("string", required=True)]
    password: Annotated[str | None, Scim("string")] = None
    resource: Annotated[list[Reference] | None, Scim("reference", case_exact=True, reference_types=("Annotated",))] = (
        None
    )
