"""`migrate` brings a database up to date with this release and this description."""

import argparse
import asyncio
import json
from collections.abc import AsyncGenerator

from ..application import Application
from ..service.reindex import Outdated, estimate, lay_anew, outdated
from ..service.service import Service
from ..service.startup import open_service
from ..storage.duplicates import duplicates
from ..storage.sqlite import SqliteStore
from ..storage.stores import make_store
from ..storage.tables import LAYOUT
from .arguments import CommandError, Commands, number
from .database import settings_of
from .progress import Progress, duration

_DESCRIPTION = """Bring the database up to date: its tables with this release, and what is stored with this
description: a newly indexed attribute is indexed, one that is gone is hidden, one that is back is shown again. Nothing
that clients have written is lost, and no version changes. Stop the servers first. It may be killed and run again at any
time: it goes on from where it was; until it is done, no server starts. Examples: {app} migrate --dry-run; {app}
migrate"""

_LISTED = 20


def add(commands: Commands, app: str) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "migrate",
        help="bring the database up to date with this release and description",
        description=_DESCRIPTION.format(app=app),
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="only say what is to be done, and how long it may take",
    )
    parser.add_argument(
        "--partitions",
        type=number(1, 1024),
        default=0,
        metavar="N",
        help="spread new PostgreSQL tables by tenant",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Migrate, or say what that would do."""
    asyncio.run(_migrate(options.application, options.dry_run, options.partitions))
    return 0


async def _migrate(application: Application, dry_run: bool, partitions: int) -> None:
    chosen = settings_of(application)
    store = make_store(chosen.database_url, partitions=partitions, migrate=not dry_run)
    if isinstance(store, SqliteStore):
        if partitions:
            raise CommandError("--partitions is for PostgreSQL: SQLite has none")
        if dry_run and not store.path.exists():
            return print(f"new: there is no {store.path} yet")
    async with open_service(application, store) as service:
        if partitions and store.found:
            raise CommandError("--partitions is for new tables, and these are there already")
        if store.found != LAYOUT:
            print(
                f"tables: layout {store.found} to {LAYOUT}"
                if store.found
                else f"tables: new, layout {LAYOUT}"
            )
        if dry_run and not store.found:
            return None
        todo = await outdated(service)
        if dry_run:
            return await _tell(service, todo)
        for one in todo:
            await _lay_anew(service, one)
        if not todo:
            print("resources: all are up to date")
        async for line in _shared(service):
            print(line)


async def _tell(service: Service, todo: list[Outdated]) -> None:
    for one in todo:
        seconds = duration(await estimate(service, [one]))
        print(f"{_name(one)}: {one.resources:,} resources to be laid down anew, about {seconds}")
    if not todo:
        print("resources: all are up to date")


async def _lay_anew(service: Service, one: Outdated) -> None:
    progress = Progress(f"of {one.resources:,} {one.type} resources")
    async for done in lay_anew(service, one):
        progress.advance(done, min((progress.count + done) / max(one.resources, 1), 1))
    seconds = progress.finish()
    print(f"{_name(one)}: {progress.count:,} resources laid down anew in {duration(seconds)}")


async def _shared(service: Service) -> AsyncGenerator[str]:
    """What should be unique and is not, and what to do about it."""
    told = False
    for tenant in sorted(await service.store.tenants()):
        told_of: set[str] = set()
        for name, builder in service.writer.builders.items():
            for attribute in builder.unique:
                everywhere = attribute.scim.uniqueness == "global"
                types = list(service.trees) if everywhere else [name]
                if everywhere and attribute.key in told_of:
                    continue
                told_of.add(attribute.key if everywhere else "")
                found = await duplicates(
                    service.store.connection, tenant, types, attribute.key, _LISTED + 1
                )
                for duplicate in found[:_LISTED]:
                    holders = ", ".join(
                        f"{type_name} {json.dumps(id_)}" for type_name, id_ in duplicate.holders
                    )
                    more = (
                        f" and {duplicate.count - len(duplicate.holders)} more"
                        if duplicate.count > 3
                        else ""
                    )
                    yield f"not unique: {attribute} {json.dumps(duplicate.value)} is in {holders}{more}"
                    told = True
                if len(found) > _LISTED:
                    yield f"not unique: {attribute}: these are the first {_LISTED}"
    if told:
        yield f"They stay as they are. Change or clear all but one of each, then run {service.application.name} migrate to check."


def _name(one: Outdated) -> str:
    return f"{one.tenant}: {one.type}"
