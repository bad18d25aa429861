"""Rules about values of a ServiceProviderConfig that contradict each other."""

from collections.abc import Iterator

from scimgen.diagnostics import Severity
from scimgen.rules.nodes import Feature, ServiceProviderConfig, Spot
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, rule
from scimgen.source import Object

_LIMITS = {"bulk": ("maxOperations", "maxPayloadSize"), "filter": ("maxResults",)}


def _integer(feature: Feature, name: str) -> int | None:
    """The member as an integer, or None."""
    value = feature.scalar(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


@rule(
    "spc-limit",
    Severity.WARNING,
    Kind.FEATURE,
    "RFC 7643 section 5",
    bad='"filter": {"supported": true, "maxResults": 0}',
    good='"filter": {"supported": true, "maxResults": 200}',
)
def spc_limit(feature: Feature, report: Report) -> None:
    """The limits of a supported feature are greater than zero

    maxResults is "the maximum number of resources returned in a response". With 0, a client that
    obeys the limit can do nothing. A limit is never negative, also if the feature is not supported.
    """
    supported = feature.scalar("supported") is True
    for name in _LIMITS.get(feature.feature.lower(), ()):
        value = _integer(feature, name)
        if value is None or value > 0 or (value == 0 and not supported):
            continue
        what = (
            f"{feature.feature} is supported, but {name} is {value}"
            if supported
            else f"{name} is {value}"
        )
        fix = (
            f"write the limit of the server, or support {feature.feature}: false"
            if supported
            else "write 0"
        )
        report(feature.at(name), what, fix)


@rule(
    "spc-auth-not-object",
    Severity.ERROR,
    Kind.SERVICE_PROVIDER_CONFIG,
    "RFC 7643 section 5",
    bad='"authenticationSchemes": ["oauthbearertoken"]',
    good='"authenticationSchemes": [{"type": "oauthbearertoken", "name": "…", "description": "…"}]',
)
def spc_auth_not_object(config: ServiceProviderConfig, report: Report) -> None:
    """An authentication scheme is an object

    It has a type, a name and a description.
    """
    for index, item in enumerate(config.items("authenticationSchemes")):
        if not isinstance(item, Object):
            spot = config.at("authenticationSchemes", index)
            fix = 'write {"type": "oauthbearertoken", "name": "…", "description": "…"}'
            report(spot, "an authentication scheme must be an object", fix)


def _contradictions(feature: Feature) -> Iterator[tuple[Spot, str, str]]:
    """The contradictions of `pagination`: range, message and fix."""
    cursor, index = feature.scalar("cursor"), feature.scalar("index")
    if cursor is False and index is False:
        yield (
            feature.here,
            "pagination with neither cursor nor index",
            'write "index": true, or leave pagination out',
        )
    method = feature.scalar("defaultPaginationMethod")
    if method in ("cursor", "index") and feature.scalar(str(method)) is False:
        other = "index" if method == "cursor" else "cursor"
        message = f"defaultPaginationMethod is {method}, which is not supported"
        yield (
            feature.at("defaultPaginationMethod"),
            message,
            f'write "{other}", or "{method}": true',
        )
    size, most = _integer(feature, "defaultPageSize"), _integer(feature, "maxPageSize")
    if size is not None and most is not None and size > most > 0:
        message = f"defaultPageSize is {size}, but maxPageSize is {most}"
        yield feature.at("defaultPageSize"), message, f"write at most {most}"
    if cursor is False and _integer(feature, "cursorTimeout") is not None:
        yield feature.at("cursorTimeout"), "cursorTimeout without cursors", "leave it out"


@rule(
    "spc-pagination-contradiction",
    Severity.WARNING,
    Kind.FEATURE,
    "RFC 9865 section 4",
    bad='"pagination": {"cursor": true, "index": true, "defaultPageSize": 500, "maxPageSize": 100}',
    good=(
        '"pagination": {"cursor": true, "index": true, "defaultPageSize": 100, "maxPageSize": 500}'
    ),
)
def spc_pagination_contradiction(feature: Feature, report: Report) -> None:
    """The members of pagination do not contradict each other

    The default page is not greater than the greatest page, the default method is supported, and so
    is at least one method. cursorTimeout only applies to cursors.
    """
    if feature.feature.lower() == "pagination":
        for spot, message, fix in _contradictions(feature):
            report(spot, message, fix)
