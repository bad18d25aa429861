"""HTTP calls that end at a deadline as a whole.

The timeout of urllib concerns one operation of the socket. A receiver that sends a byte now and
then would never reach it.
"""

import asyncio
import http.client
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.request import (
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
    build_opener,
)

from ..errors import ScimServerError

_THREADS = 32
_threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="scim-webhook")


class CallRefused(ScimServerError):
    """The call may not be sent any more. Nothing was sent."""


class Call:
    """One call.

    Args:
        request: the request.
        seconds: how long the call may take as a whole.
        may_send: returns whether the request may be sent. It is called just before that.
    """

    def __init__(self, request: Request, seconds: float, may_send: Callable[[], bool]) -> None:
        self._request = request
        self._seconds = seconds
        self._may_send = may_send
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._is_over = False

    async def run(self) -> None:
        """Send the request, and wait for an answer with the status 2xx.

        Raises:
            TimeoutError: the deadline has passed.
            CallRefused: it may not be sent.
            OSError: the receiver cannot be reached, or answers with another status.
        """
        work = asyncio.get_running_loop().run_in_executor(_threads, self._open)
        try:
            async with asyncio.timeout(self._seconds):
                await work
        finally:
            self._end()

    def _open(self) -> None:
        with self._lock:
            if self._is_over:
                return
        with self._opener().open(self._request, timeout=self._seconds):
            pass

    def _opener(self) -> OpenerDirector:
        return build_opener(_NoRedirect, _Http(self), _Https(self))

    def _end(self) -> None:
        """Close the connection, so that the thread ends."""
        with self._lock:
            self._is_over = True
            for one in self._sockets:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                one.close()

    def connect(self, *arguments: Any, **options: Any) -> socket.socket:
        """Create the connection, and keep a copy of it for the deadline."""
        found = socket.create_connection(*arguments, **options)
        with self._lock:
            if self._is_over:
                found.close()
                raise CallRefused
            self._sockets.append(found.dup())
        return found

    def check(self) -> None:
        """Check that the request may be sent.

        Raises:
            CallRefused: it may not.
        """
        if self._is_over or not self._may_send():
            raise CallRefused


class _NoRedirect(HTTPRedirectHandler):
    """Refuses redirects: a call is sent to its URL only."""

    def redirect_request(self, *arguments: Any, **more: Any) -> None:
        return None


class _HttpClient(http.client.HTTPConnection):
    """A connection of a call."""

    call: Call

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        self.call.check()
        super().send(data)


class _HttpsClient(_HttpClient, http.client.HTTPSConnection):
    """A connection of a call with TLS."""


class _Http(HTTPHandler):
    def __init__(self, call: Call) -> None:
        super().__init__()
        self._call = call

    def http_open(self, req: Request) -> http.client.HTTPResponse:
        return self.do_open(_maker(_HttpClient, self._call), req)


class _Https(HTTPSHandler):
    def __init__(self, call: Call) -> None:
        super().__init__()
        self._call = call

    def https_open(self, req: Request) -> http.client.HTTPResponse:
        return self.do_open(_maker(_HttpsClient, self._call), req)


def _maker(kind: type[_HttpClient], call: Call) -> Any:
    """Return a function that makes the connection of a call."""

    def make(host: str, **options: Any) -> _HttpClient:
        client = kind(host, **options)
        client.call = call
        # http.client has no public way to create the socket: its own classes assign this too.
        client._create_connection = call.connect  # type: ignore[attr-defined]
        return client

    return make
