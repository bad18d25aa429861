"""Calls to a server under test, with limits for time and size.

They never follow a redirect to another host.
"""

import json
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scimgen.deadline import Overdue, TooLarge, decoded_body, within
from scimgen.errors import ScimgenError
from scimgen.probe.report import Probe

if TYPE_CHECKING:
    import httpx

MAX_BYTES = 32 * 1024 * 1024


class Unreachable(ScimgenError):
    """The server cannot be reached. The message contains the reason."""


class Session:
    """The connection of one client. Every call is recorded in the probe.

    Args:
        probe: The probe that records the calls.
        token: The bearer token. If it contains a blank, it is the whole Authorization header.
        timeout: The limit for one call in seconds, from its start to the last byte of the response.
        ends: The time of `time.monotonic` at which all calls end. None is no limit.
    """

    def __init__(
        self, probe: Probe, token: str | None, timeout: float, ends: float | None = None
    ) -> None:
        import httpx

        parts = urlsplit(probe.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Unreachable(f"{probe.base_url}: not an http or https address")
        self.probe = probe
        self.timeout = timeout
        self.ends = ends
        headers = {"Accept": "application/scim+json", "Accept-Encoding": "gzip"}
        if token:
            headers["Authorization"] = token if " " in token else f"Bearer {token}"
        self.client = httpx.Client(headers=headers, timeout=timeout, follow_redirects=False)

    def __enter__(self) -> "Session":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.client.close()

    def call(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        """Send one request below the base URL.

        Returns:
            The status, and the JSON of the body or None.

        Raises:
            Unreachable: No response in time, or a body of more than `MAX_BYTES`.
        """
        import httpx

        began = time.monotonic()
        seconds = self.timeout if self.ends is None else min(self.timeout, self.ends - began)
        if seconds <= 0:
            calls = len(self.probe.calls)
            raise Unreachable(
                f"{self.probe.base_url}{path}: the time for all calls is over after {calls} calls"
            )
        try:
            response, body = within(seconds, lambda: self._exchange(method, path, options))
        except Overdue as error:
            raise Unreachable(f"{self.probe.base_url}{path}: {error}") from error
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise Unreachable(
                f"{self.probe.base_url}{path}: {str(error) or type(error).__name__}"
            ) from error
        self.probe.calls.append(
            (f"{method} {path}", response.status_code, time.monotonic() - began)
        )
        if response.is_redirect:
            self.probe.miss(
                path,
                f"redirects to {response.headers.get('location', 'nowhere')}: clients do not"
                " follow",
            )
        try:
            return response.status_code, json.loads(body) if body else None
        except (ValueError, RecursionError):
            self.probe.miss(path, "the answer is not JSON")
            return response.status_code, None

    def _exchange(
        self, method: str, path: str, options: dict[str, Any]
    ) -> tuple["httpx.Response", bytes]:
        """Send a request and read the response and its body."""
        with self.client.stream(method, self.probe.base_url + path, **options) as response:
            try:
                return response, decoded_body(
                    response.iter_raw(), response.headers.get("content-encoding", ""), MAX_BYTES
                )
            except TooLarge:
                raise Unreachable(f"{path}: an answer of more than {MAX_BYTES >> 20} MiB") from None
