"""The command `import`: creates or updates the resources of a file."""

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
from .database import add_tenant, find_type, started_service
from .progress import Progress, duration
from .rows import ImportRow, csv_rows, json_rows

_BATCH = 500
_MAX_LISTED = 1000
_MAX_DEFERRED = 10_000
"""How many groups may wait for members that come later in the file."""

_DESCRIPTION = """Import users or other resources from a CSV file, or from a JSON file with one
resource per line (.jsonl), as {app} export writes them. The header of a CSV file names attributes:
userName, name.givenName, emails.value (the work address). The attributes of extensions are named
by their names, or by urn:...:name if that is ambiguous. Roles and entitlements are ids. The items
of a list are separated by ;, a complex value is JSON, and an empty cell is no value. An id in the
file is kept. Each row is checked like a POST request. A rejected row is reported as FILE:LINE, the
others are imported, and the exit code is 1. The audit trail has each change, with the actor
import. Hooks and the webhook get no events. Examples: {app} import users.csv; {app} import --type
Group --existing update groups.jsonl"""


def add(commands: Commands, app: str) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "import",
        help="import users or other resources from a file",
        description=_DESCRIPTION.format(app=app),
    )
    parser.add_argument("file", help="a .csv or .jsonl file, or - for standard input")
    parser.add_argument("--type", default="User", help="the resource type (default: User)")
    parser.add_argument(
        "--format", choices=("csv", "jsonl"), help="the format (default: by the file's name)"
    )
    parser.add_argument(
        "--existing",
        choices=("fail", "skip", "update"),
        default="fail",
        help="what to do with a resource that exists, by id or userName: reject the row (fail,"
        " the default), leave the resource as it is, or update it",
    )
    parser.add_argument("--stop", action="store_true", help="stop after the first rejected row")
    parser.add_argument("--dry-run", action="store_true", help="check every row and change nothing")
    add_tenant(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Import a file. Returns 1 if a row was rejected."""
    kind = options.format or Path(options.file).suffix.removeprefix(".")
    if kind not in ("csv", "jsonl"):
        raise CommandError(f"{options.file}: unknown format: add --format csv or --format jsonl")
    if options.file == "-":
        return asyncio.run(_import(options, sys.stdin.buffer, kind))
    try:
        with open(options.file, "rb") as file:
            return asyncio.run(_import(options, file, kind))
    except OSError as error:
        raise CommandError(f"{options.file}: {error.strerror}") from None


async def _import(options: argparse.Namespace, file: BinaryIO, kind: str) -> int:
    async with started_service(options.application, options.tenant) as service:
        tree = find_type(service, options.type)
        rows = csv_rows(file, tree) if kind == "csv" else json_rows(file)
        return await _Import(service, options, file).run(rows)


class _Import:
    """One run of the command, with its options and its counts so far."""

    def __init__(self, service: Service, options: argparse.Namespace, file: BinaryIO) -> None:
        self.file = file
        self.name = "-" if options.file == "-" else options.file
        self.options = options
        self.size = os.fstat(file.fileno()).st_size if file.seekable() else 0
        self.total = Outcome()
        self.rejected = 0
        try:
            tree = find_type(service, options.type)
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

    async def run(self, rows: Iterator[ImportRow]) -> int:
        """Import all rows, then the deferred ones. Returns the exit code."""
        try:
            while batch := list(islice(rows, _BATCH)):
                await self._batch(batch)
                if self.rejected and self.options.stop:
                    break
            await self._write_deferred()
            if not self.options.dry_run:
                await self.importer.service.store.write(lambda tx: tx.analyze())
        except CommandError as error:
            raise CommandError(f"{self.name}: {error}") from None
        finally:
            seconds = self.progress.finish()
        self._print_summary(seconds)
        return 1 if self.rejected else 0

    async def _batch(self, batch: list[ImportRow]) -> None:
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
        last = last or len(self.total.later) > _MAX_DEFERRED
        outcome = await self.importer.write(candidates, last=last) if candidates else Outcome()
        self.total.created += outcome.created
        self.total.updated += outcome.updated
        self.total.skipped += outcome.skipped
        self.total.later += outcome.later
        for line, fault in sorted(faults + outcome.faults):
            self.rejected += 1
            if self.rejected <= _MAX_LISTED:
                print(f"{self.name}:{line}: {fault}")

    async def _write_deferred(self) -> None:
        """Write the groups whose members came later in the file.

        A group can wait for another deferred group, so this repeats until it writes none. The
        remaining groups have a member that does not exist.
        """
        while deferred := self.total.later:
            self.total.later = []
            written = self._written()
            for start in range(0, len(deferred), _BATCH):
                await self._write(deferred[start : start + _BATCH], [])
            if self._written() == written:
                deferred, self.total.later = self.total.later, []
                await self._write(deferred, [], last=True)

    def _written(self) -> int:
        return self.total.created + self.total.updated + self.total.skipped

    def _print_summary(self, seconds: float) -> None:
        if self.rejected > _MAX_LISTED:
            print(f"{self.name}: {self.rejected - _MAX_LISTED} more rows are rejected")
        for name, count in list(self.importer.ignored.items())[:_MAX_LISTED]:
            unknown = f"a {self.options.type} has no attribute {name!r}: ignored in {count:,} rows"
            print(f"{self.name}: {unknown}", file=sys.stderr)
        done = "would be" if self.options.dry_run else "were"
        counts = [f"{self.total.created:,} {done} created"]
        if self.total.updated:
            counts.append(f"{self.total.updated:,} updated")
        if self.total.skipped:
            counts.append(f"{self.total.skipped:,} unchanged")
        if self.rejected:
            counts.append(f"{self.rejected:,} rejected")
        print(f"{', '.join(counts)} in {duration(seconds)}", file=sys.stderr)
