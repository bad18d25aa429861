"""Access tokens that an issuer signs: JWTs (RFC 7519) as bearer tokens (RFC 9068), checked by its public keys.

Only signatures by a key pair count: with `none`, or with a secret that issuer and server share, whoever can read the
server's settings could write tokens (RFC 8725 section 3.1).
"""

import importlib
from typing import Any

from ..messages.documents import is_array, is_text
from ..settings import JwtSettings, SettingsError
from .jwks import Jwks
from .principal import Principal

_ALGORITHMS = ["RS256", "ES256"]
_LEEWAY = 30
"""Seconds by which two clocks may differ."""


class JwtBearer:
    """Reads the access tokens of one issuer; SettingsError where PyJWT is not installed."""

    def __init__(self, settings: JwtSettings) -> None:
        try:
            self._jwt: Any = importlib.import_module("jwt")
            importlib.import_module("cryptography")
        except ImportError:
            raise SettingsError(
                "SCIM_JWT_ISSUER needs PyJWT: pip install 'pyjwt[crypto]'"
            ) from None
        self._settings = settings
        self._keys = Jwks(settings.jwks, self._jwt)

    async def principal(self, token: bytes) -> Principal:
        """Who an access token stands for; ValueError that says why it is not valid, never with what is in it."""
        try:
            header = self._jwt.get_unverified_header(token)
            algorithm = header.get("alg")
            if algorithm not in _ALGORITHMS:
                raise ValueError(
                    f"it is signed with something else than {' or '.join(_ALGORITHMS)}."
                )
            if (
                "crit" in header
            ):  # RFC 7515 section 4.1.11: whoever does not know what it names refuses
                raise ValueError("it has critical headers that this server does not know.")
            kid = header.get("kid")
            key = await self._keys.key(kid if isinstance(kid, str) else None)
            if (
                key is None or key.algorithm_name != algorithm
            ):  # RFC 8725 section 3.1: a key is for one algorithm
                raise ValueError("its issuer has no such key.")
            claims: dict[str, Any] = self._jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                audience=self._settings.audience,
                issuer=self._settings.issuer,
                leeway=_LEEWAY,
                options={"require": ["exp", "iss", "aud"]},
            )
        except self._jwt.PyJWTError as error:
            raise ValueError(f"{str(error)[:200]}.") from None
        except (RecursionError, OverflowError):
            raise ValueError("it is no JWT.") from None
        return self._of_claims(claims)

    def _of_claims(self, claims: dict[str, Any]) -> Principal:
        subject = _text(claims, self._settings.me_claim)
        name = _text(claims, "sub") or _text(claims, "client_id") or _text(claims, "azp") or "?"
        tenant = None
        if self._settings.tenant_claim is not None:
            tenant = _text(claims, self._settings.tenant_claim)
            if tenant is None:
                raise ValueError(
                    f"it has no claim {self._settings.tenant_claim} that names its tenant."
                )
        scopes = frozenset(_words(claims.get("scope"))) | frozenset(_words(claims.get("scp")))
        return Principal(f"jwt:{name}", tenant, scopes, subject, float(claims["exp"]))


def _text(claims: dict[str, Any], name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) and value and is_text(value) else None


def _words(value: Any) -> list[str]:
    """`scope` is one text with spaces (RFC 8693 section 4.2); `scp` is that at Entra and a list at Okta."""
    if isinstance(value, str):
        return value.split()
    return [str(word) for word in value] if is_array(value) else []
