"""The public keys of an issuer of access tokens (RFC 7517), from a URL or a file.

The keys are cached. An unknown key may be new, so the keys are fetched again for it, but at most
once a minute: a sender can invent key ids.
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
"""Seconds between two fetches."""

_PAUSE_AFTER_FAILURE = 5.0
"""Seconds between a failed fetch and the next one."""

_MAX_AGE = 3600.0
"""Seconds after which the keys are fetched again."""

_TIMEOUT = 5.0
_MAX_BYTES = 1024 * 1024


class Jwks:
    """The keys of one issuer.

    Args:
        place: an https URL, or the name of a file.
        jwt: the module of PyJWT, which is an optional dependency.
    """

    def __init__(self, place: str, jwt: Any) -> None:
        self.place = place
        self._jwt = jwt
        self._keys: dict[str | None, Any] = {}
        self._fetched = self._next = float("-inf")
        self._fetching = asyncio.Lock()

    async def key(self, kid: str | None) -> Any:
        """Find a key.

        Args:
            kid: the id of the key; None for a token without one, which finds the only key.

        Raises:
            ScimError: 503 if no keys could be fetched yet.
        """
        stale = time.monotonic() - self._fetched > _MAX_AGE and not self._fetching.locked()
        if stale or kid not in self._keys:
            await self._fetch()
        return self._keys.get(kid)

    async def _fetch(self) -> None:
        # Concurrent requests wait here. Only the first one fetches.
        async with self._fetching:
            if time.monotonic() >= self._next:
                await self._refresh()
        if not self._keys:
            detail = "The keys of the token's issuer cannot be fetched at the moment; try again."
            raise ScimError(503, detail, headers={"Retry-After": str(round(_PAUSE_AFTER_FAILURE))})

    async def _refresh(self) -> None:
        try:
            self._keys = await asyncio.to_thread(self._read)
            self._fetched = time.monotonic()
            self._next = self._fetched + _PAUSE
        except Exception as error:
            # A wrong response can raise anything. The known keys stay in use.
            logs.write("keys not fetched", level="warning", place=self.place, message=str(error))
            self._next = time.monotonic() + _PAUSE_AFTER_FAILURE

    def _read(self) -> dict[str | None, Any]:
        """Read the keys. It blocks, so it runs in a thread."""
        if "://" in self.place:
            request = Request(self.place, headers={"Accept": "application/json"})
            with build_opener(_NoRedirect).open(request, timeout=_TIMEOUT) as response:
                content: bytes = response.read(_MAX_BYTES)
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
    """Refuses redirects: keys come only from the place in the settings."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None
