"""Cursors (RFC 9865): the key of the last resource of a page, in the order of creation."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from .errors import bad_request


def write_cursor(key: int) -> str:
    """Return the cursor of the page after the resource with this key."""
    return urlsafe_b64encode(f"1:{key}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> int:
    """Return the key in a cursor.

    Raises:
        ScimError: 400 invalidCursor.
    """
    padding = "=" * (-len(cursor) % 4)
    try:
        version, _, key = urlsafe_b64decode(cursor + padding).decode().partition(":")
        if version != "1" or not 0 <= int(key) < 2**63:
            raise ValueError
        return int(key)
    except ValueError:
        raise bad_request(
            "invalidCursor", "The cursor is not valid on this server; start again without a cursor."
        ) from None
