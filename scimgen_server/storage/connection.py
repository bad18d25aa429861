"""The connection that statements run on. `sqlite` and `postgres` implement it."""

from collections.abc import Sequence
from typing import Any, Protocol

from .dialect import Dialect


class Connection(Protocol):
    """Runs statements. Parameters are written as `?` for every database."""

    @property
    def dialect(self) -> Dialect:
        """The SQL that differs between databases."""
        ...

    async def rows(self, statement: str, parameters: Sequence[Any] = ()) -> Sequence[Sequence[Any]]:
        """Run a statement and return all of its rows."""
        ...

    async def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        """Run a statement and return how many rows it changed."""
        ...

    async def run_many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement once for each row of parameters."""
        ...

    async def copy(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows with these columns, including a column that the database numbers."""
        ...
