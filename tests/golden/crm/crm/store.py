"""Your store: yours to change, it is written once and never touched again.

Where the resources are, for the server, its commands and its tests alike. Where your app has its users in tables of its
own, put them behind SCIM here, see `storage.own_tables`:

    return OwnTables(stores.make_store(url), [Licences(), Users()])
"""

from .storage import stores
from .storage.interface import Store


def make_store(url: str) -> Store:
    """The store behind SCIM_DATABASE_URL, not yet opened."""
    return stores.make_store(url)
