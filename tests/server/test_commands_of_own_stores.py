"""The commands of an app with another store than the SQL store: they use that store, or refuse it."""

import json
from pathlib import Path

import httpx
import pytest

from scimgen_server import ScimApp, Settings, Store, make_store
from scimgen_server.testing.memory import MemoryStore
from scimgen_server.testing.server import running
from tests.runtime.test_own_store import JournalStore
from tests.server.apps import EVERY
from tests.server.commands import CommandLine
from tests.server.servers import bearer


@pytest.fixture
def commands(tmp_path: Path) -> CommandLine:
    """The commands of an app whose store is a journal in the folder of the test."""
    return CommandLine(EVERY, tmp_path, lambda url: JournalStore(tmp_path / "journal"))


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The URL of a SQL database that no command may create."""
    return f"sqlite:///{tmp_path}/scim.db"


def test_tokens_and_the_audit_trail_are_in_the_store_of_the_app(
    commands: CommandLine, database: str, tmp_path: Path
) -> None:
    """A token that the command creates is in the journal, and a server over it accepts the token."""
    token_id, secret = commands.make_token(database, "okta")
    listed, _ = commands.run(database, "token", "list")
    assert token_id in listed
    entries = [json.loads(line) for line in commands.run(database, "audit")[0].splitlines()]
    assert [(entry["action"], entry["id"]) for entry in entries] == [("created", token_id)]
    _, errors = commands.run(database, "outbox")
    assert "0 dead letters" in errors
    journal = JournalStore(tmp_path / "journal")
    assert accepted(journal, secret, commands) == 200
    commands.run(database, "token", "revoke", token_id)
    assert accepted(JournalStore(tmp_path / "journal"), secret, commands) == 401
    assert not (tmp_path / "scim.db").exists()


def accepted(store: MemoryStore, secret: str, commands: CommandLine) -> int:
    """The status that a server over a store answers a request with a token."""
    settings = Settings(tokens=("another",), rate=0, weak_secrets=True)
    with running(ScimApp(commands.application, settings=settings, store=store)) as url:
        return httpx.get(f"{url}/Users", headers=bearer(secret)).status_code


@pytest.mark.parametrize(
    "arguments",
    [("backup", "{folder}/b.gz"), ("restore", "{folder}/b.gz"), ("migrate",), ("migrate", "--dry-run")],
    ids=" ".join,
)
def test_a_command_for_the_sql_store_refuses_another_store(
    commands: CommandLine, database: str, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """Exit code 2, and one line that names the store. No file is written."""
    (tmp_path / "b.gz").write_bytes(b"")
    chosen = [argument.format(folder=tmp_path) for argument in arguments]
    if arguments[0] == "backup":
        chosen.append("--force")
    before = sorted(tmp_path.iterdir())
    output, errors = commands.run(database, *chosen, code=2)
    assert output == ""
    assert errors.count("\n") == 1
    assert arguments[0] in errors
    assert "JournalStore" in errors
    assert sorted(tmp_path.iterdir()) == before


def test_the_commands_use_the_sql_store_that_the_app_has_made(tmp_path: Path) -> None:
    """`migrate --dry-run` creates no table in the store that the app has made."""
    made: list[str] = []

    def make(url: str) -> Store:
        made.append(url)
        return make_store(url.replace("scim.db", "other.db"))

    commands = CommandLine(EVERY, tmp_path, make)
    database = f"sqlite:///{tmp_path}/scim.db"
    output, _ = commands.run(database, "migrate", "--dry-run")
    assert "other.db" in output
    assert list(tmp_path.glob("*.db")) == []
    commands.run(database, "migrate")
    commands.make_token(database, "okta")
    commands.run(database, "backup", str(tmp_path / "b.gz"))
    assert made == [database] * 4
    assert [path.name for path in tmp_path.glob("*.db")] == ["other.db"]
