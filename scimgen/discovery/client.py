"""The HTTP client for SCIM servers, with limits for time, size and redirects.

Every request contains the token. So a redirect is followed on the same host only.
"""

import json
import os
import time
from dataclasses import dataclass
from functools import cache, cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scimgen.diagnostics.text import printable
from scimgen.discovery.deadline import Overdue, TooLarge, decoded_body, within
from scimgen.discovery.limits import Limits
from scimgen.source import Unreadable

if TYPE_CHECKING:
    import ssl

    import httpx

TOKEN = "SCIMGEN_TOKEN"
"""The environment variable with the token."""
_ACCEPT = "application/scim+json, application/json;q=0.9"


class ServerError(Unreadable):
    """A server does not return what was requested.

    Args:
        url: The URL of the request.
        reason: What is wrong.
    """

    def __init__(self, url: str, reason: str) -> None:
        # Both can contain text of the server.
        self.reason = printable(reason)
        super().__init__(f"{printable(url)}: {self.reason}")


class Unreachable(ServerError):
    """The server cannot be reached, or a limit of all calls is exceeded."""


class Refused(ServerError):
    """The server responds, but not with what was requested. Other requests can succeed."""


@dataclass(frozen=True)
class Response:
    """The response to a call.

    Args:
        url: The URL of the request, after redirects.
        location: Where the server redirects to, as it wrote it. None is no redirect.
        body: The decoded body.
    """

    url: str
    status: int
    location: str | None
    body: bytes

    @property
    def is_json(self) -> bool:
        """Whether the body is JSON. An empty body is not."""
        return bool(self._values)

    def json(self) -> Any:
        """The JSON value of the body. None if the body is empty or not JSON."""
        return self._values[0] if self._values else None

    @cached_property
    def _values(self) -> tuple[Any, ...]:
        """The JSON value, or nothing."""
        try:
            return (json.loads(self.body),)
        except (ValueError, RecursionError):
            return ()


def unexpected(status: int) -> str:
    """Describe a status that is not the requested one, with a hint for credentials.

    >>> unexpected(500)
    'answers 500'
    """
    hint = f": give a token with --token or {TOKEN}" if status in (401, 403) else ""
    return f"answers {status}{hint}"


class Client:
    """The connection to one server.

    Args:
        base_url: The SCIM base URL, such as `https://crm.example/scim/v2`.
        token: The bearer token. If it contains a blank, it is the whole Authorization header. The
            default is the environment variable SCIMGEN_TOKEN.
        limits: What the client may read.

    Raises:
        Unreachable: The base URL or the token cannot be used.
    """

    def __init__(self, base_url: str, token: str | None, limits: Limits) -> None:
        import httpx

        self.base_url = base_url.rstrip("/")
        self.limits = limits
        self.calls = 0
        self._bytes = 0
        _check_address(self.base_url)
        headers = {"Accept": _ACCEPT, "Accept-Encoding": "gzip"}
        token = token or os.environ.get(TOKEN)
        if token:
            headers["Authorization"] = token if " " in token else f"Bearer {token}"
            if not (token.isascii() and token.isprintable()):
                raise Unreachable(self.base_url, "the token has a character that HTTP forbids")
        # `within` ends a call at its limit. The thread that it leaves behind ends soon after.
        timeout = httpx.Timeout(limits.call_seconds + 1, connect=limits.connect_seconds)
        self._http = httpx.Client(
            headers=headers, timeout=timeout, follow_redirects=False, verify=_tls()
        )
        self._ends = time.monotonic() + limits.total_seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._http.close()

    def call(self, method: str, path: str, *, json: Any = None) -> Response:
        """Send one request.

        Args:
            method: The HTTP method. Redirects of GET are followed.
            path: The path below the base URL, with its query.
            json: The body.

        Raises:
            Unreachable: No whole response in time, or a limit of all calls is exceeded.
            Refused: The response is too large, or redirects to another host or too often.
        """
        import httpx

        url = f"{self.base_url}{path}"
        left = self._ends - time.monotonic()
        if left <= 0:
            raise Unreachable(
                url,
                f"the time for all calls ({self.limits.total_seconds:g} seconds) is over after"
                f" {self.calls} calls: the server is too slow",
            )
        seconds = min(left, self.limits.call_seconds)
        try:
            return within(seconds, lambda: self._follow(method, url, json))
        except Overdue as error:
            raise Unreachable(url, str(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise Unreachable(url, str(error) or type(error).__name__) from error

    def get(self, path: str) -> Response:
        """Send a GET request.

        Raises:
            Unreachable: See `call`.
            Refused: See `call`; also for a status other than 200.
        """
        response = self.call("GET", path)
        if response.status != 200:
            raise Refused(response.url, unexpected(response.status))
        return response

    def _follow(self, method: str, url: str, json: Any) -> Response:
        """Send a request, and follow redirects on the same host."""
        import httpx

        for _ in range(self.limits.redirects + 1):
            response = self._exchange(method, url, json)
            if response.location is None or method != "GET" or not self.limits.redirects:
                return response
            following = httpx.URL(url).join(response.location)
            if not _is_same_host(httpx.URL(url), following):
                raise Refused(url, f"redirects to another server, {following}")
            url = str(following)
        raise Refused(url, f"more than {self.limits.redirects} redirects")

    def _exchange(self, method: str, url: str, json: Any) -> Response:
        """Send one request, and read the response with its body."""
        self.calls += 1
        if self.calls > self.limits.calls:
            raise Unreachable(url, f"more than {self.limits.calls} calls")
        with self._http.stream(method, url, json=json) as response:
            location = response.headers["location"] if response.has_redirect_location else None
            return Response(url, response.status_code, location, self._body(response, url))

    def _body(self, response: "httpx.Response", url: str) -> bytes:
        """Read and decode the body of a response."""
        left = self.limits.total_bytes - self._bytes
        limit = min(self.limits.body_bytes, left)
        encoding = response.headers.get("content-encoding", "")
        try:
            body = decoded_body(response.iter_raw(), encoding, limit)
        except TooLarge:
            if limit == left:
                total = self.limits.total_bytes >> 20
                raise Unreachable(url, f"more than {total} MiB in all answers together") from None
            raise Refused(url, f"more than {limit >> 20} MiB") from None
        self._bytes += len(body)
        return body


@cache
def _tls() -> "ssl.SSLContext":
    """The certificates of TLS. They take most of the time that a client needs to start."""
    import httpx

    return httpx.create_ssl_context()


def _check_address(base_url: str) -> None:
    """Refuse what is not an HTTP URL."""
    try:
        parts = urlsplit(base_url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_address = False
    if not is_address:
        raise Unreachable(base_url, "not an http or https address")


def _is_same_host(url: "httpx.URL", other: "httpx.URL") -> bool:
    """Whether two URLs have the same scheme, host and port. httpx omits a port by default."""
    return (url.scheme, url.host, url.port) == (other.scheme, other.host, other.port)
