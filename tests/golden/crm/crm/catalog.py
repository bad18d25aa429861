"""Your catalog. This file is yours: scimgen writes it once and never changes it.

It returns the values of the role and entitlement types that the description marks `managed: catalog`,
for example from your tables, a licence server or a file. The server reads them at startup, and SCIM
clients can only read the type's endpoint. A value that a user holds is never removed: it stays, and a
warning in the log has its id.
"""

from collections.abc import Iterable, Mapping
from typing import Any


def values(resource_type: str) -> Iterable[Mapping[str, Any]]:
    """The values of a type. Each is a SCIM resource, such as:

    {"id": "lic-pro", "displayName": "Professional", "type": "License"}
    """
    return ()
