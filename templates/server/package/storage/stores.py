"""The store behind a URL."""

from pathlib import Path
from urllib.parse import unquote

from .interface import StorageError, Store
from .postgres import PostgresStore
from .sqlite import SqliteStore


def make_store(url: str, *, connections: int = 10, partitions: int = 0) -> Store:
    """The store that a URL means, not yet opened.

    Args:
        url: as SQLAlchemy writes it: `sqlite:///relative/file`, `sqlite:////absolute/file`, `postgresql://…`.
        connections: how many connections to PostgreSQL there may be.
        partitions: into how many parts new PostgreSQL tables are spread by tenant, 0 for none.

    Raises:
        StorageError: the URL is neither.
    """
    scheme, _, rest = url.partition("://")
    if scheme.partition("+")[0] in ("postgresql", "postgres"):
        return PostgresStore(f"postgresql://{rest}", connections=connections, partitions=partitions)
    path = unquote(rest.partition("?")[0]).removeprefix("/")
    if scheme != "sqlite" or not path or not rest.startswith("/"):
        raise StorageError("SCIM_DATABASE_URL is sqlite:///relative/file, sqlite:////absolute/file or postgresql://…")
    return SqliteStore(Path(path))
