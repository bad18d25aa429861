"""Seeding: stores the values of roles and entitlements from the description or the catalog."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from .. import logs
from ..application import Application
from ..messages.documents import Document
from ..messages.errors import ScimError
from ..ports.resources import Stored, Transaction
from ..schema.attributes import Link, Tree
from ..schema.resources import read_resource
from ..schema.values import Reader
from .service import Service
from .writer import document_of

Catalog: TypeAlias = Callable[[str], Iterable[Mapping[str, Any]]]
"""Returns the values of a resource type by its name."""

_KEPT = "{} that are kept"
"""The name under which `mark_seeded` stores the values that the log has reported as kept."""


async def seed(service: Service, tenant: str, application: Application, catalog: Catalog) -> None:
    """Store the current values of all resource types of a tenant, in one transaction."""

    async def job(tx: Transaction) -> None:
        await tx.exclusive()
        for tree in service.trees.values():
            match tree.managed:
                case "scim":
                    await _insert_once(service, tx, tenant, tree, application.values(tree.name))
                case "description":
                    await _synchronise(service, tx, tenant, tree, application.values(tree.name))
                case "catalog":
                    given = [dict(value) for value in catalog(tree.name)]
                    values = [value for value in given if _has_id(tree, value)]
                    await _synchronise(service, tx, tenant, tree, values)

    await service.store.write(job)


async def _insert_once(
    service: Service, tx: Transaction, tenant: str, tree: Tree, values: list[Document]
) -> None:
    """Store values that clients manage afterwards.

    A value is stored once: it does not come back after a client has deleted it.
    """
    seeded = await tx.seeded(tenant, tree.name)
    for value in values:
        if str(value["id"]) not in seeded:
            await _insert(service, tx, tenant, tree, value)
            await tx.mark_seeded(tenant, tree.name, str(value["id"]))


async def _synchronise(
    service: Service, tx: Transaction, tenant: str, tree: Tree, values: list[Document]
) -> None:
    """Make the stored values equal to the given ones.

    A value that users hold is not removed. The log has a warning for it, once. A value that is
    wrong is not stored.
    """
    described = {str(value["id"]) for value in values}
    for value in values:
        stored = await tx.get(tenant, tree.name, str(value["id"]))
        if stored is None:
            await _insert(service, tx, tenant, tree, value)
        else:
            await _update(service, tx, tenant, tree, stored, value)
        await tx.mark_seeded(tenant, tree.name, str(value["id"]))
    for resource_id in await tx.seeded(tenant, tree.name) - described:
        stored = await tx.get(tenant, tree.name, resource_id)
        if stored is not None:
            await _remove(service, tx, tenant, tree, stored)


async def _remove(
    service: Service, tx: Transaction, tenant: str, tree: Tree, stored: Stored
) -> None:
    holders = 0
    links: tuple[Link, ...] = ("roles", "entitlements")
    for link in links:
        holders += (await tx.counts(tenant, link, [stored.key]))[stored.key]
    if holders:
        kept = _KEPT.format(tree.name)
        if stored.id not in await tx.seeded(tenant, kept):
            logs.write("value kept", level="warning", type=tree.name, id=stored.id, holders=holders)
            await tx.mark_seeded(tenant, kept, stored.id)
        return
    await service.writer.remove(tx, tenant, tree, stored)


async def _update(
    service: Service,
    tx: Transaction,
    tenant: str,
    tree: Tree,
    stored: Stored,
    value: Document,
) -> None:
    old = document_of(stored)
    try:
        new = {"id": stored.id} | _document(service, tree, value)
        await service.writer.change(tx, tenant, tree, stored, old, new, {})
    except ScimError as error:
        _refuse(tree, stored.id, error.detail)


async def _insert(
    service: Service, tx: Transaction, tenant: str, tree: Tree, value: Document
) -> None:
    value_id = str(value["id"])
    try:
        await service.writer.insert(tx, tenant, tree, value_id, _document(service, tree, value))
    except ScimError as error:
        _refuse(tree, value_id, error.detail)


def _has_id(tree: Tree, value: Document) -> bool:
    """Return whether a value of the catalog has an id. If it has none, the log names it."""
    if value.get("id") not in (None, ""):
        return True
    name = value.get("displayName") or value.get("value") or ""
    _refuse(tree, "", f"The value {str(name)[:100]!r} of the catalog has no id; give it one.")
    return False


def _refuse(tree: Tree, value_id: str, detail: str) -> None:
    logs.write("value refused", level="warning", type=tree.name, id=value_id, detail=detail)


def _document(service: Service, tree: Tree, value: Document) -> Document:
    """Read a value from the description or catalog, which may set readOnly attributes."""
    reader = Reader(strict=False, trusted=True)
    known = {name: item for name, item in value.items() if name not in ("id", "meta")}
    return read_resource(tree, known, reader)
