"""What is asked of the service provider, and what it answers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Who asks for what form of answer.

    Args:
        base: scheme, host and base path, as clients see them.
        actor: who asks, for the audit trail: the name of a token, the subject of an access token.
        request_id: the request, as the log names it.
        silent: whether the app itself asks, whose own hooks need not be told.
        if_match: the versions of which the resource must have one, "*" for any.
    """

    tenant: str
    base: str
    attributes: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    if_match: str | None = None
    actor: str = ""
    request_id: str = ""
    silent: bool = False


@dataclass(frozen=True, slots=True)
class WriteResult:
    """A resource as it goes out; `body` is empty where nobody asked for it."""

    id: str
    body: bytes
    version: str
    location: str
    ignored: tuple[str, ...] = ()
