"""Migrations of the tables, from one layout to the next. A new database gets the newest layout."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Protocol

from ..ports.resources import StorageError
from .connection import Connection
from .counters import count_all, triggers
from .dialect import Dialect
from .tables import LAYOUT, LINKS, OPERATIONS, QUEUES, SUBJECTS, TOTALS, everything, statements


class Versioned(Connection, Protocol):
    """A connection in a transaction that excludes other migrations."""

    async def layout(self) -> int:
        """Return the version of the database's layout, 0 for an empty database."""
        ...

    async def set_layout(self, layout: int) -> None:
        """Store the version of the layout."""
        ...


async def prepare(connection: Versioned, *, partitions: int = 0) -> int:
    """Create the tables, or migrate them to the present layout.

    Args:
        connection: a connection to the database.
        partitions: how many partitions by tenant new PostgreSQL tables get, 0 for none.

    Returns:
        The layout before, 0 for an empty database.

    Raises:
        StorageError: the tables are newer than this server.
    """
    layout = await connection.layout()
    if layout > LAYOUT:
        raise StorageError(
            f"the database has layout {layout}, which is newer than this server's {LAYOUT}:"
            " install a newer release"
        )
    if layout == LAYOUT:
        return layout
    if layout == 0:
        pending = everything(connection.dialect, partitions)
    else:
        pending = chain.from_iterable(
            MIGRATIONS[step](connection.dialect) for step in range(layout, LAYOUT)
        )
    for statement in pending:
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
    yield (
        "INSERT INTO links SELECT tenant, link, source, target, is_primary FROM old_links"
        " ORDER BY 1, 2, 3, 4"
    )
    yield "DROP TABLE old_links"
    yield new_index


def _totals_of_values(dialect: Dialect) -> Iterator[str]:
    # The triggers come first: creating them locks the tables, so the count misses no write.
    yield from triggers(dialect.counter_triggers, dialect.shard)
    yield from count_all()


def _indexes_of_queues(dialect: Dialect) -> Iterator[str]:
    yield from statements(QUEUES, dialect)


def _events_behind_dead_ones(dialect: Dialect) -> Iterator[str]:
    # A migration from layout 1 creates the tables without this index.
    yield "DROP INDEX IF EXISTS outbox_subject"
    yield from statements(SUBJECTS, dialect)
    yield (
        "UPDATE outbox SET dead = 2 WHERE dead = 0 AND EXISTS (SELECT 1 FROM outbox e"
        " WHERE e.tenant = outbox.tenant AND e.consumer = outbox.consumer"
        " AND e.subject = outbox.subject AND e.dead = 1 AND e.position < outbox.position)"
    )


MIGRATIONS: Mapping[int, Callable[[Dialect], Iterator[str]]] = {
    1: _sharded_totals_and_operations,
    2: _links_by_kind,
    3: _totals_of_values,
    4: _indexes_of_queues,
    5: _events_behind_dead_ones,
}
"""The statements of each migration, by the version that it starts from."""
