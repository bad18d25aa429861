"""The address of a client, and the scheme and host that it used, behind a trusted proxy.

Only the headers of a trusted proxy are read. A proxy can append to the values that the client has
sent, so the last value is used: it is from the trusted proxy.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address

from starlette.types import Scope

Headers = Mapping[bytes, bytes]

_is_host = re.compile(
    r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?"
).fullmatch


class Proxies:
    """The trusted proxies.

    Args:
        networks: their addresses.
    """

    def __init__(self, networks: Sequence[IPv4Network | IPv6Network] = ()) -> None:
        self._networks = networks
        self._trusts = lru_cache(maxsize=1024)(self._is_trusted)

    def origin(self, scope: Scope, headers: Headers) -> tuple[str, str]:
        """Return the scheme and host of the client's request.

        The host includes the port unless it is the default of the scheme.
        """
        scheme: str = scope["scheme"]
        host = headers.get(b"host", b"localhost").decode("latin-1")
        if self._is_proxied(scope):
            forwarded = _forwarded(headers)
            if forwarded["proto"] in ("http", "https"):
                scheme = forwarded["proto"]
            if _is_host(forwarded["host"]):
                host = forwarded["host"]
        return scheme, host

    def client(self, scope: Scope, headers: Headers) -> str:
        """Return the address of the client; "" if the server does not know it."""
        address = str((scope.get("client") or ("",))[0])
        if not self._is_proxied(scope):
            return address
        forwarded = _forwarded(headers)["for"]
        # RFC 7239 section 6: an IPv6 address is in brackets, and a port can follow.
        bracketed, _, _ = forwarded.removeprefix("[").partition("]")
        for text in (forwarded, bracketed, forwarded.rpartition(":")[0]):
            if _is_address(text):
                return text
        return address

    def _is_proxied(self, scope: Scope) -> bool:
        client = scope.get("client")
        return bool(self._networks and client and self._trusts(client[0]))

    def _is_trusted(self, client: str) -> bool:
        try:
            address = ip_address(client)
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self._networks)


def _forwarded(headers: Headers) -> dict[str, str]:
    """Return `for`, `proto` and `host` of `Forwarded` (RFC 7239), or else of `X-Forwarded-…`."""
    found = {
        "for": _last(headers, b"x-forwarded-for"),
        "proto": _last(headers, b"x-forwarded-proto"),
        "host": _last(headers, b"x-forwarded-host"),
    }
    for pair in _last(headers, b"forwarded").split(";"):
        name, _, value = pair.partition("=")
        if name.strip().lower() in found:
            found[name.strip().lower()] = value.strip().strip('"')
    return found | {"proto": found["proto"].lower()}


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _last(headers: Headers, name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1").rpartition(",")[2].strip()
