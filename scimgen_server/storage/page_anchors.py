"""Remembers page positions, so that a client can read all pages without skipping all rows again.

Resources are in the order of creation, and a new resource is the last. So the position at which a
page begins does not change until a resource is deleted, which `totals` counts. A concurrent write
can add a resource before others for a short time, see `Dialect.unsettled`. A request for any page
skips rows from the nearest anchor before it.
"""

from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass, field

_MAX_LISTS = 128
_MAX_ANCHORS = 1024
"""For each list."""


@dataclass(slots=True)
class _Anchors:
    """The anchors of one list: how many resources are before each, and the key of the last of them.

    Args:
        deleted: how many resources of the list had been deleted when the anchors were valid.
        spacing: how many resources are between two anchors at least. It grows with the list, so
            that the anchors of a client that has read the whole list are spread over it.
        starts: for each anchor, how many resources are before it, in order.
        keys: for each anchor, the key of the last resource before it.
        last: the position and the key at which the last page that was read ended.
    """

    deleted: int
    spacing: int = 1
    starts: list[int] = field(default_factory=lambda: [0])
    keys: list[int] = field(default_factory=lambda: [0])
    last: tuple[int, int] = (0, 0)

    def nearest(self, start: int) -> tuple[int, int]:
        at = bisect_right(self.starts, start) - 1
        found = self.starts[at], self.keys[at]
        return max(found, self.last) if self.last[0] <= start else found

    def add(self, start: int, key: int) -> None:
        self.last = start, key
        at = bisect_right(self.starts, start)
        neighbours = self.starts[at - 1 : at + 1]
        if any(abs(start - other) < self.spacing for other in neighbours):
            return
        self.starts.insert(at, start)
        self.keys.insert(at, key)
        if len(self.starts) > _MAX_ANCHORS:
            self._thin_out()

    def _thin_out(self) -> None:
        """Remove about every second anchor."""
        self.spacing = 2 * self.starts[-1] // len(self.starts) + 1
        kept = [0]
        for at, start in enumerate(self.starts):
            if start - self.starts[kept[-1]] >= self.spacing:
                kept.append(at)
        self.starts = [self.starts[at] for at in kept]
        self.keys = [self.keys[at] for at in kept]


class PageAnchors:
    """The anchors of the lists that were read last."""

    def __init__(self) -> None:
        self._lists: OrderedDict[tuple[str, str], _Anchors] = OrderedDict()

    def nearest(self, tenant: str, type_name: str, start: int, deleted: int) -> tuple[int, int]:
        """Return the nearest anchor at or before a position.

        Args:
            tenant: the tenant.
            type_name: the name of the resource type that is listed.
            start: how many resources the page skips.
            deleted: how many resources of the list have been deleted, from `totals`.

        Returns:
            How many resources are before the anchor, and the key of the last of them.
        """
        anchors = self._lists.get((tenant, type_name))
        if anchors is None or anchors.deleted != deleted:
            return 0, 0
        self._lists.move_to_end((tenant, type_name))
        return anchors.nearest(start)

    def keep(self, tenant: str, type_name: str, start: int, deleted: int, key: int) -> None:
        """Add an anchor. The arguments are those of `nearest`.

        Args:
            key: the key of the last resource before the page.
        """
        if not start:
            # The first page needs no anchor: no key is before it.
            return
        anchors = self._lists.get((tenant, type_name))
        if anchors is None or anchors.deleted != deleted:
            anchors = self._lists[tenant, type_name] = _Anchors(deleted)
        anchors.add(start, key)
        if len(self._lists) > _MAX_LISTS:
            self._lists.popitem(last=False)
