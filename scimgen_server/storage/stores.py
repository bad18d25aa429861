"""Chooses the SQL store for a database URL."""

from pathlib import Path
from typing import TypeAlias, TypeGuard
from urllib.parse import unquote

from ..ports.resources import StorageError
from .postgres import PostgresStore
from .sqlite import SqliteStore

SqlStore: TypeAlias = SqliteStore | PostgresStore


def make_store(
    url: str, *, connections: int = 10, partitions: int = 0, migrate: bool = True
) -> SqlStore:
    """Make the store for a database URL, without opening it.

    Args:
        url: in SQLAlchemy's form: `sqlite:///relative/file`, `sqlite:////absolute/file` or
            `postgresql://…`.
        connections: how many connections to PostgreSQL the pool may hold.
        partitions: how many partitions by tenant new PostgreSQL tables get, 0 for none.
        migrate: whether opening the store creates the tables or updates them to the present layout.

    Raises:
        StorageError: the URL has another form.
    """
    scheme, _, rest = url.partition("://")
    if scheme.partition("+")[0] in ("postgresql", "postgres"):
        url = f"postgresql://{rest}"
        return PostgresStore(url, connections=connections, partitions=partitions, migrate=migrate)
    path = unquote(rest.partition("?")[0]).removeprefix("/")
    if scheme != "sqlite" or not path or not rest.startswith("/"):
        raise StorageError(
            "SCIM_DATABASE_URL must be sqlite:///relative/file, sqlite:////absolute/file"
            " or postgresql://…"
        )
    return SqliteStore(Path(path), migrate=migrate)


def database_file(store: SqlStore) -> Path | None:
    """Return the file of a SQLite database; None for PostgreSQL."""
    return store.path if isinstance(store, SqliteStore) else None


def is_sql_store(store: object) -> TypeGuard[SqlStore]:
    """Return whether a store is one of those that `make_store` makes."""
    return isinstance(store, SqliteStore | PostgresStore)


def set_options(store: SqlStore, *, migrate: bool, partitions: int) -> None:
    """Set the options of `make_store` for a store that is not open yet."""
    store.migrate = migrate
    if isinstance(store, PostgresStore):
        store.partitions = partitions
