"""Reads the rows of a page, and of a long page no more bytes than the client gets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..ports.queries import Query, how_many_fit
from ..ports.stored import Stored
from .connection import Connection

COLUMNS = "r.key, r.type, r.id, r.version, r.created, r.modified, r.body, r.whole"
"""The columns of a `Stored`, in its order."""

AT_ONCE = 100
"""Resources of a page that are read with one statement, whatever their size."""

_SMALL = (
    "r.key, r.type, r.id, r.version, r.created, r.modified,"
    " CASE WHEN length(r.body) <= ? THEN r.body END,"
    " CASE WHEN length(r.whole) <= ? THEN r.whole END,"
    " coalesce(length(r.whole), length(r.body))"
)
"""The columns of a `Stored` without long texts, and its size. The database knows the length of a
value without reading it."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a page.

    Args:
        items: the resources.
        matched: how many resources the statement has found, before some were left out.
    """

    items: list[Stored]
    matched: int

    @property
    def is_cut(self) -> bool:
        """Whether resources at the end were left out."""
        return len(self.items) < self.matched

    def are_all(self, query: Query) -> bool:
        """Return whether the statement has found all matches, so that they need not be counted."""
        return query.start == 0 and query.after is None and self.matched < query.count


NO_ROWS = Rows([], 0)


async def read_rows(
    connection: Connection,
    tenant: str,
    query: Query,
    selected: str,
    parameters: Sequence[Any],
    *,
    is_reversed: bool = False,
) -> Rows:
    """Read the rows of a page.

    A long page is read with one statement too, which leaves out the texts that are longer than
    their share of the page. Those that the page has room for are read by their keys. So the
    condition is evaluated and the matches are sorted once.

    Args:
        connection: the connection.
        tenant: the tenant.
        query: the query.
        selected: the statement after its columns, with FROM. `r` is the resource.
        parameters: the parameters of `selected`.
        is_reversed: whether `selected` has the reverse order of the page.
    """
    step = -1 if is_reversed else 1
    if query.count <= AT_ONCE or not query.max_bytes:
        rows = await connection.rows(f"SELECT {COLUMNS} {selected}", parameters)
        return Rows([*map(Stored._make, rows[::step])], len(rows))
    share = query.max_bytes // query.count
    statement = f"SELECT {_SMALL} {selected}"
    found = (await connection.rows(statement, [share, share, *parameters]))[::step]
    fitting = found[: how_many_fit([row[-1] for row in found], query.max_bytes)]
    long = [row[0] for row in fitting if row[-1] > share]
    by_key = await _read(connection, tenant, long) if long else {}
    items: list[Stored] = []
    for row in fitting:
        if row[-1] <= share:
            items.append(Stored._make(row[:-1]))
        elif row[0] in by_key:
            # A resource that was deleted since is left out.
            items.append(by_key[row[0]])
    return Rows(items, len(found))


async def _read(connection: Connection, tenant: str, keys: Sequence[int]) -> dict[int, Stored]:
    source, parameters = connection.dialect.rows_by_key("resources r", "r.key", keys)
    rows = await connection.rows(
        f"SELECT {COLUMNS} FROM {source} AND r.tenant = ?", [*parameters, tenant]
    )
    return {row[0]: Stored._make(row) for row in rows}
