"""The context of a request, and the result of a write."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestContext:
    """The context of one request to the service.

    Args:
        tenant: the name of the tenant; empty on a server with one tenant.
        base: scheme, host and base path, as clients see them.
        attributes: the attributes to return (RFC 7644 section 3.9); empty for the default set.
        excluded: the attributes to leave out of the default set.
        if_match: the versions of which the resource must have one; "*" for any version.
        actor: the name of the caller in the audit trail: a token's name or an access token's
            subject.
        request_id: the identifier of the request in the log.
        own: whether the caller is the user of the resource, and not an administrator.
        silent: whether the app itself is the caller, so that its own hooks are not called.
    """

    tenant: str
    base: str
    attributes: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    if_match: str | None = None
    actor: str = ""
    request_id: str = ""
    own: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True)
class WriteResult:
    """A resource after a write, in the form that the client receives.

    Args:
        id: the resource's id.
        body: the JSON of the resource; empty if the client asked for no content.
        version: the resource's `meta.version`.
        location: the resource's URL.
        ignored: the unknown attributes that the request contained.
    """

    id: str
    body: bytes
    version: str
    location: str
    ignored: tuple[str, ...] = ()
