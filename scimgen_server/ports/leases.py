"""The leases port: of several processes, one at a time does a certain task."""

from typing import Protocol


class Leases(Protocol):
    """Leases by name. Times are as `folding.fold_date_time` writes them."""

    async def hold(self, name: str, holder: str, now: str, until: str, horizon: str) -> bool:
        """Take or renew a lease, within a transaction. False if another process holds it.

        Args:
            holder: this process.
            until: when the lease ends.
            horizon: a lease that ends later than this was taken before the clock was set back, and
                does not count.
        """
        ...

    async def release(self, name: str, holder: str) -> None:
        """Give a lease back."""
        ...
