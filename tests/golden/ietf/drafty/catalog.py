"""Your catalog: yours to change, it is written once and never touched again.

Where the values of a role or entitlement type come from, if the description says `managed: catalog`: your own tables,
a licence server, a file. They are read when the server starts, and the type's endpoint is read-only for SCIM clients.
A value that somebody holds is never removed silently: it stays, and a warning in the log names it.
"""

from collections.abc import Iterable, Mapping
from typing import Any


def values(resource_type: str) -> Iterable[Mapping[str, Any]]:
    """The values of a type, each a SCIM resource:

    {"id": "lic-pro", "displayName": "Professional", "type": "License"}
    """
    return ()
