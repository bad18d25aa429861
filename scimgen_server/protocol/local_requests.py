"""Requests without credentials (`serve --dev`): from programs of this machine, not from web pages.

A web page that a developer visits can send requests to this machine. The browser sends them
without asking if they are simple (a POST without a JSON media type), and a page can make its own
host name point to this machine, so that the browser takes both for the same origin. A proxy on
this machine would pass on requests of everybody.
"""

from collections.abc import Collection, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.types import Scope

from ..messages.errors import ScimError
from ..settings import Settings
from .exchange import MEDIA_TYPE, media_type

_LOCAL_NAMES = frozenset({"localhost", "testserver"})
"""Names of this machine. No page can have the second one, which is that of Starlette's tests."""

_PROXY_HEADERS = frozenset({b"forwarded", b"via", b"x-real-ip"})
_PROXY_PREFIX = b"x-forwarded-"
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_HELP = "This server runs with --dev, without credentials."


class LocalRequests:
    """Checks requests that need no credentials.

    Args:
        settings: its `tenant_domain` and `public_url` are names of this server too.
    """

    def __init__(self, settings: Settings) -> None:
        public = urlsplit(settings.public_url or "").hostname
        self._domain = settings.tenant_domain
        self._names = _LOCAL_NAMES | {public} if public else _LOCAL_NAMES

    def check(self, scope: Scope, headers: Mapping[bytes, bytes]) -> None:
        """Check where a request comes from.

        Raises:
            ScimError: 403 for a request of a web page, of a proxy or to another host name; 415 for
                a body that is not declared as JSON.
        """
        if scope["http_version"] == "1.0" or _has_proxy_header(headers):
            raise _forbidden("It serves no proxy, because the proxy would let everybody in.")
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if not self._is_local(host):
            raise _forbidden(f"Its host is localhost or 127.0.0.1, not {host[:100]!r}.")
        origin = headers.get(b"origin")
        if origin is not None and origin.decode("latin-1").lower() != f"{scope['scheme']}://{host}":
            raise _forbidden("It serves no web pages of other origins.")
        if scope["method"] in _WITH_BODY and not media_type(headers):
            raise ScimError(415, f"{_HELP} A body needs the Content-Type {MEDIA_TYPE}.")

    def _is_local(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in self._names or name.endswith(".localhost"):
            return True
        if self._domain and name.endswith(f".{self._domain}"):
            return True
        return is_loopback(name)


def is_loopback(address: str) -> bool:
    """Return whether an address is one of this machine only."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _has_proxy_header(headers: Collection[bytes]) -> bool:
    return any(name in _PROXY_HEADERS or name.startswith(_PROXY_PREFIX) for name in headers)


def _forbidden(reason: str) -> ScimError:
    return ScimError(403, f"{_HELP} {reason} Set SCIM_TOKEN to serve others.")
