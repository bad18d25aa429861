"""Changes of the values of roles and entitlements."""

from collections.abc import Mapping
from typing import Any

from scimgen.compare.change import Affected, Severity, kind
from scimgen.compare.parts import Part


@kind("value-added", "value", Severity.SAFE, (Affected.OKTA,), says="{at} is a new value",
      do="A database that exists already gets it at the next start",
      okta="It can be assigned after the next import of entitlements")  # fmt: skip
def value_added(old: None, new: Part | None) -> bool:
    """There is a new value to grant."""
    return old is None


@kind(
    "value-removed",
    "value",
    Severity.BREAKING,
    (Affected.STORED, Affected.WRITERS, Affected.READERS, Affected.OKTA),
    says="the value {at} is gone",
    do='Revoke it from everybody who holds it first: GET /Users?filter=entitlements[value eq "ID"] lists them, '
    'for a role filter=roles[value eq "ID"]',
    stored="A database that exists keeps it, unless managed: description, and then until its last holder is gone",
    okta="The value disappears from the type; assignments, bundles and reviews that name it fail",
)
def value_removed(old: Part | None, new: None) -> bool:
    """A value is gone: grants name it by its id, which means nothing any more."""
    return new is None


@kind(
    "value-renamed",
    "value.rename",
    Severity.BREAKING,
    (Affected.STORED, Affected.WRITERS, Affected.READERS, Affected.OKTA),
    says="{at}: the id is {new}, was {old}",
    do="Keep the id, which nobody sees, and change displayName instead",
    stored="Grants hold the old id: rewrite entitlements.value and roles.value of every user",
    okta="To Okta this is another value: everybody loses the old one and nobody holds the new one",
)
def value_renamed(old: str, new: str) -> bool:
    """A value has another id, as the description tells; ids never change (RFC 7643 section 3.1)."""
    return True


@kind(
    "value-changed",
    "value.resource",
    Severity.ATTENTION,
    (Affected.STORED, Affected.READERS),
    says="{at} has other attributes",
    do="Values belong to SCIM once they are inserted: a database that exists keeps the old ones unless managed: "
    "description",
    stored="PATCH the value in databases that exist, or let the description manage it",
    okta="A new displayName or description shows after the next import",
)
def value_changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """A value has other attributes under the same id: grants go on to hold."""
    return True
