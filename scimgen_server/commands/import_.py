"""`import` brings resources in from a file."""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from ..messages.errors import ScimError
from ..service.importing import Candidate, Importer, Outcome
from ..service.service import Service
from .arguments import CommandError, Commands
from .database import add_tenant, ready, the_type
from .progress import Progress, duration
from .rows import Row, csv_rows, json_rows

_BATCH = 500
_LISTED = 1000
_LATER = 10_000
"""How many groups may wait for others that come after them in the file."""

_DESCRIPTION = """Bring resources in from a file, users if not said otherwise: CSV, or JSON with a resource a line
(.jsonl), as {app} export writes both. The header of a CSV file names attributes: userName, name.givenName,
emails.value (the work address), and those of the extensions by their names alone where that is clear, or as
urn:...:name; roles and entitlements take ids. Lists are split on ;, complex cells are JSON, an empty cell is no value.
An id that is given is kept. Every row is checked like a POST; one that is refused is told as FILE:LINE, and the others
go in (exit code 1). The audit trail names each resource that is created or changed, with the actor import; neither
hooks nor the webhook are told. Examples: {app} import users.csv; {app} import --type Group --existing update
groups.jsonl"""


def add(commands: Commands, app: str) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "import",
        help="bring users or others in from a file",
        description=_DESCRIPTION.format(app=app),
    )
    parser.add_argument("file", help="a .csv or .jsonl file, or - for standard input")
    parser.add_argument("--type", default="User", help="the resource type, User if not said")
    parser.add_argument("--format", choices=("csv", "jsonl"), help="by the file's name if not said")
    parser.add_argument(
        "--existing",
        choices=("fail", "skip", "update"),
        default="fail",
        help="one that is there already, by id or userName: refuse it, leave it, or set what the file says of it",
    )
    parser.add_argument(
        "--stop", action="store_true", help="import nothing after the first row that is refused"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="check every row against the database, keep nothing"
    )
    add_tenant(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Import a file; 1 if a row was refused."""
    kind = options.format or Path(options.file).suffix.removeprefix(".")
    if kind not in ("csv", "jsonl"):
        raise CommandError(f"{options.file}: is it --format csv or jsonl?")
    if options.file == "-":
        return asyncio.run(_import(options, sys.stdin.buffer, kind))
    try:
        with open(options.file, "rb") as file:
            return asyncio.run(_import(options, file, kind))
    except OSError as error:
        raise CommandError(f"{options.file}: {error.strerror}") from None


async def _import(options: argparse.Namespace, file: BinaryIO, kind: str) -> int:
    async with ready(options.application, options.tenant) as service:
        tree = the_type(service, options.type)
        rows = csv_rows(file, tree) if kind == "csv" else json_rows(file)
        return await _Run(service, options, file).everything(rows)


class _Run:
    """One run of the command: what it was told, and what it has done so far."""

    def __init__(self, service: Service, options: argparse.Namespace, file: BinaryIO) -> None:
        self.file = file
        self.name = "-" if options.file == "-" else options.file
        self.options = options
        self.size = os.fstat(file.fileno()).st_size if file.seekable() else 0
        self.sum = Outcome()
        self.refused = 0
        try:
            tree = the_type(service, options.type)
            self.importer = Importer(
                service,
                options.tenant,
                tree,
                options.existing,
                stop=options.stop,
                rehearse=options.dry_run,
            )
        except ScimError as error:
            raise CommandError(error.detail) from None
        self.progress = Progress(f"{tree.name} rows")

    async def everything(self, rows: Iterator[Row]) -> int:
        """Import all rows, then those that had to wait."""
        try:
            while batch := list(islice(rows, _BATCH)):
                await self._batch(batch)
                if self.refused and self.options.stop:
                    break
            await self._later()
            if not self.options.dry_run:
                await self.importer.service.store.write(lambda tx: tx.analyze())
        except CommandError as error:
            raise CommandError(f"{self.name}: {error}") from None
        finally:
            seconds = self.progress.finish()
        self._tell(seconds)
        return 1 if self.refused else 0

    async def _batch(self, batch: list[Row]) -> None:
        candidates: list[Candidate] = []
        faults: list[tuple[int, str]] = []
        for row in batch:
            try:
                if row.fault:
                    faults.append((row.line, row.fault))
                else:
                    candidates.append(self.importer.read(row.line, row.payload))
            except ScimError as error:
                faults.append((row.line, error.detail))
            if faults and self.options.stop:
                break
        await self._write(candidates, faults)
        part = min(self.file.tell() / self.size, 1) if self.size else None
        self.progress.advance(len(batch), part)

    async def _write(
        self, candidates: list[Candidate], faults: list[tuple[int, str]], *, last: bool = False
    ) -> None:
        last = last or len(self.sum.later) > _LATER
        outcome = await self.importer.write(candidates, last=last) if candidates else Outcome()
        self.sum.created += outcome.created
        self.sum.updated += outcome.updated
        self.sum.skipped += outcome.skipped
        self.sum.later += outcome.later
        for line, fault in sorted(faults + outcome.faults):
            self.refused += 1
            if self.refused <= _LISTED:
                print(f"{self.name}:{line}: {fault}")

    async def _later(self) -> None:
        """Groups whose members came after them in the file: again, as long as that brings some in."""
        while waiting := self.sum.later:
            self.sum.later = []
            done = self.sum.created + self.sum.updated + self.sum.skipped
            for start in range(0, len(waiting), _BATCH):
                await self._write(waiting[start : start + _BATCH], [])
            if self.sum.created + self.sum.updated + self.sum.skipped == done:
                waiting, self.sum.later = self.sum.later, []
                await self._write(waiting, [], last=True)

    def _tell(self, seconds: float) -> None:
        if self.refused > _LISTED:
            print(f"{self.name}: {self.refused - _LISTED} more rows are refused")
        for name, count in list(self.importer.ignored.items())[:_LISTED]:
            unknown = (
                f"{name!r} is no attribute of a {self.options.type}: ignored in {count:,} rows"
            )
            print(f"{self.name}: {unknown}", file=sys.stderr)
        done = "would be" if self.options.dry_run else "were"
        counts = [f"{self.sum.created:,} {done} created"]
        counts += [f"{self.sum.updated:,} updated"] if self.sum.updated else []
        counts += [f"{self.sum.skipped:,} left as they are"] if self.sum.skipped else []
        counts += [f"{self.refused:,} refused"] if self.refused else []
        print(f"{', '.join(counts)} in {duration(seconds)}", file=sys.stderr)
