"""The ids that the server gives to new resources."""

import time
from secrets import randbits
from uuid import UUID


def new_id() -> str:
    """A UUID that begins with the time (RFC 9562 section 5.7): new resources lie side by side in every index of ids."""
    milliseconds = time.time_ns() // 1_000_000
    return str(
        UUID(int=milliseconds << 80 | 0x7 << 76 | randbits(12) << 64 | 0x2 << 62 | randbits(62))
    )
