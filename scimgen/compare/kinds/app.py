"""Changes of the app as a whole and of what its service provider supports."""

from typing import Any

from scimgen.compare.change import Affected, Severity, kind

_FEATURES = tuple(
    f"provider.{name}" for name in ("patch", "bulk", "filter", "change_password", "sort", "etag", "cursor")
)
_LIMITS = tuple(f"provider.{name}" for name in ("bulk_max_operations", "bulk_max_payload_size", "filter_max_results"))
_EVERYBODY = (Affected.WRITERS, Affected.READERS, Affected.OKTA, Affected.ENTRA)


@kind(
    "app-renamed",
    ("app.name", "app.vendor"),
    Severity.ATTENTION,
    says="the app's {field} is {new}, was {old}",
    do="Deployments call the console script and the package by the app's name: rename them there. To keep the URNs "
    "that clients know, write them out with schema:",
    okta="Nothing, as long as the URNs stay",
)
def app_renamed(old: str, new: str) -> bool:
    """The app or its vendor is called by another name.

    Clients never see it but in the URNs that are made of it, and those are changes of their own.
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
    says="{at}: the {field} reads differently",
)
def text_changed(old: str, new: str) -> bool:
    """A text for people reads differently; no client decides by it."""
    return True


@kind(
    "clients-changed",
    "app.clients",
    Severity.SAFE,
    says="rules are checked for {new}, before for {old}",
    do="scimgen validate tells what the rules of a new client ask for",
)
def clients_changed(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """Other clients' rules apply to the description; nothing that is served depends on it."""
    return True


@kind(
    "dialect-changed",
    "app.dialect",
    Severity.BREAKING,
    _EVERYBODY,
    says="the dialect of roles and entitlements is {new}, was {old}",
    do="Keep the dialect for clients that are connected, or connect them anew",
    okta="With the draft's dialect the Governance tab stays empty: Okta reads its own two schemas alone",
)
def dialect_changed(old: str, new: str) -> bool:
    """Roles and entitlements look different on the wire: other endpoints, other schemas, other names."""
    return True


@kind(
    "authentication-removed",
    "app.authentication",
    Severity.BREAKING,
    _EVERYBODY,
    says="clients authenticate with {new}, before with {old}",
    do="Keep the old way until every client has changed to another",
    okta="401 on the next call: the integration's credentials must be entered again, by another way",
    entra="The provisioning job goes into quarantine until it has other credentials",
)
def authentication_removed(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """A way to authenticate is gone, and with it every client that uses it."""
    return bool(set(old) - set(new))


@kind(
    "authentication-changed", "app.authentication", Severity.SAFE, says="clients authenticate with {new}, before {old}"
)
def authentication_changed(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """There is a new way to authenticate, or another one is the primary; the ones before go on to work."""
    return True


@kind(
    "feature-removed",
    _FEATURES,
    Severity.BREAKING,
    _EVERYBODY,
    says="{at}: {field} is no longer supported",
    do="Keep it until no client uses it: clients that read ServiceProviderConfig once do not notice",
    okta="Where it is PATCH or filters, provisioning fails",
    entra="Where it is PATCH or filters, the provisioning job goes into quarantine",
)
def feature_removed(old: bool, new: bool) -> bool:
    """A feature of the protocol is no longer supported (RFC 7643 section 5)."""
    return old and not new


@kind("feature-added", _FEATURES, Severity.SAFE, says="{at}: {field} is supported now")
def feature_added(old: bool, new: bool) -> bool:
    """A feature of the protocol is supported (RFC 7643 section 5); clients may begin to use it."""
    return new and not old


@kind(
    "service-limit-lowered",
    _LIMITS,
    Severity.ATTENTION,
    (Affected.WRITERS, Affected.READERS),
    says="{at} is {new}, was {old}",
    do="Clients that send or ask for more get 413 or shorter pages (RFC 7644 sections 3.7.4 and 3.4.2.4)",
)
def service_limit_lowered(old: int, new: int) -> bool:
    """The server takes less in one request, or gives less in one page, than before."""
    return new < old


@kind("service-limit-raised", _LIMITS, Severity.SAFE, says="{at} is {new}, was {old}")
def service_limit_raised(old: int, new: int) -> bool:
    """The server takes more in one request, or gives more in one page, than before."""
    return new > old


@kind("order-changed", "order", Severity.SAFE, says="{at}: the same in another order")
def order_changed(old: Any, new: Any) -> bool:
    """The same resource types, extensions, attributes or values stand in another order.

    The order of the members of a JSON object and of SCIM's multi-valued attributes says nothing (RFC 8259 section 4,
    RFC 7643 section 2.4).
    """
    return True
