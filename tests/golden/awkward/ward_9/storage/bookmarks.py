# Emitted by scimgen from ward-9.scim.yaml: edit that and run `scimgen generate`, not this file.
"""Where pages begin: whoever reads page after page need not skip, each time anew, all that was read before.

Resources stand in the order of creation, and new ones come last. So the place where a page begins stays right until
something is deleted; how much that was, the totals say.
"""

from collections import OrderedDict

_KEPT = 4096


class Bookmarks:
    """Keys after which pages begin, of the pages that were read last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, int], tuple[int, int]] = OrderedDict()

    def find(self, tenant: str, type_name: str, start: int, deleted: int) -> int | None:
        """The key after which the page begins that skips so many, if it is known and still right."""
        key, then = self._kept.get((tenant, type_name, start), (0, -1))
        return key if then == deleted else None

    def keep(self, tenant: str, type_name: str, start: int, deleted: int, key: int) -> None:
        """Remember where the page begins that skips so many."""
        self._kept[tenant, type_name, start] = (key, deleted)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
