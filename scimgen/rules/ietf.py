"""Rules of draft-ietf-scim-roles-entitlements (October 2025)."""

from scimgen.diagnostics import Severity
from scimgen.documents import urns
from scimgen.rules import uris
from scimgen.rules.nodes import Resource, Schema, ServiceProvider
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, rule
from scimgen.source import Node, Object, Scalar

_DRAFT = "draft-ietf-scim-roles-entitlements"
_TYPES = {
    "value": "string",
    "display": "string",
    "type": "string",
    "supported": "boolean",
    "limitedassignmentspermitted": "boolean",
    "totalassignmentspermitted": "integer",
    "totalassignmentsused": "integer",
}
_LISTS = ("contains", "containedby")


def _is_true_or_false(node: Node | None) -> bool:
    return isinstance(node, Scalar) and isinstance(node.value, bool)


@rule(
    "draft-re-advertise",
    Severity.WARNING,
    Kind.SET,
    _DRAFT,
    bad="a Role resource type, and a ServiceProviderConfig without RolesAndEntitlements",
    good=(
        '"RolesAndEntitlements": {"roles": {"supported": true}, "entitlements": {"supported":'
        " false}}"
    ),
    client="ietf",
)
def draft_re_advertise(provider: ServiceProvider, report: Report) -> None:
    """A service provider with the draft's roles or entitlements advertises them in its
    ServiceProviderConfig

    RolesAndEntitlements contains roles.supported and entitlements.supported. Both are booleans.
    """
    used = {resource_type.string("schema").lower() for resource_type in provider.resource_types}
    for config in provider.configs if used & uris.DRAFT else ():
        node = config.value("RolesAndEntitlements")
        halves = [
            node.get(name) if isinstance(node, Object) else None
            for name in ("roles", "entitlements")
        ]
        if not all(
            isinstance(half, Object) and _is_true_or_false(half.get("supported")) for half in halves
        ):
            fix = (
                'add "RolesAndEntitlements": {"roles": {"supported": true}, "entitlements":'
                ' {"supported": true}}'
            )
            report(
                config.at("RolesAndEntitlements"),
                "the ServiceProviderConfig does not advertise roles and entitlements",
                fix,
            )


def _check_schema(schema: Schema, report: Report, what: str, required: tuple[str, ...]) -> None:
    """Report attributes that are missing, or have another type than in the draft."""
    named: dict[str, tuple[int, Object]] = {}
    for index, item in enumerate(schema.items("attributes")):
        label = item.get("name") if isinstance(item, Object) else None
        if isinstance(item, Object) and isinstance(label, Scalar):
            named[str(label.value).lower()] = (index, item)
    for due in required:
        if due not in named:
            report(schema.at("attributes"), f"{what} has no {due}", f'add an attribute "{due}"')
    for name, (index, item) in named.items():
        kind, plural = item.get("type"), item.get("multiValued")
        spot = schema.at("attributes", index)
        if name in _TYPES and isinstance(kind, Scalar) and kind.value != _TYPES[name]:
            report(
                spot,
                f"{name} of {what} must be a {_TYPES[name]} (draft)",
                f'write "type": "{_TYPES[name]}"',
            )
        if name in _LISTS and isinstance(plural, Scalar) and plural.value is not True:
            report(
                spot, f"{name} of {what} must be multi-valued (draft)", 'write "multiValued": true'
            )


def _check_resource(
    resource: Resource, report: Report, what: str, required: tuple[str, ...]
) -> None:
    for name in required:
        if resource.value(name) is None:
            report(resource.here, f"{what} without {name}", f'add "{name}"')


@rule(
    "draft-re-role-attrs",
    Severity.WARNING,
    (Kind.SCHEMA, Kind.RESOURCE),
    _DRAFT,
    bad="a Role without value and supported",
    good='{"value": "admin", "supported": true}',
    client="ietf",
)
def draft_re_role_attrs(view: Schema | Resource, report: Report) -> None:
    """The draft's Role has value and supported

    Both are REQUIRED. limitedAssignmentsPermitted is a boolean, the totals are integers, and
    contains and containedBy are multi-valued.
    """
    if isinstance(view, Schema) and view.id.lower() == urns.DRAFT_ROLE.lower():
        _check_schema(view, report, "a Role", ("value", "supported"))
    elif isinstance(view, Resource) and urns.DRAFT_ROLE.lower() in view.uris:
        _check_resource(view, report, "a Role", ("value", "supported"))


@rule(
    "draft-re-entitlement-attrs",
    Severity.WARNING,
    (Kind.SCHEMA, Kind.RESOURCE),
    _DRAFT,
    bad="an Entitlement without value",
    good='{"value": "lic-pro"}',
    client="ietf",
)
def draft_re_entitlement_attrs(view: Schema | Resource, report: Report) -> None:
    """The draft's Entitlement has value

    It is REQUIRED.
    """
    if isinstance(view, Schema) and view.id.lower() == urns.DRAFT_ENTITLEMENT.lower():
        _check_schema(view, report, "an Entitlement", ("value",))
    elif isinstance(view, Resource) and urns.DRAFT_ENTITLEMENT.lower() in view.uris:
        _check_resource(view, report, "an Entitlement", ("value",))
