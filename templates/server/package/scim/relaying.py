"""After the description has changed: resources of changed types are laid down anew, so that indexes and views fit.

What the new description no longer knows is kept with the resource, out of clients' sight, in case it comes back.
"""

from ..storage.interface import Taken, Transaction
from . import logs
from .records import Layout
from .service import Service
from .writes import document_of


async def relay(service: Service, tenant: str) -> None:
    """Bring every resource into the layout of today's models, in one transaction."""

    async def job(tx: Transaction) -> None:
        await tx.alone()
        known = await tx.fingerprints(tenant)
        for name, layout in service.writer.layouts.items():
            if known.get(name) != layout.fingerprint:
                if name in known:
                    await _lay_anew(tx, tenant, layout)
                await tx.set_fingerprint(tenant, name, layout.fingerprint)

    await service.store.write(job)


async def _lay_anew(tx: Transaction, tenant: str, layout: Layout) -> None:
    name, after, count = layout.tree.name, 0, 0
    await tx.clear_index(tenant, name)
    while page := await tx.after(tenant, name, after):
        for stored in page:
            record = layout.record(stored.id, document_of(stored))
            try:
                await tx.relay(tenant, stored, record)
            except Taken as taken:
                logs.write("no longer unique", level="warning", type=name, id=stored.id, attribute=taken.attribute)
                await tx.relay(tenant, stored, record, unique=False)
        after, count = page[-1].key, count + len(page)
        logs.write("laid down anew", type=name, resources=count)
