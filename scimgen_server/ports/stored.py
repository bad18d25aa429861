"""A resource as a store returns it."""

from typing import NamedTuple


class Stored(NamedTuple):
    """A stored resource. A plain tuple, because a page has a hundred of them.

    Args:
        key: the store's own key. Keys follow the order of creation.
        type: the name of the resource type.
        version: 1 for a new resource; counts up with every change.
        created: `meta.created`, as `folding.fold_date_time` writes it.
        modified: `meta.lastModified`, in the same format.
        body: the JSON that a client reads by default, without links and `meta`.
        whole: the JSON with the attributes that are not returned by default; None without such.
    """

    key: int
    type: str
    id: str
    version: int
    created: str
    modified: str
    body: bytes
    whole: bytes | None

    def touched(self, now: str) -> "Stored":
        """The resource in its next version. A clock that was set back does not lower `modified`."""
        return self._replace(version=self.version + 1, modified=max(self.modified, now))
