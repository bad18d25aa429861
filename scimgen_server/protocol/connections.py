"""The open connections of a process, and their limits.

Anyone can open a connection, so these limits work without knowing who the client is. When the
process has as many connections as it may have, a new one replaces the one that has waited longest
for its client. Clients that only hold connections therefore never keep others out.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address
from operator import itemgetter
from typing import Protocol

from .. import logs
from ..settings import ConnectionLimits

_CHECK_SECONDS = 0.5
"""How often the time limits are checked. One timer for all costs less than one per request."""

_SITE_PREFIX = 64
"""The bits of an IPv6 address that name a site: a site has 2**64 addresses to connect from."""


class HttpConnection(Protocol):
    """What `Connections` needs of a connection."""

    @property
    def address(self) -> str:
        """The address of the client; "" if it has none, as on a Unix socket."""
        ...

    @property
    def waiting_since(self) -> float | None:
        """When it began to wait for its client; None while a whole request is answered."""
        ...

    def check(self, now: float) -> None:
        """End what has taken too long. `now` is the time of the event loop, in seconds."""
        ...

    def abort(self) -> None:
        """Close it at once."""
        ...


class Connections:
    """The open connections of a process.

    Args:
        limits: their limits.
        trusted_proxies: addresses to which the limit of one address does not apply.
    """

    def __init__(
        self,
        limits: ConnectionLimits,
        trusted_proxies: Sequence[IPv4Network | IPv6Network] = (),
    ) -> None:
        self.limits = limits
        self._trusted = tuple(trusted_proxies)
        self._open: dict[HttpConnection, str] = {}
        # The connections to replace next, and since when each was waiting. Finding the oldest of
        # all for each new connection would take too long.
        self._oldest: deque[tuple[HttpConnection, float]] = deque()
        self._counts: Counter[str] = Counter()
        self._replaced = 0
        self._timer: asyncio.TimerHandle | None = None

    def add(self, http_connection: HttpConnection) -> str:
        """Add a new connection.

        Returns:
            Why it must be refused; "" if it was added.
        """
        site = self._limited_site(http_connection.address)
        if site and self._counts[site] >= self.limits.per_address:
            return f"There are {self.limits.per_address} connections from this address already."
        if len(self._open) >= self.limits.connections and not self._replace_oldest():
            return "The server has no connection left; try again later."
        self._open[http_connection] = site
        if site:
            self._counts[site] += 1
        if self._timer is None:
            self._start_timer()
        return ""

    def remove(self, http_connection: HttpConnection) -> None:
        """Remove a connection that is closed."""
        site = self._open.pop(http_connection, "")
        if site:
            self._counts[site] -= 1
            if not self._counts[site]:
                del self._counts[site]

    def _replace_oldest(self) -> bool:
        """Close the connection that has waited longest. Returns whether there was one."""
        oldest = self._next_oldest()
        if oldest is None:
            self._find_oldest()
            oldest = self._next_oldest()
        if oldest is None:
            return False
        self.remove(oldest)
        oldest.abort()
        self._replaced += 1
        return True

    def _next_oldest(self) -> HttpConnection | None:
        """Return the next of those that were found and that are still waiting."""
        while self._oldest:
            http_connection, since = self._oldest.popleft()
            if http_connection in self._open and http_connection.waiting_since == since:
                return http_connection
        return None

    def _find_oldest(self) -> None:
        """Find the connections that wait, and sort them by when that began."""
        found: list[tuple[HttpConnection, float]] = []
        for http_connection in self._open:
            since = http_connection.waiting_since
            if since is not None:
                found.append((http_connection, since))
        found.sort(key=itemgetter(1))
        self._oldest.extend(found)

    def _limited_site(self, address: str) -> str:
        """Return the site whose connections are counted together; "" if they are not limited."""
        if not self.limits.per_address or not address:
            return ""
        return _site(address, self._trusted)

    def _start_timer(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_CHECK_SECONDS, self._check)

    def _check(self) -> None:
        now = asyncio.get_running_loop().time()
        for http_connection in list(self._open):
            http_connection.check(now)
        if self._replaced:
            message = (
                f"{self.limits.connections} connections are open, as many as SCIM_MAX_CONNECTIONS"
                f" allows: {self._replaced} that had waited longest for their clients were closed"
            )
            logs.write("connections", level="warning", message=message)
            self._replaced = 0
        self._timer = None
        if self._open:
            self._start_timer()


@lru_cache(maxsize=4096)
def _site(address: str, trusted: tuple[IPv4Network | IPv6Network, ...]) -> str:
    """Return an IPv4 address or an IPv6 network of 64 bits; "" for a trusted proxy."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    if any(parsed in network for network in trusted):
        return ""
    if parsed.version == 4:
        return str(parsed)
    return str(IPv6Network((parsed, _SITE_PREFIX), strict=False))
