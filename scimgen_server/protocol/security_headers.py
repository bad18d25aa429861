"""Headers of every response, because a browser can open any URL of the server."""

from collections.abc import Sequence

from starlette.types import Message, Send

Header = tuple[bytes, bytes]

SECURITY_HEADERS: tuple[Header, ...] = (
    # Responses have personal data. Neither browsers nor proxies may store them (RFC 9111, 5.2.2.5).
    (b"cache-control", b"no-store"),
    # A value that a client has stored is never run as a script or a style.
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)


def missing_headers(headers: Sequence[Header]) -> list[Header]:
    """Return the security headers that a response does not have yet."""
    present = {name.lower() for name, _ in headers}
    return [header for header in SECURITY_HEADERS if header[0] not in present]


def with_security_headers(send: Send) -> Send:
    """Return a `send` that adds the security headers to a response."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            message["headers"] = headers + missing_headers(headers)
        await send(message)

    return send_with_headers
