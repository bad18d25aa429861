"""The service provider over an open store: what the server and the commands start with."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from ..application import Application
from ..ports.resources import Store
from .service import Service


@asynccontextmanager
async def open_service(
    application: Application, store: Store, *, strict: bool = False, consumers: Sequence[str] = ()
) -> AsyncGenerator[Service]:
    """Open a store and give the service provider over it; close the store at the end of the block.

    Args:
        application: the app.
        store: not yet open.
        strict: whether unknown attributes are refused instead of ignored.
        consumers: the names of the recipients of user events, see `recorder`.

    Raises:
        StorageError: the store cannot be opened.
    """
    await store.open()
    try:
        yield Service(application, store, strict=strict, consumers=consumers)
    finally:
        await store.close()
