"""One connection to a database, as the statements of this package need it; `sqlite` and `postgres` are two."""

from collections.abc import Sequence
from typing import Any, Protocol

from .dialect import Dialect


class Connection(Protocol):
    """Runs statements; their parameters stand as `?`, whatever the database writes for them."""

    @property
    def dialect(self) -> Dialect:
        """What this database writes differently."""
        ...

    async def rows(self, statement: str, parameters: Sequence[Any] = ()) -> Sequence[Sequence[Any]]:
        """All rows that a statement finds."""
        ...

    async def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        """Run a statement; how many rows it has changed."""
        ...

    async def run_many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement once for each row of parameters."""
        ...

    async def copy(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Add rows as they are, counted columns and all."""
        ...
