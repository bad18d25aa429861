"""Changes of the values of roles and entitlements."""

from collections.abc import Mapping
from typing import Any

from scimgen.comparison.change import Affected, Severity, kind
from scimgen.comparison.parts import Part


@kind(
    "value-added",
    "value",
    Severity.SAFE,
    text="{at} is a new value",
    do="An existing database gets it at the next start",
)
def value_added(old: None, new: Part | None) -> bool:
    """There is a new value to grant."""
    return old is None


@kind(
    "value-removed",
    "value",
    Severity.BREAKING,
    (Affected.STORED, Affected.WRITERS, Affected.READERS),
    text="the value {at} was removed",
    do=(
        'First revoke it from all users: GET /Users?filter=entitlements[value eq "ID"] lists them, '
        'for a role filter=roles[value eq "ID"]'
    ),
    stored=(
        "An existing database keeps it; with managed: description only until its last grant is"
        " revoked"
    ),
)
def value_removed(old: Part | None, new: None) -> bool:
    """A value was removed. Grants contain its id, which no longer exists."""
    return new is None


@kind(
    "value-renamed",
    "value.rename",
    Severity.BREAKING,
    (Affected.STORED, Affected.WRITERS, Affected.READERS),
    text="{at}: the id is {new}, was {old}",
    do="Keep the id, which users do not see, and change displayName instead",
    stored="Grants contain the old id: rewrite entitlements.value and roles.value of every user",
)
def value_renamed(old: str, new: str) -> bool:
    """A value has another id, as declared in the description.

    Ids must not change (RFC 7643 section 3.1).
    """
    return True


@kind(
    "value-changed",
    "value.resource",
    Severity.ATTENTION,
    (Affected.STORED, Affected.READERS),
    text="{at} has other attributes",
    do=(
        "Values belong to SCIM after they are inserted: an existing database keeps the old ones"
        " unless managed: description"
    ),
    stored="PATCH the value in existing databases, or let the description manage it",
)
def value_changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """A value has other attributes with the same id. Grants stay valid."""
    return True
