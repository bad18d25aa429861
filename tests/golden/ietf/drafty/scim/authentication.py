# Emitted by scimgen from drafty.scim.json: edit that and run `scimgen generate`, not this file.
"""Who may ask: bearer tokens, raw tokens and basic authentication (RFC 7644 section 2)."""

import hmac
from base64 import b64decode
from collections.abc import Sequence
from hashlib import sha256

from .errors import ScimError

_LOOPBACK = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1", "localhost", "testclient"})


class Authentication:
    """Knows the hashes of the credentials, never the credentials.

    Args:
        tokens: bearer tokens; Okta may send one raw, without `Bearer ` before it.
        basic: `user:password`.
        dev: whether anybody on this machine may ask.
    """

    def __init__(self, tokens: Sequence[str] = (), basic: str | None = None, *, dev: bool = False) -> None:
        self._tokens = [_hash(token.encode()) for token in tokens]
        self._basic = _hash(basic.encode()) if basic else None
        self._open = dev and not tokens and not basic

    def check(self, authorization: bytes | None, client: str | None) -> None:
        """Let a request pass, or refuse it with 401."""
        if self._open:
            if client not in _LOOPBACK:
                raise ScimError(403, "This server runs with --dev: it answers to its own machine only.")
            return
        if authorization is None:
            raise self._refusal("Send an Authorization header with the bearer token.")
        scheme, _, credentials = authorization.strip().partition(b" ")
        match scheme.lower():
            case b"bearer":
                valid = self._is_token(credentials.strip())
            case b"basic":
                valid = self._is_basic(credentials.strip())
            case _:
                valid = self._is_token(authorization.strip())
        if not valid:
            raise self._refusal("The credentials are not valid: check the token that the SCIM client is set up with.")

    def _is_token(self, token: bytes) -> bool:
        hashed = _hash(token)
        # every hash is compared, so that the time tells nothing about which one
        return sum(hmac.compare_digest(hashed, known) for known in self._tokens) > 0

    def _is_basic(self, credentials: bytes) -> bool:
        try:
            decoded = b64decode(credentials, validate=True)
        except ValueError:
            return False
        return self._basic is not None and hmac.compare_digest(_hash(decoded), self._basic)

    def _refusal(self, detail: str) -> ScimError:
        schemes = [*(['Bearer realm="SCIM"'] if self._tokens else []), *(['Basic realm="SCIM"'] if self._basic else [])]
        return ScimError(401, detail, headers={"WWW-Authenticate": ", ".join(schemes)})


def _hash(secret: bytes) -> bytes:
    return sha256(secret).digest()
