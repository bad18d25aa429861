"""The store behind a URL."""

from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote

from ..ports.resources import StorageError
from .postgres import PostgresStore
from .sqlite import SqliteStore

SqlStore: TypeAlias = SqliteStore | PostgresStore


def make_store(
    url: str, *, connections: int = 10, partitions: int = 0, migrate: bool = True
) -> SqlStore:
    """The store that a URL means, not yet opened.

    Args:
        url: as SQLAlchemy writes it: `sqlite:///relative/file`, `sqlite:////absolute/file`, `postgresql://…`.
        connections: how many connections to PostgreSQL there may be.
        partitions: into how many parts new PostgreSQL tables are spread by tenant, 0 for none.
        migrate: whether the tables are made and brought up to date when the store is opened.

    Raises:
        StorageError: the URL is neither.
    """
    scheme, _, rest = url.partition("://")
    if scheme.partition("+")[0] in ("postgresql", "postgres"):
        url = f"postgresql://{rest}"
        return PostgresStore(url, connections=connections, partitions=partitions, migrate=migrate)
    path = unquote(rest.partition("?")[0]).removeprefix("/")
    if scheme != "sqlite" or not path or not rest.startswith("/"):
        raise StorageError(
            "SCIM_DATABASE_URL is sqlite:///relative/file, sqlite:////absolute/file or postgresql://…"
        )
    return SqliteStore(Path(path), migrate=migrate)


def database_file(store: SqlStore) -> Path | None:
    """The file that holds the database, or None if a database server holds it."""
    return store.path if isinstance(store, SqliteStore) else None
