"""Rules of the SCIM 2.0 connector of SailPoint.

It reads `/ResourceTypes/User` and `/Schemas/{core User}`.
"""

from scimgen.diagnostics import Severity
from scimgen.documents import urns
from scimgen.rules.nodes import ServiceProvider
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, rule

_CONNECTOR = "SailPoint: SCIM 2.0 connector"


@rule(
    "sailpoint-user-type",
    Severity.ERROR,
    Kind.SET,
    _CONNECTOR,
    bad='"name": "Account", "schema": "urn:ietf:params:scim:schemas:core:2.0:User"',
    good='"name": "User", "schema": "urn:ietf:params:scim:schemas:core:2.0:User"',
    client="sailpoint",
)
def sailpoint_user_type(provider: ServiceProvider, report: Report) -> None:
    """The resource type of the core User has the name User

    The connector reads /ResourceTypes/User.
    """
    for resource_type in provider.resource_types:
        name = resource_type.string("name")
        if resource_type.string("schema").lower() == urns.USER.lower() and name and name != "User":
            message = f'SailPoint finds no /ResourceTypes/User: the name is "{name}"'
            report(resource_type.at("name"), message, 'write "User"')


@rule(
    "sailpoint-user-schema",
    Severity.ERROR,
    Kind.SET,
    _CONNECTOR,
    bad="/Schemas without urn:ietf:params:scim:schemas:core:2.0:User",
    good="its Schema in /Schemas",
    client="sailpoint",
)
def sailpoint_user_schema(provider: ServiceProvider, report: Report) -> None:
    """/Schemas has the schema of the core User

    The connector reads /Schemas/urn:ietf:params:scim:schemas:core:2.0:User. Okta does not need the
    schema.
    """
    ids = {schema.id.lower() for schema in provider.schemas}
    if not ids or urns.USER.lower() in ids:
        return
    for resource_type in provider.resource_types:
        if resource_type.string("schema").lower() == urns.USER.lower():
            report(
                resource_type.at("schema"),
                "SailPoint finds no schema of the core User",
                "add it to /Schemas",
            )
