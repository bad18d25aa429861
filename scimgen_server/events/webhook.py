"""The webhook: sends every event as a signed POST to an app in another process.

The signature follows standardwebhooks.com: `webhook-signature` is `v1,` and the base64 HMAC-SHA256
of id, timestamp and body, joined by dots. The id is the same on every attempt.
"""

import hmac
from base64 import b64encode
from hashlib import sha256
from http.client import HTTPException
from time import time
from urllib.error import HTTPError
from urllib.request import Request

from ..errors import ScimServerError
from ..messages.documents import dump, load_stored
from ..ports.outbox import QueuedEvent
from .calls import Call, CallRefused
from .delivery import CALL_SECONDS, LeaseLost, may_send


class WebhookError(ScimServerError):
    """The receiver has not accepted an event."""


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
            WebhookError: the response is not a 2xx, or there is none in time.
            LeaseLost: another process may deliver the event by now. Nothing was sent.
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
        request = self._request(f"evt_{waiting.position}", body)
        try:
            await Call(request, CALL_SECONDS, may_send.get()).run()
        except CallRefused:
            raise LeaseLost from None
        except HTTPError as error:
            error.close()
            raise WebhookError(f"the webhook responded with {error.code}") from None
        except TimeoutError:
            message = f"the webhook has not responded within {CALL_SECONDS} s"
            raise WebhookError(message) from None
        except (OSError, HTTPException) as error:
            raise WebhookError(f"the webhook cannot be reached: {error}") from None

    def _request(self, event_id: str, body: bytes) -> Request:
        """Return the signed request."""
        timestamp = str(int(time()))
        signed = b"%b.%b.%b" % (event_id.encode(), timestamp.encode(), body)
        signature = hmac.digest(self._secret, signed, sha256)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": event_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": f"v1,{b64encode(signature).decode()}",
        }
        return Request(self.url, body, headers)
