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
    """

    conditions: Sequence[tuple[Tree, Filter | None]]
    trees: Sequence[Tree] = ()
    location: str = ""
    sort_by: Mapping[str, Attribute] | None = None
    descending: bool = False
    start: int = 0
    count: int = 100
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the matches, and the number of all matches."""

    total: int
    items: list[Stored]
