"""Behind a proxy: the scheme and host that the client used, from the headers of a trusted proxy and of no other.

A proxy may add to what the client has sent, so the last value counts: that is the one the trusted proxy wrote itself.
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
    """The proxies that are trusted, by address."""

    def __init__(self, networks: Sequence[IPv4Network | IPv6Network] = ()) -> None:
        self._networks = networks
        self._trusts = lru_cache(maxsize=1024)(self._is_trusted)

    def origin(self, scope: Scope, headers: Headers) -> tuple[str, str]:
        """Scheme and host, with the port if it is not the scheme's own, as the client wrote them."""
        scheme: str = scope["scheme"]
        host = headers.get(b"host", b"localhost").decode("latin-1")
        if self._networks and (client := scope.get("client")) and self._trusts(client[0]):
            told = _told(headers)
            if told["proto"] in ("http", "https"):
                scheme = told["proto"]
            if _is_host(told["host"]):
                host = told["host"]
        return scheme, host

    def _is_trusted(self, client: str) -> bool:
        try:
            address = ip_address(client)
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self._networks)


def _told(headers: Headers) -> dict[str, str]:
    """What the proxy says: in `Forwarded` (RFC 7239), or in the headers that were there before it."""
    told = {
        "proto": _last(headers, b"x-forwarded-proto"),
        "host": _last(headers, b"x-forwarded-host"),
    }
    for pair in _last(headers, b"forwarded").split(";"):
        name, _, value = pair.partition("=")
        if name.strip().lower() in told:
            told[name.strip().lower()] = value.strip().strip('"')
    return told | {"proto": told["proto"].lower()}


def _last(headers: Headers, name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1").rpartition(",")[2].strip()
