# Emitted by scimgen from ward-9.scim.yaml: edit that and run `scimgen generate`, not this file.
"""Bulk Thing."""

from typing import Annotated, ClassVar

from pydantic import Field

from .base import Resource, Scim


class BulkThing(Resource):
    """The resource type Bulk Thing."""

    SCHEMA: ClassVar[str] = "urn:x-1:scim:schemas:ward-9:1.0:BulkThing"
    a: Annotated[str | None, Scim("string")] = None
    a1: Annotated[str | None, Field(alias="A1"), Scim("string")] = None
    a_1: Annotated[str | None, Scim("string")] = None
