"""The service provider over an opened store: what the server and the commands begin with."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from ..resource_types import RESOURCE_TYPES
from ..settings import Settings
from ..storage.interface import Store
from ..storage.stores import make_store
from .service import Observer, Service


@asynccontextmanager
async def opened(
    settings: Settings, store: Store | None = None, observer: Observer | None = None
) -> AsyncGenerator[Service]:
    """A service provider as long as the block runs.

    Args:
        store: where the resources are; by `SCIM_DATABASE_URL` if left out.
        observer: is told of every change to a user.

    Raises:
        StorageError: the store cannot be opened.
    """
    store = store or make_store(settings.database_url)
    await store.open()
    try:
        yield Service(RESOURCE_TYPES, store, strict=settings.strict, observer=observer)
    finally:
        await store.close()
