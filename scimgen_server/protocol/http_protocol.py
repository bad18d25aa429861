"""HTTP/1.1 on one connection: uvicorn's protocol, with limits that apply before authentication.

Without them a client could send a head without end, wait for ever in the middle of a request, or
let trailers replace headers that a proxy has set.
"""

import asyncio
from typing import Any, Final

import httptools
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from .. import logs
from ..messages.documents import MAX_BODY, dump
from ..messages.errors import ScimError
from .connections import Connections
from .security_headers import SECURITY_HEADERS

_MAX_HEADERS = 100
"""Headers of a request. Each costs some hundred bytes of memory, however short it is."""

_MAX_PIPELINED = 10
"""Requests that wait on one connection while an earlier one is answered."""

_MALFORMED = (400, "The request is not valid HTTP/1.1.")


# The part of a request that the client has to send next. These are integers because each request
# compares them several times, and members of an enumeration are slower.
_BETWEEN: Final = 0
_HEAD: Final = 1
_BODY: Final = 2


class LimitedHttpProtocol(HttpToolsProtocol):
    """One connection.

    Args:
        connections: the open connections of this process.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        connections: Connections,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._connections = connections
        self._limits = connections.limits
        self._position: int = _HEAD
        # When the connection began to wait for the client, in seconds of the loop.
        self._since = self.loop.time()
        # Bytes since the last part of a request that is complete: a head, a piece of a body.
        self._incomplete = 0
        self._has_progressed = False
        self._unanswered = 0
        self._discarded = 0
        self._unsent: int = 0
        self._problem = _MALFORMED

    @property
    def address(self) -> str:
        """The address of the client; "" if it has none."""
        return self.client[0] if self.client else ""

    @property
    def waiting_since(self) -> float | None:
        """When it began to wait for its client; None while a whole request is answered."""
        reads_body = self._position == _BODY and self._unanswered == 1
        if reads_body or not self._unanswered:
            return self._since
        return None

    # The connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Refuse the connection, or wait for its first request."""
        super().connection_made(transport)
        refused = self._connections.add(self)
        if refused:
            self._refuse(503, refused)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._connections.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what the client has sent.

        It is parsed in pieces, so that a head is refused when it reaches its limit.
        """
        self._unset_keepalive_if_required()
        now = self.loop.time()
        position = self._position
        if position == _BETWEEN:
            self._position = _HEAD
            self._since = now
        if len(data) < self._limits.head_bytes - self._incomplete:
            self._parse(data)
        else:
            self._parse_in_pieces(memoryview(data))
        if self._position == _BODY and position != _BODY:
            self._since = now

    def pause_writing(self) -> None:
        """The client reads slowly."""
        self._unsent = self.transport.get_write_buffer_size()
        self._since = self.loop.time()
        super().pause_writing()

    def check(self, now: float) -> None:
        """End what has taken too long, see `ConnectionLimits`."""
        waited = now - self._since
        if self.transport.is_closing() or self.flow.write_paused:
            self._check_sending(now)
        elif self.flow.read_paused:
            self._since = now  # the client cannot send more until the app reads
        elif self._position == _BODY:
            if waited > self._limits.body_seconds:
                self._refuse(408, "The body of the request did not arrive in time.")
        elif self._unanswered:
            self._since = now
        elif self._position == _HEAD:
            if waited > self._limits.head_seconds:
                self._end_head()
        elif waited > self._limits.idle_seconds:
            self.transport.close()

    def abort(self) -> None:
        """Close the connection at once."""
        self.transport.abort()

    # Callbacks of the parser

    def on_message_begin(self) -> None:
        """A request begins."""
        if self._unanswered > _MAX_PIPELINED:
            self._fail(400, f"More than {_MAX_PIPELINED} requests wait on one connection.")
        self._position = _HEAD
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The request can be answered, unless its head is parsed again, see `_parse`.

        Headers that come after this one are trailers. They are dropped: a proxy sets or removes
        headers, not trailers, so that a trailer must never act as a header (RFC 9110 section 6.5).
        """
        if len(self.headers) > _MAX_HEADERS:
            self._fail(431, f"The request has more than {_MAX_HEADERS} headers.")
        self._has_progressed = True
        if self.parser.should_upgrade():
            return
        self._position = _BODY
        self._unanswered += 1
        self._discarded = 0
        super().on_headers_complete()
        self.headers = []

    def on_body(self, body: bytes) -> None:
        """A piece of the body. After the response, a limited number of bytes is discarded."""
        self._has_progressed = True
        if self.cycle.response_complete:
            self._discarded += len(body)
            if self._discarded > MAX_BODY:
                self.transport.close()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The whole request has arrived."""
        if self.parser.should_upgrade():
            return
        self._has_progressed = True
        super().on_message_complete()
        self._position = _BETWEEN

    def on_response_complete(self) -> None:
        """A response is sent, as far as the client reads it."""
        self._unanswered -= 1
        if self._position != _BODY:
            self._since = self.loop.time()
        super().on_response_complete()

    def _parse_in_pieces(self, rest: memoryview) -> None:
        while rest and not self.transport.is_closing():
            piece = rest[: self._limits.head_bytes - self._incomplete]
            rest = rest[len(piece) :]
            self._parse(piece)

    def _parse(self, piece: bytes | memoryview) -> None:
        self._has_progressed = False
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade as upgrade:
            self._parse_without_upgrade(memoryview(piece)[upgrade.args[0] :])
            return
        except httptools.HttpParserError:
            self._refuse(*self._problem)
            return
        if self._has_progressed:
            self._incomplete = 0
            return
        self._incomplete += len(piece)
        limit = self._limits.head_bytes
        if self._incomplete >= limit:
            self._refuse(431, f"The headers of the request are larger than {limit} bytes.")

    def _parse_without_upgrade(self, rest: memoryview) -> None:
        """Parse the head again without `Upgrade`, because the server has no other protocol.

        The parser takes what follows such a head for another protocol and then for the next
        request. It is the body of this one, as every proxy sees it.
        """
        method = self.parser.get_method()
        if method == b"CONNECT":
            self._refuse(*_MALFORMED)
            return
        version = self.parser.get_http_version().encode()
        lines = [b"%b %b HTTP/%b" % (method, self.url, version)]
        lines += [b"%b: %b" % header for header in self.headers if header[0] != b"upgrade"]
        head = b"\r\n".join([*lines, b"", b""])
        self.parser = httptools.HttpRequestParser(self)
        self._parse(head)
        self._parse_in_pieces(rest)

    def _end_head(self) -> None:
        if self._incomplete:
            self._refuse(408, "The head of the request did not arrive in time.")
        else:
            self.transport.close()

    def _check_sending(self, now: float) -> None:
        """Close the connection if the client has read nothing for too long."""
        unsent: int = self.transport.get_write_buffer_size()
        if unsent != self._unsent:
            self._unsent, self._since = unsent, now
        elif now - self._since > self._limits.send_seconds:
            logs.write("response not read", level="warning", address=self.address, unsent=unsent)
            self.transport.abort()

    def _fail(self, status: int, message: str) -> None:
        """Stop the parser, which then refuses the request."""
        self._problem = status, message
        raise ValueError(message)

    def _refuse(self, status: int, message: str) -> None:
        """Answer with an error and close the connection."""
        if self.transport.is_closing():
            return
        logs.write(
            "request refused", level="warning", status=status, message=message, address=self.address
        )
        discards = self._position == _BODY and not self._unanswered
        has_begun = self._unanswered == 1 and self.cycle.response_started
        if discards or has_begun or self._unanswered > 1:
            # A second response would be taken for that of another request.
            self.transport.abort()
            return
        if self._unanswered:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.write(_response(status, message))
        self.transport.close()


def _response(status: int, message: str) -> bytes:
    body = dump(ScimError(status, message).document())
    headers = [
        (b"content-type", b"application/scim+json"),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
        *SECURITY_HEADERS,
    ]
    lines = [b"%b: %b\r\n" % header for header in headers]
    return b"".join([STATUS_LINE[status], *lines, b"\r\n", body])
