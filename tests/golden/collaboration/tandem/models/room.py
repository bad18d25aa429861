# Emitted by scimgen from collaboration.scim.yaml: edit that and run `scimgen generate`, not this file.
"""Room: A meeting room and what is in it."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .base import Complex, Decimal, Reference, Resource, Scim


class RoomPosition(Complex):
    """The value of `position`."""

    latitude: Annotated[Decimal | None, Scim("decimal")] = None
    """Degrees north"""

    longitude: Annotated[Decimal | None, Scim("decimal")] = None
    """Degrees east"""

    floor: Annotated[int | None, Scim("integer")] = None
    """The floor"""


class Room(Resource):
    """A meeting room and what is in it."""

    SCHEMA: ClassVar[str] = "urn:brightside:scim:schemas:tandem:1.0:Room"
    display_name: Annotated[str, Field(alias="displayName"), Scim("string", required=True)]
    """The name at the door"""

    calendar: Annotated[str, Scim("string", required=True, uniqueness="server", indexed=True)]
    """The address that books it"""

    building: Annotated[str | None, Scim("string", case_exact=True)] = None
    """The building's code"""

    seats: Annotated[int | None, Scim("integer")] = None
    """How many people can sit in it"""

    accessible: Annotated[bool | None, Scim("boolean")] = None
    """Whether it can be reached without steps"""

    equipment: Annotated[list[Literal["screen", "camera", "whiteboard", "phone"] | str] | None, Scim("string")] = None
    """What is in it"""

    position: Annotated[RoomPosition | None, Scim("complex")] = None
    """Where it is"""

    photo: Annotated[Reference | None, Scim("reference", case_exact=True, reference_types=("external",))] = None
    """A picture of it"""

    caretakers: Annotated[
        list[Reference] | None, Scim("reference", case_exact=True, reference_types=("User", "Group"))
    ] = None
    """Whom to tell when something is broken"""
