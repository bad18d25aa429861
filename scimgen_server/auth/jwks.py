"""The public keys of an issuer of access tokens (RFC 7517): from a URL or a file, fetched off the event loop, kept.

A key that nobody knows may be new: the set is fetched again for it, but not for everybody who makes one up.
"""

import asyncio
import json
import time
from http.client import HTTPMessage
from pathlib import Path
from typing import IO, Any
from urllib.request import HTTPRedirectHandler, Request, build_opener

from .. import logs
from ..messages.errors import ScimError

_PAUSE = 60.0
"""Seconds between two fetches; after one that failed they are fewer."""

_PAUSE_AFTER_FAILURE = 5.0
_FRESH = 3600.0
_TIMEOUT = 5.0
_MOST_BYTES = 1024 * 1024


class Jwks:
    """The keys of one issuer.

    Args:
        place: an https URL, or a file.
        jwt: the module PyJWT.
    """

    def __init__(self, place: str, jwt: Any) -> None:
        self.place = place
        self._jwt = jwt
        self._keys: dict[str | None, Any] = {}
        self._fetched = self._next = float("-inf")
        self._fetching = asyncio.Lock()

    async def key(self, kid: str | None) -> Any:
        """The key of that id, or the only one there is where a token names none; None if there is no such key."""
        stale = time.monotonic() - self._fetched > _FRESH and not self._fetching.locked()
        if stale or kid not in self._keys:
            await self._fetch()
        return self._keys.get(kid)

    async def _fetch(self) -> None:
        async with self._fetching:  # whoever waited here finds what the first one has fetched
            if time.monotonic() >= self._next:
                try:
                    self._keys = await asyncio.to_thread(self._read)
                    self._fetched, self._next = time.monotonic(), time.monotonic() + _PAUSE
                except (
                    Exception
                ) as error:  # whatever the issuer answers: the keys that are known go on
                    logs.write(
                        "keys not fetched", level="warning", place=self.place, message=str(error)
                    )
                    self._next = time.monotonic() + _PAUSE_AFTER_FAILURE
        if not self._keys:
            detail = "The keys of the token's issuer cannot be fetched just now; try again."
            raise ScimError(503, detail, headers={"Retry-After": str(round(_PAUSE_AFTER_FAILURE))})

    def _read(self) -> dict[str | None, Any]:
        """In a thread of its own."""
        if "://" in self.place:
            request = Request(self.place, headers={"Accept": "application/json"})
            with build_opener(_NoRedirect).open(request, timeout=_TIMEOUT) as response:
                content: bytes = response.read(_MOST_BYTES)
        else:
            content = Path(self.place).read_bytes()
        keys = self._jwt.PyJWKSet.from_dict(json.loads(content)).keys
        found: dict[str | None, Any] = {
            key.key_id: key for key in keys if key.public_key_use in (None, "sig")
        }
        if len(found) == 1:
            found[None] = next(iter(found.values()))
        return found


class _NoRedirect(HTTPRedirectHandler):
    """The keys are where the settings say, and nowhere else."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None
