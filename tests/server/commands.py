"""The commands of an app: in the process of the test, or as processes where that is what is tested."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from scimgen.serving import application_of
from scimgen_server import Store, run_command
from scimgen_server import make_store as make_sql_store
from scimgen_server.storage.connection import Connection
from tests.in_process import call
from tests.server.apps import load_app, with_commands, write_project
from tests.server.servers import bearer, serving

ROOT = Path(__file__).parents[2]
_TOKEN = "a-token-for-a-look"


class Result(NamedTuple):
    """What a command has done."""

    code: int
    output: str
    errors: str


class CommandLine:
    """The commands of the app of a description.

    `run` runs a command in this process, which is fast. `start` runs one as a process of the generated project.

    Args:
        folder: an empty folder for the generated project.
        make_store: makes the store of the app, for the commands in this process.
    """

    def __init__(self, description: Path, folder: Path, make_store: Callable[[str], Store] = make_sql_store) -> None:
        self.description = description
        self.folder = folder
        self.application = with_commands(application_of(load_app(description)), make_store)

    def execute(self, database: str, *arguments: str, text: str = "", **environment: str) -> Result:
        """Run a command in this process.

        Args:
            text: its standard input.
            environment: more variables; none of the test's own `SCIM_…` variables.
        """
        variables = clean_environment(**{"SCIM_DATABASE_URL": database} | environment)
        done = call(lambda: run_command(self.application, list(arguments)), variables, text)
        return Result(done.returncode, done.stdout, done.stderr)

    def run(self, database: str, *arguments: str, code: int = 0, text: str = "") -> tuple[str, str]:
        """Run a command that ends with an exit code; what it wrote to stdout and stderr."""
        result = self.execute(database, *arguments, text=text)
        assert result.code == code, result
        return result.output, result.errors

    def make_token(self, database: str, *arguments: str) -> tuple[str, str]:
        """Run `token create`; the id of the token and its secret."""
        output, errors = self.run(database, "token", "create", *arguments)
        return errors.partition(":")[0], output.strip()

    @contextmanager
    def serving(self, database: str) -> Iterator[httpx.Client]:
        """A client of a server over a database, until the block ends."""
        with serving(self.application, tokens=(_TOKEN,), database_url=database) as url:
            base_url = f"{url}/scim/v2"
            with httpx.Client(base_url=base_url, headers=bearer(_TOKEN), timeout=30) as client:
                yield client

    @cached_property
    def project(self) -> Path:
        """The folder of the generated project."""
        write_project(self.description, self.folder)
        return self.folder

    def start(self, database: str, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        """Start a command as a process."""
        return start_process(self.project, *arguments, SCIM_DATABASE_URL=database, **environment)


def start_process(project: Path, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
    """Start a command of the generated project as a process."""
    return subprocess.Popen(
        [sys.executable, "-m", "crm", *arguments],
        cwd=project,
        env=clean_environment(PYTHONPATH=f"{project}:{ROOT}", **environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def clean_environment(**more: str) -> dict[str, str]:
    """The environment with settings for tests instead of those of this process, and more variables."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("SCIM_")}
    return others | {"SCIM_RATE": "0", "SCIM_WEAK_SECRETS": "1"} | more


@asynccontextmanager
async def connected(database: str) -> AsyncGenerator[Connection]:
    """A connection to a database as it is, without a server."""
    store = make_sql_store(database, migrate=False)
    await store.open()
    try:
        yield store.connection
    finally:
        await store.close()


def rows(database: str, statement: str) -> Sequence[Sequence[Any]]:
    """What a database holds."""

    async def read() -> Sequence[Sequence[Any]]:
        async with connected(database) as connection:
            return await connection.rows(statement)

    return asyncio.run(read())


def change(database: str, statement: str, parameters: Sequence[Sequence[Any]] = ((),)) -> None:
    """Run a statement once for each row of parameters, in one transaction without the server."""

    async def write() -> None:
        store = make_sql_store(database)
        await store.open()
        try:
            await store.write(lambda tx: tx.connection.run_many(statement, parameters))
        finally:
            await store.close()

    asyncio.run(write())
