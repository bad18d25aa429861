"""The command `migrate`: migrates the tables and reindexes the resources."""

import argparse
import asyncio
import json
from collections.abc import Iterator

from ..application import Application
from ..ports.reindexing import Duplicate
from ..schema.attributes import Attribute
from ..service.reindex import Outdated, estimate, outdated, reindex
from ..service.service import Service
from ..service.startup import open_service
from ..storage.stores import SqlStore, database_file, set_options
from ..storage.tables import LAYOUT
from .arguments import CommandError, Commands, number
from .database import sql_store
from .progress import Progress, duration

_DESCRIPTION = """Migrate the tables to this release, and reindex the resources for this
description: new indexed attributes are indexed, removed attributes are hidden, restored attributes
are visible again. No data is lost, and no version of a resource changes. Stop the servers first.
The command can be interrupted and run again; it then continues. No server starts until it has
finished. Examples: {app} migrate --dry-run; {app} migrate"""

_MAX_LISTED = 20


def add(commands: Commands, app: str) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "migrate",
        help="migrate the database to this release and description",
        description=_DESCRIPTION.format(app=app),
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="print what would be done and how long it may take, and change nothing",
    )
    parser.add_argument(
        "--partitions",
        type=number(1, 1024),
        default=0,
        metavar="N",
        help="create new PostgreSQL tables with N partitions by tenant",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Migrate, or print what would be done."""
    asyncio.run(_migrate(options.application, options.dry_run, options.partitions))
    return 0


async def _migrate(application: Application, dry_run: bool, partitions: int) -> None:
    store = sql_store(application, "migrate")
    set_options(store, migrate=not dry_run, partitions=partitions)
    file = database_file(store)
    if file is not None:
        if partitions:
            raise CommandError("--partitions is for PostgreSQL only")
        if dry_run and not file.exists():
            return print(f"tables: new, the file {file} does not exist")
    async with open_service(application, store) as service:
        if partitions and store.found:
            raise CommandError("--partitions is for new tables, and the tables exist")
        if store.found != LAYOUT:
            change = f"new, layout {LAYOUT}"
            if store.found:
                change = f"layout {store.found} to {LAYOUT}"
            print(f"tables: {change}")
        if dry_run and not store.found:
            return None
        found = await outdated(service)
        if dry_run:
            return await _print_plan(found)
        for one in found:
            await _reindex(one)
        if not found:
            print("resources: all are up to date")
        await _print_duplicates(service, store)


async def _print_plan(found: list[Outdated]) -> None:
    for one in found:
        seconds = duration(await estimate([one]))
        print(f"{_name(one)}: {one.resources:,} resources to be reindexed, about {seconds}")
    if not found:
        print("resources: all are up to date")


async def _reindex(one: Outdated) -> None:
    progress = Progress(f"of {one.resources:,} {one.type} resources")
    async for done in reindex(one):
        progress.advance(done, min((progress.count + done) / max(one.resources, 1), 1))
    seconds = progress.finish()
    print(f"{_name(one)}: {progress.count:,} resources reindexed in {duration(seconds)}")


async def _print_duplicates(service: Service, store: SqlStore) -> None:
    """Print the values that should be unique and are not, and how to correct them."""
    found_any = False
    for tenant in sorted(await store.tenants()):
        for attribute, types in _unique_attributes(service):
            found = await store.duplicates(tenant, types, attribute.key, _MAX_LISTED + 1)
            found_any = found_any or bool(found)
            for duplicate in found[:_MAX_LISTED]:
                print(_duplicate_line(attribute, duplicate))
            if len(found) > _MAX_LISTED:
                print(f"not unique: {attribute}: only the first {_MAX_LISTED} values are listed")
    if found_any:
        print(
            "These values are kept. Change or remove all but one of each, then run"
            f" {service.application.name} migrate again to check."
        )


def _unique_attributes(service: Service) -> Iterator[tuple[Attribute, list[str]]]:
    """Yield each unique attribute with the names of the resource types in which it is unique."""
    listed: set[str] = set()
    for name, builder in service.writer.builders.items():
        for attribute in builder.unique:
            if attribute.scim.uniqueness != "global":
                yield attribute, [name]
            elif attribute.key not in listed:
                listed.add(attribute.key)
                yield attribute, list(service.trees)


def _duplicate_line(attribute: Attribute, duplicate: Duplicate) -> str:
    names = [f"{type_name} {json.dumps(id_)}" for type_name, id_ in duplicate.holders]
    others = duplicate.count - len(names)
    more = f" and {others} more" if others > 0 else ""
    value = json.dumps(duplicate.value)
    return f"not unique: {attribute} {value} is in {', '.join(names)}{more}"


def _name(one: Outdated) -> str:
    return f"{one.tenant}: {one.type}"
