"""The webhook: every event as a signed POST, for an app that is not this process.

Signed as standardwebhooks.com has it: `webhook-signature` is `v1,` and the base64 HMAC-SHA256 of id, timestamp and body
with dots between. The id is the same on every attempt.
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


class WebhookError(Exception):
    """The receiver has not taken an event."""


class _NoRedirect(HTTPRedirectHandler):
    """Events go where the owner has set, nowhere else."""

    def redirect_request(self, *arguments: Any, **more: Any) -> None:
        return None


_opener = build_opener(_NoRedirect)


class Webhook:
    """Sends events to one URL.

    Args:
        secret: what the receiver verifies the signature with.
    """

    def __init__(self, url: str, secret: str) -> None:
        self.url = url
        self._secret = secret.encode()

    async def deliver(self, waiting: QueuedEvent) -> None:
        """Send one event; WebhookError unless the answer is a 2xx."""
        body = dump(
            {
                "type": load_stored(waiting.event)["event"],
                "timestamp": waiting.time,
                "tenant": waiting.tenant,
            }
            | {"data": load_stored(waiting.event)}
        )
        await asyncio.to_thread(self._post, f"evt_{waiting.position}", body)

    def _post(self, event_id: str, body: bytes) -> None:
        timestamp = str(int(time()))
        signature = hmac.digest(
            self._secret, b"%b.%b.%b" % (event_id.encode(), timestamp.encode(), body), sha256
        )
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
            raise WebhookError(f"the webhook answered {error.code}") from None
        except (URLError, OSError) as error:
            raise WebhookError(f"the webhook cannot be reached: {error}") from None
