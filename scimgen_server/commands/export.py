"""The command `export`: writes the resources of a type to a file."""

import argparse
import asyncio
import csv
import io
import os
import sys
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
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
from .database import add_tenant, app_service, check_tenant, find_type
from .files import new_file
from .progress import Progress, duration

_PAGE = 500
_PAGE_OF_GROUPS = 10
"""Smaller, because a group can have many members and a page is in memory as a whole."""

_DESCRIPTION = """Write all resources of a type to standard output or a file, in the order of their
creation, as JSON (one object per line) or CSV. {app} import reads both. Attributes that clients
cannot read, versions and times are left out; {app} backup writes them as well. Examples: {app}
export > users.jsonl; {app} export --type Group --format csv -o groups.csv"""


def add(commands: Commands, app: str) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "export",
        help="write users or other resources to a file",
        description=_DESCRIPTION.format(app=app),
    )
    parser.add_argument("--type", default="User", help="the resource type (default: User)")
    parser.add_argument(
        "--format", choices=("jsonl", "csv"), default="jsonl", help="the format (default: jsonl)"
    )
    parser.add_argument("--columns", metavar="NAME,...", help="the columns of CSV (default: all)")
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write to FILE, not to standard output"
    )
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")
    add_tenant(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Export the resources of a type."""
    if options.output:
        with new_file(options.output, force=options.force) as file:
            asyncio.run(_export(options, file))
        return 0
    try:
        asyncio.run(_export(options, sys.stdout.buffer))
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of the pipe has closed it. Python must not report an error at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


async def _export(options: argparse.Namespace, file: BinaryIO) -> None:
    application: Application = options.application
    async with app_service(application) as service:
        await check_tenant(service, options.tenant)
        if await outdated(service):
            raise CommandError(
                "the description has changed since the last start:"
                f" run {application.name} migrate first"
            )
        tree = find_type(service, options.type)
        if options.format == "csv":
            write = _csv_writer(tree, options.columns, file)
        else:
            write = _json_writer(file)
        # On a terminal the resources themselves show the progress.
        progress = None
        if options.output or not sys.stdout.isatty():
            progress = Progress(f"{tree.name} resources")
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
    """Yield the resources in pages, each with the number of all resources of the type."""
    after = 0
    count = _PAGE_OF_GROUPS if "members" in tree.by_link else _PAGE
    exported: set[Link] = set()
    for link, attribute in tree.by_link.items():
        if not attribute.read_only:
            exported.add(link)
    while True:
        page = await service.store.search(tenant, Query([(tree, None)], after=after, count=count))
        if not page.items:
            return
        keys = [stored.key for stored in page.items]
        links = await service.store.links(tenant, keys, exported) if exported else {}
        documents: list[Document] = []
        for stored in page.items:
            known = [one for one in links.get(stored.key, []) if service.references.knows(one)]
            documents.append(_readable(tree.children(), document_of(stored)) | _links(tree, known))
        yield documents, max(page.total, 1)
        after = keys[-1]


def _readable(attributes: Iterable[Attribute], document: Document) -> Document:
    """Return the document without secret attributes and attributes that do not exist any more."""
    shown: Document = {}
    for attribute in attributes:
        value = document.get(attribute.name)
        if value is None or attribute.secret:
            continue
        parts = attribute.sub_attributes.values()
        if parts and is_object(value):
            value = _readable(parts, value)
        elif parts and is_array(value):
            value = [_readable(parts, item) for item in value if is_object(item)]
        shown[attribute.name] = value
    return shown


def _links(tree: Tree, linked: list[Linked]) -> Document:
    """Return the link attributes, sorted by value, without the parts that show the target."""
    links: dict[str, list[Document]] = {}
    for one in sorted(linked, key=lambda one: one.value):
        value: Document = {"value": one.value}
        if one.primary:
            value["primary"] = True
        links.setdefault(tree.by_link[one.link].name, []).append(value)
    return links


def _json_writer(file: BinaryIO) -> Callable[[Document], None]:
    return lambda document: file.writelines((dump(document), b"\n"))


def _csv_writer(tree: Tree, chosen: str | None, file: BinaryIO) -> Callable[[Document], None]:
    columns = _columns(tree, chosen)
    row = io.StringIO(newline="")
    writer = csv.writer(row, lineterminator="\n")

    def write(cells: list[str]) -> None:
        writer.writerow(cells)
        file.write(row.getvalue().encode())
        row.seek(0)
        row.truncate()

    def write_document(document: Document) -> None:
        write([cell(one, _value(document, one.path)) for one in columns.values()])

    write(list(columns))
    return write_document


def _columns(tree: Tree, chosen: str | None) -> dict[str, Attribute]:
    """Return the attributes of the columns, by the name of the column.

    Args:
        tree: the resource type.
        chosen: the names of the columns with commas between, or None for all.
    """
    columns: dict[str, Attribute] = {}
    for attribute in tree.children():
        if attribute.name not in ("schemas", "meta"):
            columns |= dict(_leaves(tree, attribute))
    if not chosen:
        return columns
    by_name = {name.lower(): name for name in columns}
    names = [name.strip() for name in chosen.split(",") if name.strip()]
    unknown = [name for name in names if name.lower() not in by_name]
    if unknown:
        raise CommandError(f"there is no column {unknown[0]!r}: use some of {', '.join(columns)}")
    exact = [by_name[name.lower()] for name in names]
    return {name: columns[name] for name in exact}


def _leaves(tree: Tree, attribute: Attribute) -> Iterator[tuple[str, Attribute]]:
    """Yield a column for the attribute, or for each of its parts if it has at most one value."""
    if attribute.secret or (attribute.link and attribute.read_only):
        return
    if attribute.sub_attributes and not attribute.multi_valued:
        for part in attribute.sub_attributes.values():
            yield from _leaves(tree, part)
        return
    name = ".".join(path for path in attribute.path if not path.startswith("urn:"))
    if tree.find(name) is not attribute:
        # Another schema has an attribute with this name.
        name = str(attribute)
    yield name, attribute


def _value(document: Document, path: tuple[str, ...]) -> Any:
    value: Any = document
    for name in path:
        value = value.get(name) if is_object(value) else None
    return value
