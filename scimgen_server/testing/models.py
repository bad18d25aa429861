"""A small app for tests of stores: users, groups, roles, licences, and licences of the IETF draft's dialect."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ..schema.models import Complex, DateTime, Resource, Scim
from ..schema.resource_type import ResourceType
from ..schema.trees import build_trees


class Email(Complex):
    """One value of `emails`."""

    value: Annotated[str | None, Scim("string")] = None
    type: Annotated[Literal["work", "home"] | str | None, Scim("string")] = None
    primary: Annotated[bool | None, Scim("boolean")] = None


class Name(Complex):
    """The value of `name`."""

    given_name: Annotated[str | None, Field(alias="givenName"), Scim("string")] = None
    family_name: Annotated[str | None, Field(alias="familyName"), Scim("string")] = None


class Grant(Complex):
    """One value of `roles`, `entitlements`, `groups` or `members`."""

    value: Annotated[str | None, Scim("string", case_exact=True)] = None
    ref: Annotated[str | None, Field(alias="$ref"), Scim("reference", case_exact=True)] = None
    display: Annotated[str | None, Scim("string")] = None
    type: Annotated[str | None, Scim("string")] = None
    primary: Annotated[bool | None, Scim("boolean")] = None


class User(Resource):
    """A user."""

    SCHEMA: ClassVar[str] = "urn:ietf:params:scim:schemas:core:2.0:User"
    user_name: Annotated[
        str, Field(alias="userName"), Scim("string", required=True, uniqueness="server")
    ]
    display_name: Annotated[str | None, Field(alias="displayName"), Scim("string")] = None
    name: Annotated[Name | None, Scim("complex")] = None
    active: Annotated[bool | None, Scim("boolean")] = None
    hired: Annotated[DateTime | None, Scim("dateTime")] = None
    level: Annotated[int | None, Scim("integer")] = None
    tags: Annotated[list[str] | None, Scim("string")] = None
    pin: Annotated[str | None, Scim("string", mutability="writeOnly", returned="never")] = None
    emails: Annotated[list[Email] | None, Scim("complex")] = None
    groups: Annotated[list[Grant] | None, Scim("complex", mutability="readOnly")] = None
    roles: Annotated[list[Grant] | None, Scim("complex")] = None
    entitlements: Annotated[list[Grant] | None, Scim("complex")] = None


class Group(Resource):
    """A group."""

    SCHEMA: ClassVar[str] = "urn:ietf:params:scim:schemas:core:2.0:Group"
    display_name: Annotated[str, Field(alias="displayName"), Scim("string", required=True)]
    members: Annotated[list[Grant] | None, Scim("complex")] = None


class Role(Resource):
    """A role."""

    SCHEMA: ClassVar[str] = "urn:okta:scim:schemas:core:1.0:Role"
    display_name: Annotated[str, Field(alias="displayName"), Scim("string", required=True)]


class License(Resource):
    """A licence."""

    SCHEMA: ClassVar[str] = "urn:okta:scim:schemas:core:1.0:Entitlement"
    display_name: Annotated[str, Field(alias="displayName"), Scim("string", required=True)]
    type: Annotated[str, Scim("string", required=True)] = "License"


class Seat(Resource):
    """An entitlement of the IETF draft, which links name by its `value`."""

    SCHEMA: ClassVar[str] = "urn:ietf:params:scim:schemas:core:2.0:Entitlement"
    value: Annotated[str, Scim("string", required=True)]
    display: Annotated[str | None, Scim("string")] = None
    type: Annotated[str | None, Scim("string")] = None


RESOURCE_TYPES = (
    ResourceType(name="User", endpoint="/Users", model=User, kind="user"),
    ResourceType(name="Group", endpoint="/Groups", model=Group, kind="group"),
    ResourceType(name="Role", endpoint="/Roles", model=Role, kind="role"),
    ResourceType(name="License", endpoint="/Licenses", model=License, kind="entitlement"),
    ResourceType(name="Seat", endpoint="/Seats", model=Seat, kind="entitlement", dialect="ietf"),
)
TREES = {tree.name: tree for tree in build_trees(RESOURCE_TYPES)}
