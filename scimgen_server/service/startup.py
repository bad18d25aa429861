"""Opens a store and creates the service over it, for the server and the commands."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from ..application import Application
from ..ports.resources import Store
from .service import Service


@asynccontextmanager
async def open_service(
    application: Application, store: Store, *, strict: bool = False, consumers: Sequence[str] = ()
) -> AsyncGenerator[Service]:
    """Open a store, yield the service over it, and close the store at the end of the block.

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
