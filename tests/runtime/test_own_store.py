"""An app can have another store: this one is written against `scimgen_server.testing` alone."""

import pickle
from pathlib import Path

import pytest

from scimgen_server.testing import MakeStore, MemoryStore, StoreContract
from scimgen_server.testing.memory import Changes, apply_changes


class JournalStore(MemoryStore):
    """Keeps everything in memory, and appends the changes of each transaction to a file."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    async def open(self) -> None:
        """Read the journal."""
        self.path.touch()
        with self.path.open("rb") as journal:
            while journal.peek(1):
                apply_changes(self.data, pickle.load(journal))
        await super().open()

    async def commit(self, changes: Changes) -> None:
        """Write the changes to the journal first."""
        with self.path.open("ab") as journal:
            pickle.dump(changes, journal)
        await super().commit(changes)


class TestJournalStore(StoreContract):
    """The contract over the store above."""

    @pytest.fixture
    def make_store(self, tmp_path: Path) -> MakeStore:
        return lambda: JournalStore(tmp_path / "journal")
