"""Rules of Okta about roles, entitlements and the users who have them."""

from scimgen.diagnostics import Severity
from scimgen.documents import urns
from scimgen.rules.nodes import ListResponse, Resource, ServiceProvider, View
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, rule
from scimgen.source import Object

_GUIDE = "Okta: Build a SCIM 2.0 server with entitlements"
_LONGEST = 1000


def _granted(resource: Resource, name: str) -> list[tuple[int, View | None]]:
    """The items of a user's entitlements or roles."""
    found: list[tuple[int, View | None]] = []
    for index, item in enumerate(resource.items(name)):
        spot = resource.at(name, index)
        found.append(
            (
                index,
                (
                    View(resource.document, item, spot.pointer, resource)
                    if isinstance(item, Object)
                    else None
                ),
            )
        )
    return found


@rule(
    "okta-entitlement-attr",
    Severity.ERROR,
    Kind.RESOURCE,
    _GUIDE,
    bad='{"schemas": ["urn:okta:scim:schemas:core:1.0:Entitlement"], "id": "a"}',
    good='{…, "id": "a", "type": "License", "displayName": "A"}',
    client="okta",
)
def okta_entitlement_attr(resource: Resource, report: Report) -> None:
    """An entitlement has id, displayName and type; a role has id and displayName

    A description has at most 1000 characters, and a role has no type.
    """
    is_entitlement = urns.OKTA_ENTITLEMENT.lower() in resource.uris
    if not is_entitlement and urns.OKTA_ROLE.lower() not in resource.uris:
        return
    what = "an entitlement" if is_entitlement else "a role"
    for name in ("id", "displayName", "type") if is_entitlement else ("id", "displayName"):
        if not resource.string(name):
            report(resource.here, f"{what} without {name}", f'add "{name}": "…"')
    if not is_entitlement and resource.value("type") is not None:
        report(resource.at("type"), "a role has no type", "remove it, or make it an Entitlement")
    if len(resource.string("description")) > _LONGEST:
        report(
            resource.at("description"),
            f"a description of more than {_LONGEST} characters",
            "shorten it",
        )


@rule(
    "okta-entitlement-type",
    Severity.ERROR,
    Kind.SET,
    _GUIDE,
    bad='{"type": "Licenses", …}, and a resource type "License"',
    good='{"type": "License", …}',
    client="okta",
)
def okta_entitlement_type(provider: ServiceProvider, report: Report) -> None:
    """The type of an entitlement is the name of its resource type

    This applies to entitlements and to the entitlements of a user.
    """
    names = {resource_type.string("name") for resource_type in provider.resource_types}
    for resource in provider.resources if names else ():
        views: list[View] = []
        if urns.OKTA_ENTITLEMENT.lower() in resource.uris:
            views.append(resource)
        if urns.USER.lower() in resource.uris:
            views.extend(item for _, item in _granted(resource, "entitlements") if item)
        for view in views:
            if view.string("type") and view.string("type") not in names:
                fix = f"write one of {', '.join(sorted(names))}"
                report(view.at("type"), f'there is no resource type "{view.string("type")}"', fix)


@rule(
    "okta-user-entitlement-shape",
    Severity.ERROR,
    Kind.RESOURCE,
    _GUIDE,
    bad='"entitlements": [{"id": "lic-pro"}]',
    good='"entitlements": [{"value": "lic-pro", "display": "Professional", "type": "License"}]',
    client="okta",
)
def okta_user_entitlement_shape(resource: Resource, report: Report) -> None:
    """The entitlements of a user have value, display and type; the roles have value and display

    The value is the id of the entitlement or role.
    """
    if urns.USER.lower() not in resource.uris:
        return
    for name, due in (("entitlements", ("value", "type")), ("roles", ("value",))):
        for index, item in _granted(resource, name):
            missing = [member for member in due if item is None or not item.string(member)]
            if missing:
                members = ", ".join(f'"{member}": …' for member in (*due, "display"))
                message = f"an item of {name} without {' and '.join(missing)}"
                report(resource.at(name, index), message, f"write {{{members}}}")


@rule(
    "okta-entitlement-page",
    Severity.INFO,
    Kind.LIST_RESPONSE,
    "Okta: SCIM test suite",
    bad='?count=1&startIndex=1 with "itemsPerPage": 100',
    good='"itemsPerPage": 1',
    client="okta",
)
def okta_entitlement_page(listing: ListResponse, report: Report) -> None:
    """A page of one entitlement contains one

    Okta's test requests ?count=1&startIndex=1 and expects itemsPerPage 1 and one resource. This
    rule needs a live server.
    """
    if "?count=1&startIndex=1" in listing.document.source.name:
        if listing.scalar("itemsPerPage") != 1:
            report(
                listing.at("itemsPerPage"),
                "itemsPerPage of a page of one must be 1",
                'write "itemsPerPage": 1',
            )
        if not listing.items("Resources"):
            report(listing.at("Resources"), "there is no entitlement to read", "have at least one")
