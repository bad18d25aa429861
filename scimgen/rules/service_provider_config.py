"""Rules about a ServiceProviderConfig."""

from scimgen.diagnostics import Severity
from scimgen.fixes.edit import Edit
from scimgen.rules.members import addition
from scimgen.rules.nodes import AuthenticationScheme, Feature, ServiceProviderConfig, View
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, rule
from scimgen.source import Array, Object, Scalar

_REQUIRED: dict[str, tuple[str, ...]] = {
    "patch": ("supported",),
    "bulk": ("supported", "maxOperations", "maxPayloadSize"),
    "filter": ("supported", "maxResults"),
    "changePassword": ("supported",),
    "sort": ("supported",),
    "etag": ("supported",),
}
_INTEGERS = ("maxOperations", "maxPayloadSize", "maxResults")
_SCHEMES = ("oauth", "oauth2", "oauthbearertoken", "httpbasic", "httpdigest")
_SIZES = ("defaultPageSize", "maxPageSize", "cursorTimeout")


def _is_integer(view: View, name: str) -> bool:
    value = view.scalar(name)
    return isinstance(value, int) and not isinstance(value, bool)


@rule(
    "spc-member-missing",
    Severity.ERROR,
    Kind.SERVICE_PROVIDER_CONFIG,
    "RFC 7643 sections 2.5 and 5",
    bad='"bulk": {"supported": false}',
    good='"bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0}',
)
def spc_member_missing(config: ServiceProviderConfig, report: Report) -> None:
    """A ServiceProviderConfig has all the members that the RFC requires

    The limits of `bulk` and `filter` are REQUIRED even if the feature is not supported. An empty
    array of authenticationSchemes is equivalent to no value.
    """
    for name, members in _REQUIRED.items():
        node = config.value(name)
        if not isinstance(node, Object):
            within = ", ".join(f'"{member}": …' for member in members)
            wrong = "without" if node is None else "has no object in its"
            fix = addition(config, name, f'add "{name}": {{{within}}}')
            report(config.at(name), f"the ServiceProviderConfig {wrong} {name}", fix)
            continue
        feature = Feature(config.document, node, config.at(name).pointer, config)
        for member in members:
            if feature.member(member) is None:
                due = "true or false" if member == "supported" else "0"
                fix = addition(feature, member, f'add "{member}": {due}')
                report(config.at(name), f"{name} without {member}", fix)
    for name in ("pagination", "securityEvents"):
        node = config.value(name)
        if node is not None and not isinstance(node, Object):
            report(
                config.at(name),
                f"{name} is {config.text(name)}, not an object",
                "write {…}, or leave it out",
            )
    schemes = config.value("authenticationSchemes")
    if not isinstance(schemes, Array) or not schemes.items:
        fix = 'add "authenticationSchemes": [{"type": …, "name": …, "description": …}]'
        fix = addition(config, "authenticationSchemes", fix)
        report(
            config.at("authenticationSchemes"),
            "the ServiceProviderConfig without authenticationSchemes",
            fix,
        )


@rule(
    "spc-integer-type",
    Severity.ERROR,
    Kind.FEATURE,
    "RFC 7643 sections 2.3.4 and 5",
    bad='"maxResults": "200"',
    good='"maxResults": 200',
)
def spc_integer_type(feature: Feature, report: Report) -> None:
    """maxOperations, maxPayloadSize and maxResults are integers

    A typed client cannot read the configuration otherwise.
    """
    for name in _INTEGERS:
        node = feature.value(name)
        if node is None or _is_integer(feature, name):
            continue
        text = feature.string(name).strip()
        right = str(int(text)) if text.isascii() and text.isdecimal() else ""
        edits = (Edit(node.start, node.end, right),) if right else ()
        report(
            feature.at(name),
            f"{name} is {feature.text(name)}, not an integer",
            f"write {right or 0}",
            edits=edits,
        )


@rule(
    "spc-auth-member-missing",
    Severity.ERROR,
    Kind.AUTHENTICATION_SCHEME,
    "RFC 7643 section 5",
    bad='{"type": "oauth2"}',
    good='{"type": "oauth2", "name": "OAuth 2.0", "description": "…"}',
)
def spc_auth_member_missing(scheme: AuthenticationScheme, report: Report) -> None:
    """An authentication scheme has type, name and description

    All three are REQUIRED.
    """
    for name in ("type", "name", "description"):
        if scheme.value(name) is None:
            fix = addition(scheme, name, f'add "{name}": "…"')
            report(scheme.here, f"an authentication scheme without {name}", fix)


@rule(
    "spc-auth-type",
    Severity.WARNING,
    Kind.AUTHENTICATION_SCHEME,
    "RFC 7643 section 5",
    bad='"type": "bearer"',
    good='"type": "oauthbearertoken"',
)
def spc_auth_type(scheme: AuthenticationScheme, report: Report) -> None:
    """The type of an authentication scheme is one of the types of the RFC

    oauth, oauth2, oauthbearertoken, httpbasic, httpdigest. Clients know no others.
    """
    if scheme.value("type") is not None and scheme.string("type").lower() not in _SCHEMES:
        near = {"bearer": "oauthbearertoken", "basic": "httpbasic", "digest": "httpdigest"}
        right = near.get(scheme.string("type").lower().removeprefix("http"), "")
        fix = f'write "{right}"' if right else f"write one of {', '.join(_SCHEMES)}"
        report(
            scheme.at("type"),
            f"{scheme.text('type')} is not an authentication scheme of the RFC",
            fix,
        )


@rule(
    "spc-auth-multiple-primary",
    Severity.ERROR,
    Kind.SERVICE_PROVIDER_CONFIG,
    "RFC 7643 section 2.4",
    bad='two with "primary": true',
    good='one with "primary": true',
)
def spc_auth_multiple_primary(config: ServiceProviderConfig, report: Report) -> None:
    """At most one authentication scheme is primary

    "The primary attribute value true MUST appear no more than once."
    """
    found = False
    for index, item in enumerate(config.items("authenticationSchemes")):
        primary = item.get("primary") if isinstance(item, Object) else None
        if isinstance(primary, Scalar) and primary.value is True:
            if found:
                spot = config.at("authenticationSchemes", index, "primary")
                report(
                    spot, "a second primary authentication scheme", "write false, or leave it out"
                )
            found = True


@rule(
    "spc-pagination-invalid",
    Severity.ERROR,
    Kind.FEATURE,
    "RFC 9865 section 4",
    bad='"pagination": {"cursor": "true"}',
    good='"pagination": {"cursor": true, "index": true}',
)
def spc_pagination_invalid(feature: Feature, report: Report) -> None:
    """pagination has the booleans cursor and index

    Both are REQUIRED. defaultPaginationMethod is cursor or index, and sizes and the timeout are
    positive integers.
    """
    if feature.feature.lower() != "pagination":
        return
    for name in ("cursor", "index"):
        if not isinstance(feature.scalar(name), bool):
            report(
                feature.at(name),
                f"pagination without a boolean {name}",
                f'write "{name}": true or false',
            )
    method = feature.value("defaultPaginationMethod")
    if method is not None and feature.scalar("defaultPaginationMethod") not in ("cursor", "index"):
        report(
            feature.at("defaultPaginationMethod"),
            "defaultPaginationMethod must be cursor or index",
            "write one of them",
        )
    for name in _SIZES:
        value = feature.scalar(name)
        if feature.value(name) is not None and not (
            isinstance(value, int) and value is not True and value > 0
        ):
            report(
                feature.at(name),
                f"{name} is {feature.text(name)}, not a positive integer",
                "write a number of at least 1",
            )


@rule(
    "uri-invalid",
    Severity.WARNING,
    (Kind.SERVICE_PROVIDER_CONFIG, Kind.AUTHENTICATION_SCHEME),
    "RFC 7643 section 5",
    bad='"documentationUri": "docs"',
    good='"documentationUri": "https://x.example/docs"',
)
def uri_invalid(view: View, report: Report) -> None:
    """documentationUri and specUri are http or https URLs

    "An HTTP-addressable URL". People open it in a browser.
    """
    for name in ("documentationUri", "specUri"):
        text = view.string(name).lower()
        if view.value(name) is not None and not (
            text.startswith(("http://", "https://")) and " " not in text and len(text) > 8
        ):
            report(
                view.at(name),
                f"{name} is {view.text(name)}, not a URL",
                "write https://…, or leave it out",
            )
