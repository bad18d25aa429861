"""Your store. This file is yours: scimgen writes it once and never changes it.

The server, its commands and its tests use the store that this function makes. Another store has to
implement the `Store` protocol of `.runtime` and pass `StoreContract`, see tests/test_mine.py.
"""

from . import runtime
from .runtime import Store


def make_store(url: str) -> Store:
    """Make the store for SCIM_DATABASE_URL. It is not open yet."""
    return runtime.make_store(url)
