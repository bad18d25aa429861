"""Cursors (RFC 9865): the place after the last resource seen, in the order of creation."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from .errors import bad_request


def write_cursor(key: int) -> str:
    """The cursor of the page after the resource with this key."""
    return urlsafe_b64encode(f"1:{key}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> int:
    """The key behind a cursor, or invalidCursor."""
    try:
        version, _, key = (
            urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(":")
        )
        if version != "1" or not 0 <= int(key) < 2**63:
            raise ValueError
        return int(key)
    except ValueError:
        raise bad_request(
            "invalidCursor", "The cursor is not one of this server's; start again without one."
        ) from None
