"""The database file: who can read it, who uses it, and what its errors mean."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]
import httpx
import pytest

from scimgen_server import ScimApp, StorageError, make_store
from scimgen_server.operations import probes
from scimgen_server.ports.limits import Limits
from tests.server.commands import CommandLine
from tests.server.inside import play
from tests.support import free_port


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


async def outcomes(client: httpx.AsyncClient) -> tuple[int, int, int]:
    """The statuses of a write, of `/readyz` and of a search that runs in a thread."""
    created = await client.post("/Users", json={"userName": os.urandom(8).hex()})
    ready = await client.get("http://h/readyz")
    terms = " or ".join(f'title co "{number}"' for number in range(60))
    return created.status_code, ready.status_code, (await client.get("/Users", params={"filter": terms})).status_code


@pytest.mark.parametrize("name", ["scim.db", "scim.db-wal"])
def test_nothing_is_written_to_a_file_that_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    """Otherwise acknowledged writes are lost when the server stops. A file that comes back is used again."""
    monkeypatch.setattr(probes, "_WRITE_SECONDS", 0)
    file, moved = tmp_path / name, tmp_path / "moved"

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        await client.post("/Users", json={"userName": "ada"})
        file.rename(moved)
        assert await outcomes(client) == (503, 503, 503)
        assert not file.exists()
        assert "was moved, deleted or replaced: put it back, or restart the server" in capfd.readouterr().err
        file.write_bytes(moved.read_bytes())
        assert await outcomes(client) == (503, 503, 503)
        moved.rename(file)
        assert await outcomes(client) == (201, 200, 200)
        assert (await client.get("/Users")).json()["totalResults"] == 2

    play(f"sqlite:///{tmp_path}/scim.db", scenario)


def test_a_file_that_is_damaged_while_it_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests are refused with the reason in the log, not with an unexpected error."""
    monkeypatch.setattr(probes, "_WRITE_SECONDS", 0)

    async def scenario(client: httpx.AsyncClient, app: ScimApp) -> None:
        await client.post("/Users", json={"userName": "ada"})
        other = sqlite3.connect(tmp_path / "scim.db")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        other.close()
        with (tmp_path / "scim.db").open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(4096)
            file.write(b"\xff" * (size - 4096))
        assert await outcomes(client) == (503, 503, 503)

    play(f"sqlite:///{tmp_path}/scim.db", scenario)


def test_a_database_of_a_newer_release_is_refused_in_one_line(commands: CommandLine, database: str) -> None:
    """The server does not start."""
    commands.run(database, "import", "--format", "csv", "-", text="userName\nada\n")

    async def set_layout() -> None:
        connection = await asyncpg.connect(database)
        await connection.execute("UPDATE scim.layout SET version = 99")
        await connection.close()

    if database.startswith("sqlite"):
        with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as raw:
            raw.execute("PRAGMA user_version = 99")
    else:
        asyncio.run(set_layout())
    _, errors = commands.run(database, "serve", "--port", str(free_port()), code=2)
    assert len(errors.splitlines()) == 1, errors
    assert "layout 99, which is newer than this server's" in errors
    assert "install a newer release" in errors
