"""Calls to a server under test. Every call is recorded."""

import time
from dataclasses import replace
from typing import Any

from scimgen.discovery import Client, Response, limits
from scimgen.probe.report import Probe


class Session(Client):
    """The connection of one client. It follows no redirect.

    Args:
        probe: The probe that records the calls.
        token: The bearer token. See `Client`.
        timeout: The limit for one call in seconds, from its start to the last byte of the response.
    """

    def __init__(self, probe: Probe, token: str | None, timeout: float) -> None:
        super().__init__(probe.base_url, token, replace(limits.PROBE, call_seconds=timeout))
        self.probe = probe

    def call(self, method: str, path: str, *, json: Any = None) -> Response:
        """Send one request, and record it. See `Client.call`."""
        began = time.monotonic()
        response = super().call(method, path, json=json)
        seconds = time.monotonic() - began
        self.probe.calls.append((f"{method} {path}", response.status, seconds))
        if 300 <= response.status < 400:
            location = response.location or "nowhere"
            self.probe.miss(path, f"redirects to {location}: clients do not follow")
        if response.body and not response.is_json:
            self.probe.miss(path, "the answer is not JSON")
        return response

    def exchange(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        """Send one request.

        Returns:
            The status, and the JSON object of the response. It is empty if there is no object.
        """
        response = self.call(method, path, json=body)
        content = response.json()
        return response.status, content if isinstance(content, dict) else {}
