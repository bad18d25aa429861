"""Reindexing: rewrites stored bodies and index rows of types that the description has changed.

Attributes that the new description does not have stay stored, hidden from clients, in case they
come back.

A reindex runs in steps, one transaction each. The store keeps the progress with each type: first
the new fingerprint and `@` while old index rows are deleted, then the fingerprint, `@` and the key
of the last resource rewritten, then the fingerprint alone. A run that was killed, or a second
process, continues from there. No server serves the tenant in the meantime.
"""

import time
from collections.abc import AsyncGenerator, Iterable
from contextlib import suppress
from dataclasses import dataclass

from .. import logs
from ..ports.reindexing import ReindexableStore, ReindexTransaction
from ..ports.resources import Query, StorageError
from ..schema.records import RecordBuilder
from .service import Service
from .writer import document_of

MAX_AT_STARTUP = 20_000
"""How many resources a server reindexes at startup. More need `migrate`, which shows progress."""

_SAMPLE = 500


@dataclass(frozen=True, slots=True)
class Outdated:
    """The resources of one type and tenant whose index rows have an old fingerprint.

    Args:
        store: where they are.
        builder: builds their records as of today's description.
        resources: how many there are.
    """

    store: ReindexableStore
    tenant: str
    builder: RecordBuilder
    resources: int

    @property
    def type(self) -> str:
        """The name of the resource type."""
        return self.builder.tree.name


async def reindex_at_startup(service: Service, tenant: str) -> None:
    """Reindex all changed types, if they have few resources.

    Args:
        tenant: a tenant that may be new. The others are known to the store.

    Raises:
        StorageError: they have many; the message has an estimate of the time.
    """
    await record_fingerprints(service, tenant)
    found = await outdated(service)
    resources = sum(one.resources for one in found)
    if resources > MAX_AT_STARTUP:
        seconds = await estimate(found)
        work = f"{resources:,} resources have to be reindexed, about {seconds:.0f} s"
        raise StorageError(f"run {service.application.name} migrate first: {work}")
    for one in found:
        started = time.perf_counter()
        async for _ in reindex(one):
            pass
        seconds = round(time.perf_counter() - started, 3)
        logs.write(
            "reindexed",
            tenant=one.tenant,
            type=one.type,
            resources=one.resources,
            seconds=seconds,
        )


async def record_fingerprints(service: Service, tenant: str) -> None:
    """Store today's fingerprint for the types that have none: they have no resources."""
    store = service.store
    if not isinstance(store, ReindexableStore):
        return
    known = await store.fingerprints(tenant)
    builders = service.writer.builders
    new = {name: builder for name, builder in builders.items() if name not in known}

    async def job(tx: ReindexTransaction) -> None:
        for name, builder in new.items():
            await tx.set_fingerprint(tenant, name, builder.fingerprint)

    if new:
        await store.write_reindex(job)


async def outdated(service: Service) -> list[Outdated]:
    """What has to be reindexed, in all tenants."""
    store = service.store
    found: list[Outdated] = []
    if not isinstance(store, ReindexableStore):
        return found
    for tenant in sorted(await store.indexed_tenants()):
        known = await store.fingerprints(tenant)
        for name, builder in service.writer.builders.items():
            if known.get(name, builder.fingerprint) != builder.fingerprint:
                page = await store.search(tenant, Query([(builder.tree, None)], count=0))
                found.append(Outdated(store, tenant, builder, page.total))
    return found


async def reindex(one: Outdated) -> AsyncGenerator[int]:
    """Reindex one type, step by step. Yields how many resources each step has rewritten."""
    while True:
        done = await one.store.write_reindex(lambda tx: _step(tx, one.tenant, one.builder))
        if done is None:
            return
        yield done


async def _step(tx: ReindexTransaction, tenant: str, builder: RecordBuilder) -> int | None:
    """How many resources were rewritten; None if nothing is left to do."""
    await tx.exclusive()
    name, wanted = builder.tree.name, builder.fingerprint
    fingerprint, begun, key = (await tx.fingerprints(tenant)).get(name, wanted).partition("@")
    if fingerprint == wanted and not begun:
        return None
    if fingerprint != wanted or not key:
        cleared = await tx.clear_index(tenant, name)
        await tx.set_fingerprint(tenant, name, f"{wanted}@{0 if cleared else ''}")
        return 0
    page = await tx.following(tenant, name, int(key))
    records = [(stored, builder.record(stored.id, document_of(stored))) for stored in page]
    await tx.reindex(tenant, records)
    await tx.set_fingerprint(tenant, name, f"{wanted}@{page[-1].key}" if page else wanted)
    return len(page)


class _RollBack(Exception):
    """Rolls the transaction of a sample back."""


async def estimate(found: Iterable[Outdated]) -> float:
    """How many seconds a reindex may take: a sample of each type is rewritten and rolled back."""
    seconds = 0.0
    for one in found:
        started, sample = time.perf_counter(), 0

        async def job(tx: ReindexTransaction, one: Outdated = one) -> None:
            nonlocal sample
            page = (await tx.following(one.tenant, one.type, 0))[:_SAMPLE]
            sample = len(page)
            records = [
                (stored, one.builder.record(stored.id, document_of(stored))) for stored in page
            ]
            await tx.reindex(one.tenant, records)
            raise _RollBack

        with suppress(_RollBack):
            await one.store.write_reindex(job)
        seconds += (time.perf_counter() - started) * one.resources / max(sample, 1)
    return seconds
