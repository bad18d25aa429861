"""Resource types for tests of a store: users, groups, roles, and licenses of the IETF draft.

They have attributes of every type, so that a store can be tested without an app.
"""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from ..schema.attributes import Tree
from ..schema.models import Binary, Complex, DateTime, Decimal, Extension, Reference, Resource, Scim
from ..schema.records import Record, RecordBuilder
from ..schema.resource_type import ResourceType
from ..schema.trees import build_trees


class Name(Complex):
    """The value of `name`."""

    given_name: Annotated[str | None, Field(alias="givenName"), Scim("string")] = None
    family_name: Annotated[str | None, Field(alias="familyName"), Scim("string", indexed=True)] = (
        None
    )


class Email(Complex):
    """One value of `emails`."""

    value: Annotated[str | None, Scim("string")] = None
    type: Annotated[str | None, Scim("string")] = None
    primary: Annotated[bool | None, Scim("boolean")] = None


class Grant(Complex):
    """One value of `roles` or `entitlements`."""

    value: Annotated[str | None, Scim("string", case_exact=True)] = None
    ref: Annotated[Reference | None, Field(alias="$ref"), Scim("reference")] = None
    display: Annotated[str | None, Scim("string", mutability="readOnly")] = None
    type: Annotated[str | None, Scim("string")] = None
    primary: Annotated[bool | None, Scim("boolean")] = None


class UserGroup(Complex):
    """One value of a user's `groups`."""

    value: Annotated[str | None, Scim("string", mutability="readOnly", case_exact=True)] = None
    ref: Annotated[
        Reference | None, Field(alias="$ref"), Scim("reference", mutability="readOnly")
    ] = None
    display: Annotated[str | None, Scim("string", mutability="readOnly")] = None
    type: Annotated[Literal["direct", "indirect"] | None, Scim("string", mutability="readOnly")] = (
        None
    )


class Work(Extension):
    """Where a user works."""

    SCHEMA: ClassVar[str] = "urn:example:scim:schemas:extension:work:1.0:User"
    department: Annotated[str | None, Scim("string")] = None
    sites: Annotated[list[str] | None, Scim("string")] = None
    badge: Annotated[str | None, Scim("string", uniqueness="global")] = None


class User(Resource):
    """A user."""

    SCHEMA: ClassVar[str] = "urn:ietf:params:scim:schemas:core:2.0:User"
    user_name: Annotated[
        str, Field(alias="userName"), Scim("string", required=True, uniqueness="server")
    ]
    display_name: Annotated[str | None, Field(alias="displayName"), Scim("string")] = None
    name: Annotated[Name | None, Scim("complex")] = None
    active: Annotated[bool | None, Scim("boolean")] = None
    emails: Annotated[list[Email] | None, Scim("complex")] = None
    tags: Annotated[list[str] | None, Scim("string")] = None
    code: Annotated[str | None, Scim("string", case_exact=True)] = None
    logins: Annotated[int | None, Scim("integer")] = None
    score: Annotated[Decimal | None, Scim("decimal")] = None
    hired: Annotated[DateTime | None, Scim("dateTime")] = None
    photo: Annotated[Reference | None, Scim("reference")] = None
    certificate: Annotated[Binary | None, Scim("binary")] = None
    pin: Annotated[str | None, Scim("string", returned="request")] = None
    groups: Annotated[list[UserGroup] | None, Scim("complex", mutability="readOnly")] = None
    roles: Annotated[list[Grant] | None, Scim("complex")] = None
    entitlements: Annotated[list[Grant] | None, Scim("complex")] = None
    work: Annotated[Work | None, Field(alias=Work.SCHEMA), Scim("complex")] = None


class Member(Complex):
    """One value of `members`."""

    value: Annotated[str | None, Scim("string", mutability="immutable", case_exact=True)] = None
    ref: Annotated[Reference | None, Field(alias="$ref"), Scim("reference")] = None
    type: Annotated[str | None, Scim("string", mutability="immutable")] = None
    display: Annotated[str | None, Scim("string", mutability="readOnly")] = None


class Group(Resource):
    """A group, which can contain other groups."""

    SCHEMA: ClassVar[str] = "urn:ietf:params:scim:schemas:core:2.0:Group"
    display_name: Annotated[str, Field(alias="displayName"), Scim("string", required=True)]
    members: Annotated[list[Member] | None, Scim("complex")] = None


class Role(Resource):
    """A role in Okta's dialect: links have its id."""

    SCHEMA: ClassVar[str] = "urn:okta:scim:schemas:core:1.0:Role"
    display_name: Annotated[str, Field(alias="displayName"), Scim("string", required=True)]


class License(Resource):
    """An entitlement in the dialect of the IETF draft: links have its `value` and its `type`."""

    SCHEMA: ClassVar[str] = "urn:ietf:params:scim:schemas:core:2.0:Entitlement"
    value: Annotated[str, Scim("string", required=True)]
    display: Annotated[str | None, Scim("string")] = None
    type: Annotated[str | None, Scim("string")] = None


USER, GROUP, ROLE, LICENSE = build_trees(
    (
        ResourceType(name="User", endpoint="/Users", model=User, kind="user"),
        ResourceType(name="Group", endpoint="/Groups", model=Group, kind="group"),
        ResourceType(name="Role", endpoint="/Roles", model=Role, kind="role"),
        ResourceType(
            name="License",
            endpoint="/Licenses",
            model=License,
            kind="entitlement",
            dialect="ietf",
        ),
    )
)
TREES: tuple[Tree, ...] = (USER, GROUP, ROLE, LICENSE)

_BUILDERS = {tree.name: RecordBuilder(tree) for tree in TREES}


def record(tree: Tree, resource_id: str, **values: Any) -> Record:
    """A resource as it is stored.

    Args:
        values: the attributes by their names in the schema, without links; `work` is the extension.
    """
    document = {"schemas": [tree.urn], **values}
    if "work" in document:
        document[Work.SCHEMA] = document.pop("work")
        document["schemas"].append(Work.SCHEMA)
    return _BUILDERS[tree.name].record(resource_id, document)


def user(resource_id: str, user_name: str = "", **values: Any) -> Record:
    """A user as it is stored; `userName` is the id if it is not given."""
    return record(USER, resource_id, userName=user_name or resource_id, **values)


def group(resource_id: str, **values: Any) -> Record:
    """A group as it is stored, named by its id."""
    return record(GROUP, resource_id, displayName=resource_id, **values)
