"""Tests for apps and stores: the contract of a store, conformance tests, and a store in memory.

`testing.plugin` has the pytest fixtures. Needs pytest and httpx.
"""

import pytest

# Before the imports: pytest explains a failed assertion only in modules that are registered.
pytest.register_assert_rewrite(f"{__name__}.conformance", f"{__name__}.contract")

from .conformance import Conformance  # noqa: E402
from .contract import (  # noqa: E402
    AuditContract,
    LeasesContract,
    MakeStore,
    OutboxContract,
    ResourcesContract,
    StoreContract,
    TokensContract,
)
from .databases import database_url, empty_database  # noqa: E402
from .memory import MemoryStore  # noqa: E402

__all__ = [
    "AuditContract",
    "Conformance",
    "LeasesContract",
    "MakeStore",
    "MemoryStore",
    "OutboxContract",
    "ResourcesContract",
    "StoreContract",
    "TokensContract",
    "database_url",
    "empty_database",
]
