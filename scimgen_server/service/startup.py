"""Opens a store and creates the service over it, for the server and the commands."""

from collections.abc import AsyncGenerator, Container, Mapping
from contextlib import asynccontextmanager

from ..application import Application
from ..events.occurrences import EventName
from ..ports.limits import NO_LIMITS, HasLimits, Limits
from ..ports.resources import Store
from ..settings import Settings
from .service import Service


@asynccontextmanager
async def open_service(
    application: Application,
    store: Store,
    *,
    strict: bool = False,
    consumers: Mapping[str, Container[EventName]] | None = None,
    limits: Limits = NO_LIMITS,
) -> AsyncGenerator[Service]:
    """Open a store, yield the service over it, and close the store at the end of the block.

    Args:
        application: the app.
        store: not yet open.
        strict: whether unknown attributes are refused instead of ignored.
        consumers: the recipients of events, see `recorder`.
        limits: the time limits of the store. Commands have none: they process many resources.

    Raises:
        StorageError: the store cannot be opened.
    """
    if isinstance(store, HasLimits):
        store.limit(limits)
    await store.open()
    try:
        yield Service(application, store, strict=strict, consumers=consumers)
    finally:
        await store.close()


def limits_of(settings: Settings) -> Limits:
    """Return the time limits of a server's store."""
    return Limits(
        statement=settings.statement_seconds,
        lock=settings.lock_seconds,
        pool=settings.pool_seconds,
    )
