"""The rate limit of tenants: a token bucket for each tenant.

The buckets are in the memory of this process. Two processes together allow twice the rate.
"""

import math
import time

from ..messages.errors import ScimError


class Rate:
    """Limits the requests of each tenant (RFC 6585 section 4).

    Args:
        per_second: requests per second, and the size of a burst; 0 for no limit.
    """

    def __init__(self, per_second: float = 0) -> None:
        self._per_second = per_second
        self._burst = max(per_second, 1.0)
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, tenant: str) -> None:
        """Count one request of an existing tenant.

        Raises:
            ScimError: 429 with Retry-After.
        """
        if not self._per_second:
            return
        now = time.monotonic()
        left, then = self._buckets.get(tenant, (self._burst, now))
        left = min(self._burst, left + (now - then) * self._per_second)
        self._buckets[tenant] = (left - 1 if left >= 1 else left), now
        if left < 1:
            wait = max(1, math.ceil((1 - left) / self._per_second))
            limit = f"{self._per_second:g} requests a second"
            detail = f"The tenant sends more than {limit}; try again in {wait} s."
            raise ScimError(429, detail, headers={"Retry-After": str(wait)})
