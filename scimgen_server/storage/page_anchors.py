"""Where pages begin: whoever reads page after page need not skip, each time anew, all that was read before.

Resources stand in the order of creation, and new ones come last. So the place where a page begins stays right until
something is deleted; how much that was, the totals say. (What is written at the same time may come a moment late, see
`Dialect.unsettled`.) Who jumps to a page skips from the nearest place before it.
"""

from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass, field

_LISTS = 128
_PLACES = 1024


@dataclass(slots=True)
class _Places:
    """What is known of one list: how many resources come before a place, and the key of the last of them.

    Args:
        apart: how many resources lie between places, at least: more the longer the list is, so that somebody who has
            read all of it leaves places all over it.
        last: where the page after the one that was read last begins, exactly.
    """

    deleted: int
    apart: int = 1
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
        if any(abs(start - near) < self.apart for near in self.starts[at - 1 : at + 1]):
            return
        self.starts.insert(at, start)
        self.keys.insert(at, key)
        if len(self.starts) > _PLACES:
            self._thin_out()

    def _thin_out(self) -> None:
        """About every second place goes."""
        self.apart = 2 * self.starts[-1] // len(self.starts) + 1
        kept = [0]
        for at, start in enumerate(self.starts):
            if start - self.starts[kept[-1]] >= self.apart:
                kept.append(at)
        self.starts = [self.starts[at] for at in kept]
        self.keys = [self.keys[at] for at in kept]


class PageAnchors:
    """Keys after which pages begin, of the lists that were read last."""

    def __init__(self) -> None:
        self._lists: OrderedDict[tuple[str, str], _Places] = OrderedDict()

    def nearest(self, tenant: str, type_name: str, start: int, deleted: int) -> tuple[int, int]:
        """The nearest place at or before the page that skips so many: how many it skips itself, and after which key."""
        places = self._lists.get((tenant, type_name))
        if places is None or places.deleted != deleted:
            return 0, 0
        self._lists.move_to_end((tenant, type_name))
        return places.nearest(start)

    def keep(self, tenant: str, type_name: str, start: int, deleted: int, key: int) -> None:
        """Remember where the page begins that skips so many."""
        if not start:
            return  # the first page begins before everything that will ever be
        places = self._lists.get((tenant, type_name))
        if places is None or places.deleted != deleted:
            places = self._lists[tenant, type_name] = _Places(deleted)
        places.add(start, key)
        if len(self._lists) > _LISTS:
            self._lists.popitem(last=False)
