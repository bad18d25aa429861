"""The contract of a store, as test classes. Subclass them to test a store.

    class TestMyStore(StoreContract):
        @pytest.fixture
        def make_store(self, tmp_path: Path) -> MakeStore:
            return lambda: MyStore(tmp_path / "data")

`make_store` is called twice by the tests of a restart: both stores have the same data. A new store
is empty. It can choose another id than a record proposes, and can add values.
"""

from .atomicity import TransactionTests
from .audit import AuditContract as AuditContract
from .filters import FilterTests
from .grants import GrantTests
from .groups import GroupTests
from .leases import LeasesContract as LeasesContract
from .limits import LimitTests as LimitTests
from .lists import ListTests
from .outbox import OutboxContract as OutboxContract
from .scenarios import MakeStore as MakeStore
from .sorting import SortTests
from .tokens import TokensContract as TokensContract
from .writes import WriteTests


class ResourcesContract(
    WriteTests, TransactionTests, GroupTests, GrantTests, FilterTests, SortTests, ListTests
):
    """What a store does with resources (`ports.resources`)."""


class StoreContract(
    ResourcesContract,
    TokensContract,
    AuditContract,
    OutboxContract,
    LeasesContract,
    LimitTests,
):
    """What a store does: all of its ports."""
