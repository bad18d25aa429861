"""How often a tenant may ask: a token bucket for each in this process, so that two processes allow twice as much."""

import math
import time

from ..messages.errors import ScimError


class Rate:
    """So many requests a second, and as many at once (RFC 6585 section 4).

    Args:
        per_second: how many; 0 for as many as there are.
    """

    def __init__(self, per_second: float = 0) -> None:
        self._per_second = per_second
        self._most = max(per_second, 1.0)
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, tenant: str) -> None:
        """Count a request of a tenant that there is; a 429 that says when to come again."""
        if not self._per_second:
            return
        now = time.monotonic()
        left, then = self._buckets.get(tenant, (self._most, now))
        left = min(self._most, left + (now - then) * self._per_second)
        self._buckets[tenant] = (left - 1 if left >= 1 else left), now
        if left < 1:
            wait = max(1, math.ceil((1 - left) / self._per_second))
            detail = f"The tenant sends more than {self._per_second:g} requests a second; try again in {wait} s."
            raise ScimError(429, detail, headers={"Retry-After": str(wait)})
