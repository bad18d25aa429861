"""The emitted commands as processes of their own, over databases of the tests."""

import asyncio
import importlib
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scimgen.model import App
from tests.support import Running, emit_into, running


@dataclass(frozen=True)
class Project:
    """An emitted project."""

    app: App
    folder: Path

    def start(self, url: str, *arguments: str) -> "subprocess.Popen[str]":
        """Start a command, with no credentials: none of these asks for any."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("SCIM_")}
        return subprocess.Popen(
            [sys.executable, "-m", self.app.package, *arguments],
            env=clean | {"PYTHONPATH": str(self.folder), "SCIM_DATABASE_URL": url, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, url: str, *arguments: str, code: int = 0, text: str | None = None) -> tuple[str, str]:
        """Run a command to its end; what it wrote to stdout and stderr."""
        process = self.start(url, *arguments)
        output, errors = process.communicate(text, timeout=120)
        assert process.returncode == code, (output, errors)
        assert "Traceback" not in errors
        return output, errors

    def serving(self, url: str, data: Path) -> AbstractContextManager[Running]:
        """The server, running."""
        return running(self.app, self.folder, data, SCIM_DATABASE_URL=url)


def emitted(description: str, folder: Path) -> Project:
    """A project emitted from a description's text."""
    source = folder.with_suffix(".scim.yaml")
    source.write_text(description, encoding="utf-8")
    return Project(emit_into(source, folder), folder)


@asynccontextmanager
async def connected(url: str) -> AsyncGenerator[Any]:
    """A connection to a database as it is, without a server; the package `crm` is imported already."""
    store = importlib.import_module("crm.storage.stores").make_store(url, migrate=False)
    await store.open()
    try:
        yield store.connection
    finally:
        await store.close()


def rows(url: str, statement: str) -> Sequence[Sequence[Any]]:
    """What a database holds."""

    async def read() -> Sequence[Sequence[Any]]:
        async with connected(url) as connection:
            found: Sequence[Sequence[Any]] = await connection.rows(statement)
            return found

    return asyncio.run(read())
