# Emitted by scimgen from okta-guide.scim.yaml: edit that and run `scimgen generate`, not this file.
"""The service provider over an opened store: what the server and the commands begin with."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from ..resource_types import RESOURCE_TYPES
from ..settings import Settings
from ..storage.interface import Store
from ..store import make_store
from .service import Service


@asynccontextmanager
async def opened(
    settings: Settings, store: Store | None = None, consumers: Sequence[str] = ()
) -> AsyncGenerator[Service]:
    """A service provider as long as the block runs.

    Args:
        store: where the resources are; what `store.make_store` makes if left out.
        consumers: who is told of changes to users, see `journal`.

    Raises:
        StorageError: the store cannot be opened.
    """
    store = store or make_store(settings.database_url)
    await store.open()
    try:
        yield Service(RESOURCE_TYPES, store, strict=settings.strict, consumers=consumers)
    finally:
        await store.close()
