"""List requests, and their results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..filters.nodes import Filter
from ..schema.attributes import Attribute, Tree
from .stored import Stored


@dataclass(frozen=True, slots=True)
class Query:
    """A list request.

    Args:
        conditions: the filter for each resource type that is searched; None for all resources.
        trees: all resource types of the server, because filters can follow links to other types.
        location: scheme, host and base path, for filters on `meta.location` and `$ref`.
        sort_by: the attribute of each type to sort by; None for the order of creation.
        descending: whether the order is reversed.
        start: how many matches to skip.
        count: how many resources to return at most.
        after: the key of the last resource of the previous page, for cursors. The order is then
            that of creation.
        max_bytes: how many bytes of JSON the page may have; 0 for no limit. The first resource is
            always in the page. A store may ignore the limit, and then reads more than it needs: the
            service leaves out the rest.
    """

    conditions: Sequence[tuple[Tree, Filter | None]]
    trees: Sequence[Tree] = ()
    location: str = ""
    sort_by: Mapping[str, Attribute] | None = None
    descending: bool = False
    start: int = 0
    count: int = 100
    after: int | None = None
    max_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the matches, and the number of all matches.

    Args:
        total: the number of all matches.
        items: the resources of the page.
        is_cut: whether resources at the end of the page were left out, see `Query.max_bytes`.
    """

    total: int
    items: list[Stored]
    is_cut: bool = False


def how_many_fit(sizes: Sequence[int], max_bytes: int) -> int:
    """Return how many of the resources are in a page that is limited, and at least the first."""
    total = 0
    for count, size in enumerate(sizes):
        total += size
        if count and total > max_bytes:
            return count
    return len(sizes)
