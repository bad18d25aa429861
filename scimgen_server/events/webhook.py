"""The webhook: sends every event as a signed POST to an app in another process.

The signature follows standardwebhooks.com: `webhook-signature` is `v1,` and the base64 HMAC-SHA256
of id, timestamp and body, joined by dots. The id is the same on every attempt.
"""

import asyncio
import hmac
from base64 import b64encode
from hashlib import sha256
from time import time
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from ..messages.documents import dump, load_stored
from ..ports.outbox import QueuedEvent

_TIMEOUT = 10
"""Seconds."""


class WebhookError(Exception):
    """The receiver has not accepted an event."""


class _NoRedirect(HTTPRedirectHandler):
    """Refuses redirects: events are sent only to the URL in the settings."""

    def redirect_request(self, *arguments: Any, **more: Any) -> None:
        return None


_opener = build_opener(_NoRedirect)


class Webhook:
    """Sends events to one URL.

    Args:
        url: the URL of the receiver.
        secret: the key of the signature, which the receiver has as well.
    """

    def __init__(self, url: str, secret: str) -> None:
        self.url = url
        self._secret = secret.encode()

    async def deliver(self, waiting: QueuedEvent) -> None:
        """Send one event.

        Raises:
            WebhookError: the response is not a 2xx, or there is none.
        """
        event = load_stored(waiting.event)
        body = dump(
            {
                "type": event["event"],
                "timestamp": waiting.time,
                "tenant": waiting.tenant,
                "data": event,
            }
        )
        await asyncio.to_thread(self._post, f"evt_{waiting.position}", body)

    def _post(self, event_id: str, body: bytes) -> None:
        timestamp = str(int(time()))
        signed = b"%b.%b.%b" % (event_id.encode(), timestamp.encode(), body)
        signature = hmac.digest(self._secret, signed, sha256)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": event_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": f"v1,{b64encode(signature).decode()}",
        }
        try:
            with _opener.open(Request(self.url, body, headers), timeout=_TIMEOUT):
                return
        except HTTPError as error:
            raise WebhookError(f"the webhook responded with {error.code}") from None
        except (URLError, OSError) as error:
            raise WebhookError(f"the webhook cannot be reached: {error}") from None
