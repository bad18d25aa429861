"""After the description has changed: resources of changed types are laid down anew, so that indexes and views fit.

What the new description no longer knows is kept with the resource, out of clients' sight, in case it comes back.

It goes in steps, a transaction each, and the store remembers with each type how far it got: as the fingerprint of its
layout, then `@` while the index is forgotten, then `@` and the key of the last resource laid down. Whoever comes next,
or beside it, goes on from there; nobody serves meanwhile.
"""

import time
from collections.abc import AsyncGenerator, Iterable
from contextlib import suppress
from dataclasses import dataclass

from .. import logs
from ..ports.resources import Query, StorageError, Transaction
from ..schema.records import Layout
from .service import Service
from .writer import document_of

AT_START = 20_000
"""As many resources are laid down anew when a server starts; more are for `migrate`, which shows how it goes."""

_SAMPLE = 500


@dataclass(frozen=True, slots=True)
class Outdated:
    """The resources of one type and tenant that lie under another layout than today's."""

    tenant: str
    layout: Layout
    resources: int

    @property
    def type(self) -> str:
        """The resource type's name."""
        return self.layout.tree.name


async def relay(service: Service, tenant: str) -> None:
    """Bring every resource into the layout of today's models, if they are few.

    Args:
        tenant: one that may be new; those whose resources are here already are known.

    Raises:
        StorageError: they are many; it says how long it may take.
    """
    await remember(service, tenant)
    todo = await outdated(service)
    resources = sum(one.resources for one in todo)
    if resources > AT_START:
        seconds = await estimate(service, todo)
        rest = f"{resources:,} resources are to be laid down anew, about {seconds:.0f} s"
        raise StorageError(f"run {service.application.name} migrate first: {rest}")
    for one in todo:
        began = time.perf_counter()
        async for _ in lay_anew(service, one):
            pass
        seconds = round(time.perf_counter() - began, 3)
        logs.write(
            "laid down anew",
            tenant=one.tenant,
            type=one.type,
            resources=one.resources,
            seconds=seconds,
        )


async def remember(service: Service, tenant: str) -> None:
    """Types without resources lie under today's layout."""
    known = await service.store.fingerprints(tenant)
    new = {name: layout for name, layout in service.writer.layouts.items() if name not in known}

    async def job(tx: Transaction) -> None:
        for name, layout in new.items():
            await tx.set_fingerprint(tenant, name, layout.fingerprint)

    if new:
        await service.store.write(job)


async def outdated(service: Service) -> list[Outdated]:
    """What is to be laid down anew, of all tenants."""
    found: list[Outdated] = []
    for tenant in sorted(await service.store.tenants()):
        known = await service.store.fingerprints(tenant)
        for name, layout in service.writer.layouts.items():
            if known.get(name, layout.fingerprint) != layout.fingerprint:
                page = await service.store.search(tenant, Query([(layout.tree, None)], count=0))
                found.append(Outdated(tenant, layout, page.total))
    return found


async def lay_anew(service: Service, one: Outdated) -> AsyncGenerator[int]:
    """Lay the resources of one type down, step by step; how many each step has done."""
    while (
        done := await service.store.write(lambda tx: _step(tx, one.tenant, one.layout))
    ) is not None:
        yield done


async def _step(tx: Transaction, tenant: str, layout: Layout) -> int | None:
    """How many resources were laid down; None once there is nothing left to do."""
    await tx.alone()
    name, wanted = layout.tree.name, layout.fingerprint
    fingerprint, begun, key = (await tx.fingerprints(tenant)).get(name, wanted).partition("@")
    if fingerprint == wanted and not begun:
        return None
    if fingerprint != wanted or not key:
        cleared = await tx.clear_index(tenant, name)
        await tx.set_fingerprint(tenant, name, f"{wanted}@{0 if cleared else ''}")
        return 0
    page = await tx.after(tenant, name, int(key))
    await tx.relay(
        tenant, [(stored, layout.record(stored.id, document_of(stored))) for stored in page]
    )
    await tx.set_fingerprint(tenant, name, f"{wanted}@{page[-1].key}" if page else wanted)
    return len(page)


class _Undone(Exception):
    """A sample was laid down, to be rolled back."""


async def estimate(service: Service, todo: Iterable[Outdated]) -> float:
    """How many seconds it may take, from a sample of each type that is laid down for real and rolled back."""
    seconds = 0.0
    for one in todo:
        began, sample = time.perf_counter(), 0

        async def job(tx: Transaction, one: Outdated = one) -> None:
            nonlocal sample
            page = (await tx.after(one.tenant, one.type, 0))[:_SAMPLE]
            sample = len(page)
            await tx.relay(
                one.tenant, [(it, one.layout.record(it.id, document_of(it))) for it in page]
            )
            raise _Undone

        with suppress(_Undone):
            await service.store.write(job)
        seconds += (time.perf_counter() - began) * one.resources / max(sample, 1)
    return seconds
