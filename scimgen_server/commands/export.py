"""`export` writes resources to a file."""

import argparse
import asyncio
import csv
import io
import os
import sys
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Any, BinaryIO

from ..application import Application
from ..messages.documents import Document, dump, is_array, is_object
from ..ports.resources import Linked, Query
from ..schema.attributes import Attribute, Link, Tree
from ..service.reindex import outdated
from ..service.service import Service
from ..service.writer import document_of
from .arguments import CommandError, Commands
from .columns import cell
from .database import add_tenant, app_service, check_tenant, the_type
from .files import written
from .progress import Progress, duration

_PAGE = 500
_PAGE_OF_GROUPS = 10
"""A group may have many members, and a page is in memory at once."""

_DESCRIPTION = """Write all resources of a type, in the order of their creation, to standard output or a file: a JSON
object a line, or CSV. {app} import reads both. What no client may read is not in it, nor are versions and times:
{app} backup has all. Examples: {app} export > users.jsonl; {app} export --type Group --format csv -o groups.csv"""


def add(commands: Commands, app: str) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "export",
        help="write users or other resources to a file",
        description=_DESCRIPTION.format(app=app),
    )
    parser.add_argument("--type", default="User", help="the resource type, User if not said")
    parser.add_argument(
        "--format", choices=("jsonl", "csv"), default="jsonl", help="jsonl if not said"
    )
    parser.add_argument("--columns", metavar="NAME,...", help="of CSV, all if not said")
    parser.add_argument("-o", "--output", metavar="FILE", help="instead of standard output")
    parser.add_argument("--force", action="store_true", help="write over a FILE that is there")
    add_tenant(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Export the resources of a type."""
    if options.output:
        with written(options.output, force=options.force) as file:
            asyncio.run(_export(options, file))
        return 0
    try:
        asyncio.run(_export(options, sys.stdout.buffer))
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


async def _export(options: argparse.Namespace, file: BinaryIO) -> None:
    application: Application = options.application
    async with app_service(application) as service:
        await check_tenant(service, options.tenant)
        if await outdated(service):
            raise CommandError(
                f"the description has changed since the last start: run {application.name} migrate first"
            )
        tree = the_type(service, options.type)
        write = (
            _csv_writer(tree, options.columns, file)
            if options.format == "csv"
            else _json_writer(file)
        )
        progress = (
            Progress(f"{tree.name} resources")
            if options.output or not sys.stdout.isatty()
            else None
        )
        async for documents, total in _pages(service, options.tenant, tree):
            for document in documents:
                write(document)
            if progress:
                progress.advance(len(documents), min((progress.count + len(documents)) / total, 1))
        if progress:
            seconds = progress.finish()
            print(f"{progress.count:,} written in {duration(seconds)}", file=sys.stderr)


async def _pages(
    service: Service, tenant: str, tree: Tree
) -> AsyncGenerator[tuple[list[Document], int]]:
    """The resources, page by page, each time with how many there are in all."""
    after, count = 0, _PAGE_OF_GROUPS if "members" in tree.by_link else _PAGE
    wanted: set[Link] = {
        link for link, attribute in tree.by_link.items() if not attribute.read_only
    }
    while True:
        page = await service.store.search(tenant, Query([(tree, None)], after=after, count=count))
        if not page.items:
            return
        keys = [stored.key for stored in page.items]
        links = await service.store.links(tenant, keys, wanted) if wanted else {}
        documents: list[Document] = []
        for stored in page.items:
            held = [one for one in links.get(stored.key, []) if service.references.knows(one)]
            documents.append(_readable(tree.children(), document_of(stored)) | _links(tree, held))
        yield documents, max(page.total, 1)
        after = keys[-1]


def _readable(attributes: Any, document: Document) -> Document:
    """Without what no client may read, and what the description no longer knows."""
    shown: Document = {}
    for attribute in attributes:
        value = document.get(attribute.name)
        if value is None or attribute.secret:
            continue
        if attribute.sub_attributes and is_object(value):
            value = _readable(attribute.sub_attributes.values(), value)
        elif attribute.sub_attributes and is_array(value):
            value = [
                _readable(attribute.sub_attributes.values(), item)
                for item in value
                if is_object(item)
            ]
        shown[attribute.name] = value
    return shown


def _links(tree: Tree, held: list[Linked]) -> Document:
    """Links by what they name alone, and in its order: the rest is that one's own."""
    links: dict[str, list[Document]] = {}
    for one in sorted(held, key=lambda one: one.value):
        value: Document = {"value": one.value} | ({"primary": True} if one.primary else {})
        links.setdefault(tree.by_link[one.link].name, []).append(value)
    return links


def _json_writer(file: BinaryIO) -> Callable[[Document], None]:
    return lambda document: file.writelines((dump(document), b"\n"))


def _csv_writer(tree: Tree, chosen: str | None, file: BinaryIO) -> Callable[[Document], None]:
    columns = dict(_columns(tree))
    if chosen:
        by_name = {name.lower(): name for name in columns}
        names = [name.strip() for name in chosen.split(",") if name.strip()]
        unknown = [name for name in names if name.lower() not in by_name]
        if unknown:
            raise CommandError(f"there is no column {unknown[0]!r}; there are {', '.join(columns)}")
        columns = {by_name[name.lower()]: columns[by_name[name.lower()]] for name in names}
    row = io.StringIO(newline="")
    writer = csv.writer(row, lineterminator="\n")

    def write(cells: list[str]) -> None:
        writer.writerow(cells)
        file.write(row.getvalue().encode())
        row.seek(0)
        row.truncate()

    write(list(columns))
    return lambda document: write(
        [cell(one, _value(document, one.path)) for one in columns.values()]
    )


def _columns(tree: Tree) -> Iterator[tuple[str, Attribute]]:
    """All that a row can hold, by the name of its column."""
    for attribute in tree.children():
        if attribute.name not in ("schemas", "meta"):
            yield from _leaves(tree, attribute)


def _leaves(tree: Tree, attribute: Attribute) -> Iterator[tuple[str, Attribute]]:
    if attribute.secret or (attribute.link and attribute.read_only):
        return
    if attribute.sub_attributes and not attribute.multi_valued:
        for part in attribute.sub_attributes.values():
            yield from _leaves(tree, part)
        return
    name = ".".join(path for path in attribute.path if not path.startswith("urn:"))
    yield (name if tree.find(name) is attribute else str(attribute)), attribute


def _value(document: Document, path: tuple[str, ...]) -> Any:
    value: Any = document
    for name in path:
        value = value.get(name) if is_object(value) else None
    return value
