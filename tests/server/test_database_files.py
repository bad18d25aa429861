"""The database file: who can read it, who uses it, and what its errors mean."""

import asyncio
import os
import sqlite3
from pathlib import Path

import httpx
import pytest

from scimgen_server import ScimApp, StorageError, make_store
from scimgen_server.ports.limits import Limits
from tests.server.commands import CommandLine
from tests.server.inside import play


def mode(path: Path) -> str:
    """The permissions of a file, in octal."""
    return oct(path.stat().st_mode & 0o777)


def test_only_the_owner_reads_the_database_and_a_backup(tmp_path: Path, commands: CommandLine) -> None:
    """Also the write-ahead log and its index, whatever the umask is."""
    before = os.umask(0o022)
    try:

        async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
            assert (await client.post("/Users", json={"userName": "ada"})).status_code == 201
            names = ("scim.db", "scim.db-wal", "scim.db-shm")
            assert {name: mode(tmp_path / name) for name in names} == dict.fromkeys(names, "0o600")

        play(f"sqlite:///{tmp_path}/scim.db", scenario)
        commands.run(f"sqlite:///{tmp_path}/scim.db", "backup", str(tmp_path / "backup.gz"))
        assert mode(tmp_path / "backup.gz") == "0o600"
    finally:
        os.umask(before)


def test_a_database_that_a_server_uses_is_not_restored(commands: CommandLine, database: str, tmp_path: Path) -> None:
    """Also with --force. It is restored when the server has stopped."""
    commands.run(database, "import", "--format", "csv", "-", text="userName\nada\n")
    commands.run(database, "backup", str(tmp_path / "backup.gz"))
    with commands.serving(database) as client:
        client.post("/Users", json={"userName": "later"})
        _, errors = commands.run(database, "restore", "--force", str(tmp_path / "backup.gz"), code=2)
        assert "another process uses the database: stop the servers" in errors
        assert client.get("/Users").json()["totalResults"] == 2
    commands.run(database, "restore", "--force", str(tmp_path / "backup.gz"))
    with commands.serving(database) as client:
        assert client.get("/Users").json()["totalResults"] == 1


def test_a_locked_file_and_a_damaged_one_have_different_messages(tmp_path: Path) -> None:
    """One is to be tried again, the other to be restored."""
    locked, damaged = tmp_path / "locked.db", tmp_path / "damaged.db"
    damaged.write_bytes(b"no database" * 1000)
    with pytest.raises(StorageError, match="damaged or not a SQLite database; restore a backup"):
        asyncio.run(make_store(f"sqlite:///{damaged}").open())

    async def write() -> None:
        store = make_store(f"sqlite:///{locked}")
        store.limit(Limits(lock=0.1))
        await store.open()
        other = sqlite3.connect(locked, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            with pytest.raises(StorageError, match="another process has locked it for too long; try again"):
                await store.write(lambda tx: tx.leases.release("a", "b"))
        finally:
            other.close()
            await store.close()

    asyncio.run(write())
