# Emitted by scimgen from crm.scim.yaml: edit that and run `scimgen generate`, not this file.
"""Where pages begin: whoever reads page after page need not skip, each time anew, all that was read before.

Resources stand in the order of creation, and new ones come last. So the place where a page begins stays right until
something is deleted; how much that was, the totals say. (What is written at the same time may come a moment late, see
`Dialect.unsettled`.) Who jumps to a page skips from the nearest place before it.
"""

from bisect import bisect_right, insort
from collections import OrderedDict
from dataclasses import dataclass, field

_LISTS = 128
_PLACES = 1024


@dataclass(slots=True)
class _Places:
    """What is known of one list: how many resources come before a place, and the key of the last of them."""

    deleted: int
    starts: list[int] = field(default_factory=lambda: [0])
    keys: dict[int, int] = field(default_factory=lambda: {0: 0})


class Bookmarks:
    """Keys after which pages begin, of the lists that were read last."""

    def __init__(self) -> None:
        self._lists: OrderedDict[tuple[str, str], _Places] = OrderedDict()

    def nearest(self, tenant: str, type_name: str, start: int, deleted: int) -> tuple[int, int]:
        """The nearest place at or before the page that skips so many: how many it skips itself, and after which key."""
        places = self._lists.get((tenant, type_name))
        if places is None or places.deleted != deleted:
            return 0, 0
        self._lists.move_to_end((tenant, type_name))
        found = places.starts[bisect_right(places.starts, start) - 1]
        return found, places.keys[found]

    def keep(self, tenant: str, type_name: str, start: int, deleted: int, key: int) -> None:
        """Remember where the page begins that skips so many."""
        if not start:
            return  # the first page begins before everything that will ever be
        places = self._lists.get((tenant, type_name))
        if places is None or places.deleted != deleted or len(places.starts) > _PLACES:
            places = self._lists[tenant, type_name] = _Places(deleted)
        if start not in places.keys:
            insort(places.starts, start)
        places.keys[start] = key
        if len(self._lists) > _LISTS:
            self._lists.popitem(last=False)
