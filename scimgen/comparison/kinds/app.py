"""Changes of the app and of the features of its service provider."""

from typing import Any

from scimgen.comparison.change import Affected, Severity, kind

_FEATURES = tuple(
    f"provider.{name}"
    for name in ("patch", "bulk", "filter", "change_password", "sort", "etag", "cursor")
)
_LIMITS = tuple(
    f"provider.{name}"
    for name in ("bulk_max_operations", "bulk_max_payload_size", "filter_max_results")
)
_EVERYBODY = (Affected.WRITERS, Affected.READERS)


@kind(
    "app-renamed",
    ("app.name", "app.vendor"),
    Severity.ATTENTION,
    text="the app's {field} is {new}, was {old}",
    do=(
        "Deployments contain the name of the app in the console script and the package: rename them"
        " there. To keep the URNs that clients know, write them out with schema:"
    ),
)
def app_renamed(old: str, new: str) -> bool:
    """The app or its vendor has another name.

    Clients only see the name in URNs. A changed URN is reported as a separate change.
    """
    return True


@kind(
    "text-changed",
    (
        "app.title",
        "app.description",
        "provider.documentation_uri",
        "type.description",
        "schema.name",
        "schema.description",
        "attribute.description",
    ),
    Severity.SAFE,
    text="{at}: the {field} has another text",
)
def text_changed(old: str, new: str) -> bool:
    """A text for people has changed. Clients do not depend on it."""
    return True


@kind(
    "clients-changed",
    "app.clients",
    Severity.SAFE,
    text="rules are checked for {new}, was {old}",
    do="scimgen validate reports what the rules of a new client require",
)
def clients_changed(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """The rules of other clients apply to the description. The server does not change."""
    return True


@kind(
    "dialect-changed",
    "app.dialect",
    Severity.BREAKING,
    _EVERYBODY,
    text="the dialect of roles and entitlements is {new}, was {old}",
    do="Keep the dialect for clients that are connected, or connect them again",
)
def dialect_changed(old: str, new: str) -> bool:
    """Roles and entitlements have other endpoints, schemas and attribute names in SCIM messages."""
    return True


@kind(
    "authentication-removed",
    "app.authentication",
    Severity.BREAKING,
    _EVERYBODY,
    text="clients authenticate with {new}, was {old}",
    do="Keep the old scheme until every client uses another one",
)
def authentication_removed(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """An authentication scheme was removed. Every client that uses it is refused."""
    return bool(set(old) - set(new))


@kind(
    "authentication-changed",
    "app.authentication",
    Severity.SAFE,
    text="clients authenticate with {new}, was {old}",
)
def authentication_changed(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """There is a new authentication scheme, or another one is primary.

    The old schemes still work.
    """
    return True


@kind(
    "feature-removed",
    _FEATURES,
    Severity.BREAKING,
    _EVERYBODY,
    text="{at}: {field} is no longer supported",
    do=(
        "Keep it until no client uses it: clients that only read ServiceProviderConfig once do not"
        " notice the change"
    ),
)
def feature_removed(old: bool, new: bool) -> bool:
    """A feature of the protocol is no longer supported (RFC 7643 section 5)."""
    return old and not new


@kind("feature-added", _FEATURES, Severity.SAFE, text="{at}: {field} is supported now")
def feature_added(old: bool, new: bool) -> bool:
    """A feature of the protocol is supported now (RFC 7643 section 5).

    Clients may start to use it.
    """
    return new and not old


@kind(
    "service-limit-lowered",
    _LIMITS,
    Severity.ATTENTION,
    (Affected.WRITERS, Affected.READERS),
    text="{at} is {new}, was {old}",
    do=(
        "Clients that send or request more get 413 or shorter pages (RFC 7644 sections 3.7.4 and"
        " 3.4.2.4)"
    ),
)
def service_limit_lowered(old: int, new: int) -> bool:
    """The server accepts less in one request, or returns less in one page."""
    return new < old


@kind("service-limit-raised", _LIMITS, Severity.SAFE, text="{at} is {new}, was {old}")
def service_limit_raised(old: int, new: int) -> bool:
    """The server accepts more in one request, or returns more in one page."""
    return new > old


@kind("order-changed", "order", Severity.SAFE, text="{at}: the order has changed")
def order_changed(old: Any, new: Any) -> bool:
    """The order of resource types, extensions, attributes or values has changed.

    The order of members in a JSON object and of values in a multi-valued attribute has no meaning
    (RFC 8259 section 4, RFC 7643 section 2.4).
    """
    return True
