"""Values of roles and entitlements from the description or the app's catalog, brought into the store at start."""

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
"""From a resource type's name to its values."""


async def seed(service: Service, tenant: str, application: Application, catalog: Catalog) -> None:
    """Bring every resource type's values up to date: in one transaction, so that a killed start leaves no half."""

    async def job(tx: Transaction) -> None:
        await tx.exclusive()
        for tree in service.trees.values():
            match tree.managed:
                case "scim":
                    await _insert_once(service, tx, tenant, tree, application.values(tree.name))
                case "description":
                    await _synchronise(service, tx, tenant, tree, application.values(tree.name))
                case "catalog":
                    await _synchronise(
                        service, tx, tenant, tree, [dict(value) for value in catalog(tree.name)]
                    )

    await service.store.write(job)


async def _insert_once(
    service: Service, tx: Transaction, tenant: str, tree: Tree, values: list[Document]
) -> None:
    """From then on they are the clients': what one deletes does not come back."""
    seeded = await tx.seeded(tenant, tree.name)
    for value in values:
        if str(value["id"]) not in seeded:
            await _insert(service, tx, tenant, tree, value)
            await tx.mark_seeded(tenant, tree.name, str(value["id"]))


async def _synchronise(
    service: Service, tx: Transaction, tenant: str, tree: Tree, values: list[Document]
) -> None:
    """The owner's values are the truth, but what somebody holds is never removed silently."""
    described = {str(value["id"]) for value in values}
    for value in values:
        stored = await tx.get(tenant, tree.name, str(value["id"]))
        if stored is None:
            await _insert(service, tx, tenant, tree, value)
        else:
            old = document_of(stored)
            new = {"id": stored.id} | _document(service, tree, value)
            await service.writer.change(tx, tenant, tree, stored, old, new, {})
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
        logs.write("value kept", level="warning", type=tree.name, id=stored.id, holders=holders)
        return
    await service.writer.remove(tx, tenant, tree, stored)


async def _insert(
    service: Service, tx: Transaction, tenant: str, tree: Tree, value: Document
) -> None:
    try:
        await service.writer.insert(
            tx, tenant, tree, str(value["id"]), _document(service, tree, value)
        )
    except ScimError as error:
        logs.write(
            "value refused",
            level="warning",
            type=tree.name,
            id=str(value["id"]),
            detail=error.detail,
        )


def _document(service: Service, tree: Tree, value: Document) -> Document:
    """A value as the owner writes it; readOnly attributes are the owner's to set."""
    reader = Reader(strict=False, trusted=True)
    return read_resource(
        tree, {name: item for name, item in value.items() if name not in ("id", "meta")}, reader
    )
