"""From one layout of the tables to the next, forward only; a new database gets the newest at once."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Protocol

from ..ports.resources import StorageError
from .connection import Connection
from .counters import count_all, triggers
from .dialect import Dialect
from .tables import LAYOUT, LINKS, OPERATIONS, TOTALS, everything, statements


class Versioned(Connection, Protocol):
    """A connection in a transaction that nobody shares; it knows which layout its database has."""

    async def layout(self) -> int:
        """The version of the layout, 0 for an empty database."""
        ...

    async def set_layout(self, layout: int) -> None:
        """Remember the version."""
        ...


async def prepare(connection: Versioned, *, partitions: int = 0) -> int:
    """Make the tables, or bring them up to date; the layout that was found.

    Raises:
        StorageError: the tables are newer than this server.
    """
    layout = await connection.layout()
    if layout > LAYOUT:
        raise StorageError(
            f"the database has layout {layout}; this server knows {LAYOUT}: it is newer than the server"
        )
    if layout == LAYOUT:
        return layout
    if layout == 0:
        todo = everything(connection.dialect, partitions)
    else:
        todo = chain.from_iterable(
            MIGRATIONS[step](connection.dialect) for step in range(layout, LAYOUT)
        )
    for statement in todo:
        await connection.run(statement)
    await connection.set_layout(LAYOUT)
    return layout


def _sharded_totals_and_operations(dialect: Dialect) -> Iterator[str]:
    yield "ALTER TABLE totals RENAME TO old_totals"
    yield from statements(TOTALS, dialect)
    yield "INSERT INTO totals SELECT tenant, type, 0, total, 0 FROM old_totals"
    yield "DROP TABLE old_totals"
    yield from statements(OPERATIONS, dialect)


def _links_by_kind(dialect: Dialect) -> Iterator[str]:
    if not dialect.by_kind:
        return
    new_table, new_index = statements(LINKS, dialect)
    yield "DROP INDEX links_target"
    yield "ALTER TABLE links RENAME TO old_links"
    yield new_table
    yield "INSERT INTO links SELECT tenant, link, source, target, is_primary FROM old_links ORDER BY 1, 2, 3, 4"
    yield "DROP TABLE old_links"
    yield new_index


def _totals_of_values(dialect: Dialect) -> Iterator[str]:
    yield from triggers(
        dialect.counting, dialect.shard
    )  # first: from here on nobody else writes until all are counted
    yield from count_all()


MIGRATIONS: Mapping[int, Callable[[Dialect], Iterator[str]]] = {
    1: _sharded_totals_and_operations,
    2: _links_by_kind,
    3: _totals_of_values,
}
"""From the version named to the one after it."""
