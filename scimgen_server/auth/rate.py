"""Rate limits: of the requests of each tenant, and of the failed authentications of each address.

The buckets are in the memory of this process. Two processes together allow twice the rate.
"""

import math
import time
from ipaddress import IPv6Address, ip_address, ip_network

from ..messages.errors import ScimError

_FAILURES_PER_SECOND = 1.0
_MOST_BUCKETS = 10_000


class Buckets:
    """Token buckets: each key may be used a number of times at once, then at a constant rate.

    Args:
        per_second: uses of one key per second.
        at_once: the most uses of one key at once.
    """

    def __init__(self, per_second: float, at_once: float) -> None:
        self._per_second = per_second
        self._at_once = max(at_once, 1.0)
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, key: str) -> int:
        """Return how many seconds to wait until a key can be used; 0 if it can be used now."""
        left = self._left(key, time.monotonic())
        return 0 if left >= 1 else max(1, math.ceil((1 - left) / self._per_second))

    def take(self, key: str) -> int:
        """Use a key if that is possible, and return the same as `wait` did before."""
        wait = self.wait(key)
        if not wait:
            self._make_room()
            now = time.monotonic()
            self._buckets[key] = self._left(key, now) - 1, now
        return wait

    def _left(self, key: str, now: float) -> float:
        left, then = self._buckets.get(key, (self._at_once, now))
        return min(self._at_once, left + (now - then) * self._per_second)

    def _make_room(self) -> None:
        """Remove the buckets that are full again, and all if there are still too many."""
        if len(self._buckets) < _MOST_BUCKETS:
            return
        now = time.monotonic()
        used = [key for key in self._buckets if self._left(key, now) < self._at_once]
        self._buckets = {key: self._buckets[key] for key in used[: _MOST_BUCKETS // 2]}


class Rate:
    """Limits the requests of each tenant (RFC 6585 section 4).

    Args:
        per_second: requests per second; 0 for no limit.
        at_once: the size of a burst.
    """

    def __init__(self, per_second: float, at_once: float) -> None:
        self._per_second = per_second
        self._buckets = Buckets(per_second, at_once)

    def take(self, tenant: str) -> None:
        """Count one request of an existing tenant.

        Raises:
            ScimError: 429 with Retry-After.
        """
        wait = self._buckets.take(tenant) if self._per_second else 0
        if wait:
            limit = f"{self._per_second:g} requests a second"
            raise _too_many(f"The tenant sends more than {limit}; try again in {wait} s.", wait)


class Failures:
    """Limits the failed authentications of each address, so that no password can be guessed.

    A random token cannot be guessed, so a right token is accepted at any rate: other clients may
    have the same address, for example that of a proxy.

    Args:
        at_once: failures of one address at once; then it can have one per second.
    """

    def __init__(self, at_once: float) -> None:
        self._buckets = Buckets(_FAILURES_PER_SECOND, at_once)

    def check(self, address: str) -> None:
        """Refuse a password from an address with too many failures, without reading it.

        Raises:
            ScimError: 429 with Retry-After.
        """
        self._refuse(self._buckets.wait(_network(address)))

    def count(self, address: str) -> None:
        """Count one failure.

        Raises:
            ScimError: 429 with Retry-After, instead of the error for the failure.
        """
        self._refuse(self._buckets.take(_network(address)))

    def _refuse(self, wait: int) -> None:
        if wait:
            detail = "There were too many requests with wrong credentials from this address"
            raise _too_many(f"{detail}; correct them, and try again in {wait} s.", wait)


def _too_many(detail: str, wait: int) -> ScimError:
    return ScimError(429, detail, headers={"Retry-After": str(wait)})


def _network(address: str) -> str:
    """Return the network of one sender: IPv6 gives each customer at least 2**64 addresses."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(ip_network((parsed, 64), strict=False))
    return str(parsed)
