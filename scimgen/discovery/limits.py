"""The limits of the commands that read a server."""

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may read.

    Args:
        total_seconds: All calls together.
        call_seconds: One call with its redirects, from its start to the last byte of the response.
            60 is the limit of Okta.
        connect_seconds: The connection of one call.
        body_bytes: One decoded body.
        total_bytes: All decoded bodies together.
        calls: All requests together, also those after redirects.
        redirects: The redirects of one call. 0 means that the client does not follow any.
        pages: The pages of all lists together.
        types: The resource types of which an example is read.
    """

    total_seconds: float
    call_seconds: float = 60.0
    connect_seconds: float = 15.0
    body_bytes: int = 32 * _MIB
    total_bytes: int = 256 * _MIB
    calls: int = 3000
    redirects: int = 5
    pages: int = 1000
    types: int = 100


DISCOVERY = Limits(total_seconds=180.0)
"""Discovery documents: `validate`, `import` and `diff`."""

VALUES = Limits(total_seconds=600.0)
"""The values of roles and entitlements: `--values` of `import` and `diff`."""

PROBE = Limits(total_seconds=600.0, redirects=0)
"""The requests of `probe`. Okta follows no redirect."""
